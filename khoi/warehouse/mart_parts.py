"""Large marts as Parquet files of which only what changed is written: a part of the file is a committee's rows.

The file is replaced whole as every file of ``published/bi`` is, but the bytes of a committee whose rows are the same
are taken over from the file before, unread. Whether they are the same is asked of the rows themselves, whoever made
them: their number and two sums of their hashes. What is known of the parts of a file stands in `build/mart_parts/`,
with the sum of the file: where that is lost, or the file is not the one that was written, all is written anew. Bytes of
parts that are no more stay in the file, unnamed, until they are half of it, or until a file is forgotten
(`khoi forget`): what came of that must lie nowhere.
"""

from __future__ import annotations

import base64
import io
import json
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.durable import sum_of, write_text
from ingest.receive.receipts import Receipts
from khoi.deployment.home import Home
from khoi.warehouse.parquet_footer import MAGIC, ending, part_of
from khoi.warehouse.renewal import Renewal

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

LARGE = 100_000
"""Rows from which on a mart is written in parts; a smaller one costs less than to ask what changed."""
_BATCH = 250_000
"""Rows that are held in memory at once, but for a committee that has more."""
MOST_TIMES = 2
"""As large as the parts in it that a file may be: then it is written anew, without what is no part any more."""
_COMMITTEE = "committee_code"


@dataclass(frozen=True)
class _Part:
    """``mark`` is of the rows; ``size`` of the bytes in the file, ``row_groups`` what its footer says of them."""

    mark: str
    rows: int
    size: int
    row_groups: tuple[bytes, ...]


@dataclass(frozen=True)
class _Parts:
    """A file: its sum, where its parts end, what wrote them, and the parts by committee.

    ``build``: whose rows they are (`khoi.warehouse.renewal`).
    """

    file_sum: str
    end: int
    made_by: str
    build: str | None = None
    parts: dict[str, _Part] = field(default_factory=dict)


def forget_parts(home: Home) -> None:
    """Let every large mart be written anew."""
    shutil.rmtree(_folder(home), ignore_errors=True)


def is_in_parts(connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[tuple[str, str]]) -> bool:
    """Whether the mart ``table`` is written in parts: it is large, and its rows are of committees."""
    if _COMMITTEE not in dict(columns):
        return False
    ((rows,),) = connection.execute(f'select count(*) from marts."{table}"').fetchall()
    return int(rows) >= LARGE


def write_parts(
    connection: duckdb.DuckDBPyConnection, home: Home, before: Path, path: Path, query: str, said: Mapping[str, str]
) -> None:
    """Write the rows of ``query`` to ``path``, which will stand where ``before`` stands; ``said`` as of every mart.

    ``query`` chooses the columns of a mart, one of them ``committee_code``.
    """
    record = _folder(home) / f"{before.stem}.json"
    empty = connection.sql(f"{query} limit 0").to_arrow_table()
    known = _known(record, before, f"{_made_by(empty.schema)}; {len(Receipts.load(home.landed).erased)} forgotten")
    renewal = Renewal.read(connection)
    now = _present_marks(connection, query, empty.column_names, known, renewal.others_since(known.build, before.stem))
    kept = {code: part for code, part in known.parts.items() if code in now and now[code][0] == part.mark}
    live = sum(part.size for part in kept.values())
    if MOST_TIMES * live < known.end:
        kept = {}
    _begin(path, before, known.end if kept else 0)
    with path.open("ab") as file:
        for code, content in _written(connection, query, {code: now[code][1] for code in sorted(now.keys() - kept)}):
            part = part_of(content, file.tell())
            kept[code] = _Part(now[code][0], part.rows, file.write(part.data), part.row_groups)
        end = file.tell()
        groups = [group for code in sorted(kept) for group in kept[code].row_groups]
        file.write(ending(_parquet(empty), groups, sum(part.rows for part in kept.values()), said))
    _write_record(record, _Parts(sum_of(path), end, known.made_by, renewal.build, kept))


def _folder(home: Home) -> Path:
    return home.build / "mart_parts"


def _made_by(schema: pa.Schema) -> str:
    """What parts must have in common to stand in one file, and for their marks to be compared."""
    import duckdb
    import pyarrow as pa

    return f"{duckdb.__version__} {pa.__version__} " + ", ".join(f"{one.name} {one.type}" for one in schema)


def _present_marks(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    columns: Sequence[str],
    known: _Parts,
    others: Collection[str] | None,
) -> dict[str, tuple[str, int]]:
    """The marks of now; rows of committees that are none of ``others`` are those that are ``known``."""
    if others is None:
        return _marks(connection, query, columns)
    same = {code: (part.mark, part.rows) for code, part in known.parts.items() if code not in others}
    listed = ", ".join("'" + code.replace("'", "''") + "'" for code in sorted(others))
    return same | (_marks(connection, f"{query} where {_COMMITTEE} in ({listed})", columns) if others else {})


def _marks(connection: duckdb.DuckDBPyConnection, query: str, columns: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Committee (empty for none) -> the mark of its rows, in whatever order they lie, and how many they are."""
    hashed = ", ".join(f'"{name}"' for name in columns)
    rows = connection.execute(
        f"""
        select committee_code, count(*), sum(hashed), bit_xor(hashed)
        from (select coalesce({_COMMITTEE}, '') as committee_code, hash({hashed}) as hashed from ({query}))
        group by committee_code
        """
    ).fetchall()
    return {str(code): (f"{number} {total} {mixed}", int(number)) for code, number, total, mixed in rows}


def _begin(path: Path, before: Path, end: int) -> None:
    """Let ``path`` hold the first ``end`` bytes of ``before``, or what every file begins with."""
    if not end:
        path.write_bytes(MAGIC)
        return
    shutil.copyfile(before, path)
    with path.open("r+b") as file:
        file.truncate(end)


def _written(connection: duckdb.DuckDBPyConnection, query: str, rows: Mapping[str, int]) -> Iterator[tuple[str, bytes]]:
    """The rows of each of the committees that ``rows`` counts, as a Parquet file."""
    import pyarrow.compute as pc

    for codes in _batches(rows):
        chosen = f"{_COMMITTEE} in (select unnest(?)) or ({_COMMITTEE} is null and ?)"
        found = connection.sql(f"select * from ({query}) where {chosen}", params=[codes, "" in codes]).to_arrow_table()
        of = pc.fill_null(found[_COMMITTEE], "")
        for code in codes:
            yield code, _parquet(found.filter(pc.equal(of, code)))


def _batches(rows: Mapping[str, int]) -> Iterator[list[str]]:
    batch: list[str] = []
    held = 0
    for code, number in rows.items():
        if batch and held + number > _BATCH:
            yield batch
            batch, held = [], 0
        batch.append(code)
        held += number
    if batch:
        yield batch


def _parquet(table: pa.Table) -> bytes:
    import pyarrow.parquet as pq

    content = io.BytesIO()
    pq.write_table(table, content, compression="zstd", store_schema=False)
    return content.getvalue()


def _known(record: Path, file: Path, made_by: str) -> _Parts:
    """What is known of the parts of ``file``; nothing where it is another, or was made by something else."""
    nothing = _Parts("", 0, made_by)
    try:
        told = json.loads(record.read_bytes())
        parts = {
            str(code): _Part(
                str(one["mark"]), int(one["rows"]), int(one["size"]), tuple(map(base64.b64decode, one["row_groups"]))
            )
            for code, one in told["parts"].items()
        }
        known = _Parts(str(told["file_sum"]), int(told["end"]), str(told["made_by"]), told["build"], parts)
        return known if known.made_by == made_by and sum_of(file) == known.file_sum else nothing
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return nothing


def _write_record(record: Path, parts: _Parts) -> None:
    write_text(record, json.dumps(vars(parts), default=_told))


def _told(one: _Part | bytes) -> dict[str, object] | str:
    return base64.b64encode(one).decode() if isinstance(one, bytes) else vars(one)
