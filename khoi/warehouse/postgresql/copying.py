"""One transaction that turns what PostgreSQL serves into the current publication, and is undone unless it is equal.

The rows are replaced inside the tables that are there, not by renaming a schema: a reader whose transaction began
before would find a renamed table empty (docs/decisions/0081-the-marts-in-postgresql.md), and what the keeper of the
server built on the tables - rights, views - would be gone with each publication.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.database import open_database
from khoi.warehouse.parity import Parity, compared
from khoi.warehouse.postgresql.tables import RECORD, Mart, There, literal, marts_of, quoted, require_ours, there
from khoi.warehouse.renamed import names_of_today
from khoi.warehouse.versions import PublishedVersion

ENGINE = "PostgreSQL"
_BATCH = 65_536
_LOCK_SECONDS = 60
"""So long another copy, or a reader of a table whose columns changed, is waited for."""
_SERVED = {
    "number": "bigint not null",
    "version": "text not null",
    "published_at": "timestamp with time zone",
    "copied_at": "timestamp with time zone not null default now()",
    "marts": "text[] not null",
    "views": "text[] not null",
}
_ABOUT = (
    "Mỗi lần công bố một dòng: các bảng bên cạnh thuộc lần nào. / One row: which publication the tables beside are."
)


@dataclass(frozen=True)
class Compared:
    """A publication on both sides: ``marts`` with ``rows`` over there; ``number`` and ``made`` tell what was done."""

    number: int
    made: bool
    marts: tuple[Parity, ...]
    rows: Mapping[str, int]

    @property
    def holds(self) -> bool:
        """Whether nobody who reads there could tell it from what is published."""
        return bool(self.marts) and all(one.holds for one in self.marts)


def copy(connection: Any, published: Path, version: PublishedVersion, schema: str, *, again: bool) -> Compared:
    """Let ``schema`` hold the publication in the file ``published``; what differs from it there is not committed.

    Where it is that publication already it is only compared, unless ``again``. Raises CannotCopy where a table is in
    the way or has a type without a counterpart; errors of the server pass.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"set local lock_timeout = '{_LOCK_SECONDS}s'")
        cursor.execute(f"select pg_advisory_xact_lock(hashtext({literal('khoi ' + schema)}))")
        cursor.fetchall()
        found = there(cursor, schema)
        if found.version == version.version and not again:
            return compare(cursor, published, schema, found)
        with open_database(published, read_only=True) as source:
            source.execute("set TimeZone = 'UTC'")
            marts = marts_of(source)
            views = names_of_today({mart.name for mart in marts})
            _shape(cursor, schema, found, marts, views)
            for mart in marts:
                rows = source.sql(mart.query).to_arrow_reader(_BATCH)
                cursor.adbc_ingest(mart.name, rows, mode="append", db_schema_name=schema)
                cursor.execute(f"analyze {_place(schema, mart.name)}")
        _record(cursor, schema, version, marts, views)
        done = compare(cursor, published, schema, there(cursor, schema), made=True)
    if done.holds:
        connection.commit()
    return done


def compare(cursor: Any, published: Path, schema: str, found: There, *, made: bool = False) -> Compared:
    """Every mart of the file ``published`` beside those that the record ``found`` names, row by row."""
    with tempfile.TemporaryDirectory(prefix="khoi-postgresql-") as folder:
        counted = {
            mart: _fetched(cursor, schema, mart, Path(folder) / f"{mart}.parquet")
            for mart in sorted(found.marts & set(found.relations))
        }
        files = {mart: str(Path(folder) / f"{mart}.parquet") for mart in counted}
        return Compared(found.number, made, tuple(compared(published, files, ENGINE)), counted)


def _fetched(cursor: Any, schema: str, mart: str, path: Path) -> int:
    """Write a table of the server as Parquet; returns its rows."""
    import pyarrow.parquet as pq

    cursor.execute(f"select * from {_place(schema, mart)}")
    reader, rows = cursor.fetch_record_batch(), 0
    with pq.ParquetWriter(path, reader.schema) as writer:
        for batch in reader:
            rows += batch.num_rows
            writer.write_batch(batch)
    return rows


def _shape(cursor: Any, schema: str, found: There, marts: Sequence[Mart], views: Mapping[str, str]) -> None:
    """Empty tables with the columns and comments of ``marts``; one whose columns are the same stays itself."""
    wanted = {mart.name: mart.types for mart in marts}
    require_ours(found, schema, {*wanted, *views})
    cursor.execute(f"select oid from pg_namespace where nspname = {literal(schema)}")
    if not cursor.fetchall():  # Asked before, because `if not exists` needs the right to create one also where it is.
        cursor.execute(f"create schema {quoted(schema)}")
    for view in sorted(found.views & set(found.relations)):
        cursor.execute(f"drop view {_place(schema, view)}")
    for name in sorted(found.marts & set(found.relations)):
        same = list(found.relations[name].items()) == list(wanted.get(name, {}).items())
        cursor.execute(f"{'delete from' if same else 'drop table'} {_place(schema, name)}")
    for mart in marts:
        columns = ", ".join(f"{quoted(column)} {kind}" for column, kind in mart.types.items())
        cursor.execute(f"create table if not exists {_place(schema, mart.name)} ({columns})")
        for column, text in mart.comments.items():
            _comment(cursor, _place(schema, mart.name), column, text)
    for view, table in views.items():
        cursor.execute(f"create view {_place(schema, view)} as select * from {_place(schema, table)}")


def _comment(cursor: Any, table: str, column: str, text: str) -> None:
    what = f"column {table}.{quoted(column)}" if column else f"table {table}"
    cursor.execute(f"comment on {what} is {literal(text)}")


def _record(cursor: Any, schema: str, version: PublishedVersion, marts: Sequence[Mart], views: Collection[str]) -> None:
    """Say in the schema itself which publication it is, and which of its tables are ours."""
    place = _place(schema, RECORD)
    columns = ", ".join(f"{name} {kind}" for name, kind in _SERVED.items())
    cursor.execute(f"create table if not exists {place} ({columns})")
    _comment(cursor, place, "", _ABOUT)
    cursor.execute(f"delete from {place}")
    cursor.execute(
        f"insert into {place} (number, version, published_at, marts, views) values ({version.number},"
        f" {literal(version.version)}, {literal(version.published_at or None)},"
        f" {_texts(mart.name for mart in marts)}, {_texts(views)})"
    )


def _texts(names: Any) -> str:
    return f"array[{', '.join(literal(name) for name in names)}]::text[]"


def _place(schema: str, table: str) -> str:
    return f"{quoted(schema)}.{quoted(table)}"
