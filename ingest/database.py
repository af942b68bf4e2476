"""Opening DuckDB, the same way everywhere: nothing is fetched, and nothing but answers reaches standard output.

DuckDB draws a progress bar on standard output, two seconds into a query, wherever Python looks interactive to it, which
includes ``python -c``; a program that reads our JSON would read the bar as well.
"""

from __future__ import annotations

import gc
import itertools
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

_ALWAYS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


_bounds: list[tuple[int, Path]] = []
_numbers = itertools.count()
_OWN_SHARE = 0.8
_UNITS = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}


def machine_memory() -> int:
    """The bytes of memory that DuckDB sees: of the machine, or of the container around this process."""
    with duckdb.connect() as connection:
        ((limit,),) = connection.execute("select current_setting('memory_limit')").fetchall()
    number, unit = str(limit).split()
    return int(float(number) * _UNITS[unit] / _OWN_SHARE)


@contextmanager
def bounded_databases(memory_bytes: int, spill: Path) -> Iterator[None]:
    """In this block every database in memory holds so many bytes at most, and spills the rest below ``spill``.

    Within another such block nothing changes.
    """
    if _bounds:
        yield
        return
    spill.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=spill, ignore_cleanup_errors=True) as folder:
        _bounds.append((memory_bytes, Path(folder)))
        try:
            yield
        finally:
            _bounds.clear()


def bounds_among(processes: int) -> tuple[int, Path] | None:
    """What each of so many processes may hold of this block's bytes, for its `bounded_databases`; None without."""
    return (_bounds[0][0] // processes, _bounds[0][1]) if _bounds else None


def _bounded_settings() -> dict[str, str]:
    """DuckDB's settings in a block of `bounded_databases`. Two databases would mistake each other's files in one folder
    for their own."""
    if not _bounds:
        return {}
    memory_bytes, folder = _bounds[0]
    own = folder / f"{os.getpid()}-{next(_numbers)}"
    return {"memory_limit": f"{memory_bytes}B", "temp_directory": str(own)}


def open_database(path: Path | None = None, *, read_only: bool = False, **settings: str) -> duckdb.DuckDBPyConnection:
    """A connection to the database file ``path``, or to one in memory; ``settings`` are DuckDB's own besides ours."""
    place = ":memory:" if path is None else str(path)
    config = {**_ALWAYS, **(_bounded_settings() if path is None else {}), **settings}
    try:
        connection = duckdb.connect(place, read_only=read_only, config=config)
    except duckdb.ConnectionException:
        # Within one process a file is open with one set of settings. A connection that nobody holds any more and that
        # the collector has not ended yet is no reason to refuse another.
        gc.collect()
        connection = duckdb.connect(place, read_only=read_only, config=config)
    connection.execute("set enable_progress_bar = false")  # no setting of the database, one of the connection
    return connection
