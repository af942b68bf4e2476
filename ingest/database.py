"""Opening DuckDB, the same way everywhere: nothing is fetched, and nothing but answers reaches standard output.

DuckDB draws a progress bar on standard output, two seconds into a query, wherever Python looks interactive to it, which
includes ``python -c``; a program that reads our JSON would read the bar as well.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

_ALWAYS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


def open_database(path: Path | None = None, *, read_only: bool = False, **settings: str) -> duckdb.DuckDBPyConnection:
    """A connection to the database file ``path``, or to one in memory; ``settings`` are DuckDB's own besides ours."""
    place = ":memory:" if path is None else str(path)
    connection = duckdb.connect(place, read_only=read_only, config={**_ALWAYS, **settings})
    connection.execute("set enable_progress_bar = false")  # no setting of the database, one of the connection
    return connection
