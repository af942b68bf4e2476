"""What other people's tools open: the publication people read, under names that never change.

    published/bi/khoi.duckdb            a copy of the warehouse that ``current`` names
    published/bi/marts/<table>.parquet  its marts, one file each
    published/bi/version.json           which publication they are, and what could not be renewed

A copy, because a tool that opens a DuckDB file for writing locks it, and ours must stay readable and as it was
published. Each file is replaced whole: on Linux whoever has it open goes on reading the one he opened; on Windows an
open file cannot be replaced, so it stays as it is, is named, and is renewed by the next run after it was let go.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.durable import replacing, write_text
from khoi.deployment.home import Home
from khoi.warehouse.mart_parts import is_in_parts, write_parts
from khoi.warehouse.versions import PublishedVersion, published_version

if TYPE_CHECKING:
    import duckdb

SCHEMA = 1
_RECORD = "version.json"
_COPY = "khoi.duckdb"


@dataclass(frozen=True)
class Renewed:
    """Which publication lies in ``published/bi``. ``held``: files that still are of an earlier one."""

    version: str
    number: int
    held: tuple[str, ...] = ()
    schema: int = SCHEMA


def bi_folder(home: Home) -> Path:
    """The folder that other tools are pointed at."""
    return home.published / "bi"


def renewed(home: Home) -> Renewed | None:
    """What lies there now; None where nothing does, or nobody can say what."""
    try:
        record = json.loads((bi_folder(home) / _RECORD).read_bytes())
        return Renewed(str(record["version"]), int(record["number"]), tuple(map(str, record.get("held", ()))))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def renew(home: Home) -> Renewed | None:
    """Let ``published/bi`` hold the publication people read; None where nothing is published.

    Does nothing where it does already. A file that cannot be replaced is left as it is and named in what is returned.
    """
    version, there = published_version(home), renewed(home)
    if version is None:
        return None
    if there is not None and there.version == version.version and not there.held:
        return there
    folder = bi_folder(home)
    (folder / "marts").mkdir(parents=True, exist_ok=True)
    (folder / _RECORD).unlink(missing_ok=True)  # a renewal that dies half-way is made again
    result = Renewed(version.version, version.number, tuple(_renew_all(home, version, folder)))
    write_text(folder / _RECORD, json.dumps(asdict(result), indent=2))
    return result


@contextmanager
def renewing(home: Home) -> Iterator[None]:
    """`renew` while the block runs, which must publish nothing; the block ends when both are done."""
    with ThreadPoolExecutor(1, thread_name_prefix="bi") as beside:
        renewal = beside.submit(renew, home)
        yield
    renewal.result()


def _renew_all(home: Home, version: PublishedVersion, folder: Path) -> Iterator[str]:
    """Renew every file; yields the names of those that could not be (open in another program, disk full)."""
    from ingest.database import attached

    published = home.published / f"{version.version}.duckdb"
    wanted: dict[str, Callable[[Path], object]] = {_COPY: lambda path: shutil.copyfile(published, path)}
    with ThreadPoolExecutor(1) as beside, attached(published) as connection:
        copied = beside.submit(_renew_file, folder / _COPY, wanted[_COPY])  # waits for the disk while marts are made
        said = {"khoi_version": version.version, "khoi_number": str(version.number)}
        for table in mart_names(connection):
            wanted[f"marts/{table}.parquet"] = partial(_renew_mart, connection, home, table, said=said)
        held = [name for name, write in wanted.items() if name != _COPY and not _renew_file(folder / name, write)]
    yield from held if copied.result() else [_COPY, *held]
    yield from _clear(folder, wanted)


def _renew_file(path: Path, write: Callable[[Path], object]) -> bool:
    """Let ``path`` be what ``write`` writes; False where it cannot be replaced."""
    import duckdb

    try:
        with replacing(path) as unfinished:
            write(unfinished)
    except (OSError, duckdb.IOException):
        return False
    return True


def _clear(folder: Path, wanted: Collection[str]) -> Iterator[str]:
    """Remove what belongs to no mart of today."""
    for path in sorted((folder / "marts").iterdir()):
        name = f"marts/{path.name}"
        if name not in wanted:
            try:
                path.unlink()
            except PermissionError:
                yield name


def mart_names(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The marts of a publication, by name."""
    rows = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'marts' order by table_name"
    ).fetchall()
    return [str(name) for (name,) in rows]


def _renew_mart(
    connection: duckdb.DuckDBPyConnection, home: Home, table: str, path: Path, *, said: Mapping[str, str]
) -> None:
    """Write the mart ``table``; of a large one what did not change is taken over (`khoi.warehouse.mart_parts`)."""
    if is_in_parts(connection, table, _columns(connection, table)):
        before = bi_folder(home) / "marts" / f"{table}.parquet"
        write_parts(connection, home, before, path, _query(connection, table), said)
    else:
        write_mart(connection, table, path, said=said)


def write_mart(connection: duckdb.DuckDBPyConnection, table: str, path: Path, *, said: Mapping[str, str]) -> None:
    """Write the mart ``table`` as Parquet; ``said`` is what the file says of itself, such as its publication."""
    place = str(path).replace("'", "''")
    metadata = ", ".join(f"{name}: '{value}'" for name, value in said.items())
    connection.execute(
        f"copy ({_query(connection, table)}) to '{place}' (format parquet, compression zstd, "
        f"kv_metadata {{{metadata}}})"
    )


def _query(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    columns = ", ".join(_exported(name, kind) for name, kind in _columns(connection, table))
    return f"select {columns} from marts.{_quoted(table)}"


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    return connection.execute(
        "select column_name, data_type from duckdb_columns() where schema_name = 'marts' and table_name = ? "
        "order by column_index",
        [table],
    ).fetchall()


def _exported(name: str, kind: str) -> str:
    """The column as Parquet holds it without loss: it knows no integer of 128 bits and would make it a double."""
    return f"{_quoted(name)}::bigint as {_quoted(name)}" if kind == "HUGEINT" else _quoted(name)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
