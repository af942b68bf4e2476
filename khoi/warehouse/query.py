"""Free questions to the published warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khoi.warehouse.errors import WarehouseError

if TYPE_CHECKING:
    import duckdb
    import pandas as pd


def query(connection: duckdb.DuckDBPyConnection, sql: str) -> pd.DataFrame:
    """The result of ``sql``, one row per row. Raises WarehouseError with DuckDB's reason where it fails."""
    import duckdb

    try:
        return connection.execute(sql).df()
    except duckdb.Error as error:
        raise WarehouseError(f"Câu truy vấn không chạy được / the query failed: {error}") from error


def marts(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """One row per table and column of the marts: table_name, column_name, data_type."""
    return connection.execute(
        "select table_name, column_name, data_type from information_schema.columns "
        "where table_schema = 'marts' order by table_name, ordinal_position"
    ).df()
