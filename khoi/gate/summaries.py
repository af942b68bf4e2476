"""What the gate looks at: a build and the last publication side by side, summed up to a few hundred rows.

A connection has the schemas ``now`` (the build) and ``before`` (the last publication), each with every mart, the
table ``reporting_periods`` of the register, and ``mart_rows`` (one row per mart and its number of rows). What the last
publication does not have (under this or its former name) - there is none, or it lacks a table or a column - is empty in
``before``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from khoi.gate.suites import Suite
from khoi.warehouse.errors import WarehouseError
from khoi.warehouse.renamed import name_within

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_EXTRA = ("seeds", "reporting_periods")
_COLUMNS = """
    select table_schema, table_name, column_name, data_type from information_schema.columns
    where table_catalog = ? and (table_schema = 'marts' or (table_schema = ? and table_name = ?))
    order by table_schema, table_name, ordinal_position
"""
Tables = dict[tuple[str, str], dict[str, str]]


@contextmanager
def side_by_side(built: Path, published: Path | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the schemas ``now`` and ``before``; both files are read only."""
    from ingest.database import open_database

    with open_database() as connection:
        connection.execute("set TimeZone = 'UTC'")
        tables = _attached(connection, built, "built")
        known = _attached(connection, published, "published") if published else {}
        own = {(schema, table): f"built.{schema}.{table}" for schema, table in tables}
        _schema(connection, "now", {key: (own[key], columns, columns) for key, columns in tables.items()})
        marts = {table for _, table in known}
        sources = {}
        for (schema, table), columns in tables.items():
            name = name_within(table, marts)
            sources[schema, table] = (f"published.{schema}.{name}", columns, known.get((schema, name), {}))
        _schema(connection, "before", sources)
        yield connection


def summary(connection: duckdb.DuckDBPyConnection, suite: Suite) -> pd.DataFrame:
    """One row per subject of ``suite``. Raises WarehouseError where its query fails or names no subject."""
    import duckdb

    try:
        frame = connection.execute(suite.sql).df()
    except duckdb.Error as error:
        raise WarehouseError(f"{suite.suite}: truy vấn không chạy được / the query failed: {error}") from error
    if "subject" not in frame:
        raise WarehouseError(f"{suite.suite}: thiếu cột `subject` / the query has no column `subject`")
    return frame


def _attached(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> Tables:
    """Attach ``path`` as ``name``; the columns of its marts and their types."""
    connection.execute(f"attach '{str(path).replace(chr(39), chr(39) * 2)}' as {name} (read_only)")
    tables: Tables = {}
    for schema, table, column, kind in connection.execute(_COLUMNS, [name, *_EXTRA]).fetchall():
        tables.setdefault((schema, table), {})[column] = kind
    return tables


def _schema(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    sources: dict[tuple[str, str], tuple[str, dict[str, str], dict[str, str]]],
) -> None:
    """One view per table: the wanted columns, null where the source has none, no rows where it has no table."""
    connection.execute(f"create schema {name}")
    counts = []
    for (schema, table), (origin, wanted, known) in sources.items():
        listed = ", ".join(
            f'"{column}"' if column in known else f'null::{kind} as "{column}"' for column, kind in wanted.items()
        )
        rows = f"from {origin}" if known else "where false"
        connection.execute(f"create view {name}.{table} as select {listed} {rows}")
        if schema == "marts":
            counts.append(f"select '{table}' as mart, count(*) as rows from {name}.{table}")
    connection.execute(f"create view {name}.mart_rows as {' union all '.join(counts) or _NO_MARTS}")


_NO_MARTS = "select null::varchar as mart, null::bigint as rows where false"
