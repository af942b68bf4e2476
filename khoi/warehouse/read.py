"""Opening the published warehouse: read only, the marts in front, no way out of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khoi.deployment.home import Home
from khoi.warehouse.errors import WarehouseError
from khoi.warehouse.renamed import stand_in
from khoi.warehouse.versions import published_file

if TYPE_CHECKING:
    import duckdb

_ATTEMPTS = 3


def open_published(home: Home, **settings: str) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the published warehouse, with the schema ``marts`` as default.

    The connection can read nothing but this file and loads no extension; ``settings`` are DuckDB's own. Raises
    WarehouseError where nothing is published.
    """
    import duckdb

    from ingest.database import open_database

    for _ in range(_ATTEMPTS):
        path = published_file(home)
        if path is None:
            break
        try:
            connection = open_database(path, read_only=True, enable_external_access="false", **settings)
        except duckdb.IOException:
            if path.exists():
                raise
            continue  # three versions were published between reading the pointer and opening the file
        connection.execute("set schema = 'marts'")
        connection.execute("set TimeZone = 'UTC'")
        stand_in(connection)
        connection.execute("set lock_configuration = true")
        return connection
    raise WarehouseError(
        f"{home.published}: chưa có kho dữ liệu nào được công bố; hãy chạy `khoi run` (hoặc `khoi demo`)\n"
        "nothing is published yet; run `khoi run` (or `khoi demo`)"
    )
