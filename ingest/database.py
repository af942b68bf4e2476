"""Opening DuckDB, the same way everywhere: nothing is fetched, and nothing but answers reaches standard output.

DuckDB draws a progress bar on standard output, two seconds into a query, wherever Python looks interactive to it, which
includes ``python -c``; a program that reads our JSON would read the bar as well.
"""

from __future__ import annotations

import gc
from pathlib import Path

import duckdb

_ALWAYS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


def open_database(path: Path | None = None, *, read_only: bool = False, **settings: str) -> duckdb.DuckDBPyConnection:
    """A connection to the database file ``path``, or to one in memory; ``settings`` are DuckDB's own besides ours."""
    place = ":memory:" if path is None else str(path)
    config = {**_ALWAYS, **settings}
    try:
        connection = duckdb.connect(place, read_only=read_only, config=config)
    except duckdb.ConnectionException:
        # Within one process a file is open with one set of settings. A connection that nobody holds any more and that
        # the collector has not ended yet is no reason to refuse another.
        gc.collect()
        connection = duckdb.connect(place, read_only=read_only, config=config)
    connection.execute("set enable_progress_bar = false")  # no setting of the database, one of the connection
    return connection
