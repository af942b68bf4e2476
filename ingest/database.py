"""Opening DuckDB, the same way everywhere: nothing is fetched, and nothing but answers reaches standard output.

DuckDB draws a progress bar on standard output, two seconds into a query, wherever Python looks interactive to it, which
includes ``python -c``; a program that reads our JSON would read the bar as well.

Of one workbook's tables it is not the rows that cost but everything around them: a database of its own takes 13 ms, and
a frame of nine columns 2 ms to hand over, and a long statement several to be parsed. So small tables share one database
of the process (`small_database`), what is declared is handed to it once (`give_declared`), and what is always the same
text is parsed once (`parsed`).
"""

from __future__ import annotations

import gc
import itertools
import os
import tempfile
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

_ALWAYS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


_bounds: list[tuple[int, Path]] = []
_numbers = itertools.count()
_OWN_SHARE = 0.8
_FEW_ROWS = 5_000
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


@contextmanager
def attached(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection within the bounds of this block in which the tables of the file ``path`` can be read as its own.

    Others of this process may have the file open at the same time, with whatever settings.
    """
    with open_database() as connection:
        place = str(path).replace("'", "''")
        connection.execute(f"attach '{place}' as attached (read_only)")
        connection.execute("use attached")
        yield connection


@contextmanager
def small_database() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection for small tables, as empty as a new database: nobody else sees what is made *temporary* in it.

    Whatever is not made temporary is seen by the next one and must not be made.
    """
    shared = _SHARED.opened()
    connection = shared.connection.cursor()
    connection.execute("set enable_progress_bar = false")
    _SHARED.cursors[id(connection)] = shared
    try:
        yield connection
    except (duckdb.FatalException, duckdb.InternalException):
        _SHARED.give_up(shared)  # DuckDB refuses every further statement on it
        raise
    finally:
        _SHARED.cursors.pop(id(connection), None)
        connection.close()


@contextmanager
def database_for(rows: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection for tables of ``rows`` rows in all: of `small_database` where they are few, else one of its own.

    To open one takes 12 ms, and a check of a lake asks two dozen times; what is large needs every core and may spill.
    """
    with small_database() if rows <= _FEW_ROWS else open_database() as connection:
        yield connection


def ask(
    connection: duckdb.DuckDBPyConnection, query: str, given: dict[str, Any] | None = None
) -> duckdb.DuckDBPyConnection:
    """``connection.execute`` of one statement of the program's own; see `parsed`."""
    (statement,) = parsed(connection, query)
    return connection.execute(statement, given)


def frame_of(connection: duckdb.DuckDBPyConnection, query: str, given: dict[str, Any] | None = None) -> pd.DataFrame:
    """What ``connection.execute(query, given).df()`` gives, of thousands of texts in two thirds of the time.

    A column of texts is one of texts also where it holds none.
    """
    table: pa.Table = connection.sql(query, params=given).to_arrow_table()
    return table.to_pandas()


def parsed(connection: duckdb.DuckDBPyConnection, script: str) -> tuple[duckdb.Statement, ...]:
    """The statements of ``script``, one of the program's own, for any connection to execute one after the other."""
    if (known := _PARSED.get(script)) is None:
        known = _PARSED[script] = tuple(connection.extract_statements(script))
    return known


_PARSED: dict[str, tuple[duckdb.Statement, ...]] = {}


def give(connection: duckdb.DuckDBPyConnection, frames: dict[str, pd.DataFrame]) -> None:
    """Make, or replace, the temporary table of each name of its frame."""
    for name, frame in frames.items():
        _make(connection, f"CREATE OR REPLACE TEMP TABLE {name} AS FROM given", _handed(frame))


def _make(connection: duckdb.DuckDBPyConnection, statement: str, given: pd.DataFrame | pa.Table) -> None:
    """Execute ``statement``, which names ``given``: DuckDB finds it here. To register it and take it back takes as long
    as the statement."""
    connection.execute(statement)


def give_declared(connection: duckdb.DuckDBPyConnection, frames: dict[str, pd.DataFrame]) -> None:
    """`give` of frames that follow from declarations alone, never change, and are the same objects every time.

    In a small database each is handed over once for as long as it lives; a name here is none that `give` uses.
    """
    shared = _SHARED.cursors.get(id(connection))
    if shared is None:
        give(connection, frames)
        return
    for name, frame in frames.items():
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS FROM memory.main.{shared.table_of(frame)}")


def _handed(frame: pd.DataFrame) -> pd.DataFrame | pa.Table:
    """As Arrow where every column has a type: DuckDB takes half as long over it. Objects it looks at itself."""
    if any(kind.kind == "O" and not isinstance(kind, pd.StringDtype) for kind in frame.dtypes):
        return frame
    return pa.Table.from_pandas(frame, preserve_index=False)


_WORTH_PLANNING = ("expression_rewriter", "filter_pushdown", "unused_columns")
"""Of DuckDB's forty ways to make a plan better, those that some hundred rows repay; all of them together cost a check
of one workbook a tenth, found out or not. What DuckDB calls them may change with its version: others are switched off
by the names that it has."""


class _Small:
    """A database in memory with the tables of declared frames."""

    def __init__(self) -> None:
        self.connection = open_database(threads="1")
        names = [name for (name,) in self.connection.execute("SELECT name FROM duckdb_optimizers()").fetchall()]
        idle = ",".join(name for name in names if name not in _WORTH_PLANNING)
        self.connection.execute(f"SET disabled_optimizers = '{idle}'")
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._tables: dict[int, str] = {}
        self._gone: list[str] = []

    def table_of(self, frame: pd.DataFrame) -> str:
        """The table of ``frame``, made where there is none; those of frames that are gone are dropped."""
        with self._lock:
            while self._gone:
                self.connection.execute(f"DROP TABLE IF EXISTS {self._gone.pop()}")
            if (known := self._tables.get(id(frame))) is None:
                known = self._tables[id(frame)] = f"declared_{next(self._numbers)}"
                weakref.finalize(frame, self._forget, id(frame))
                _make(self.connection, f"CREATE TABLE {known} AS FROM given", _handed(frame))
            return known

    def _forget(self, number: int) -> None:
        # The collector may call this within `table_of`: nothing is waited for here.
        self._gone.append(self._tables.pop(number))


class _Shared:
    """The small database of this process, and which connections belong to one."""

    def __init__(self) -> None:
        self.cursors: dict[int, _Small] = {}
        self._lock = threading.Lock()
        self._opened: tuple[int, _Small] | None = None

    def opened(self) -> _Small:
        """The database; a child that was forked opens its own."""
        with self._lock:
            if self._opened is None or self._opened[0] != os.getpid():
                self._opened = (os.getpid(), _Small())
            return self._opened[1]

    def give_up(self, broken: _Small) -> None:
        """Let the next one that asks open another."""
        with self._lock, suppress(duckdb.Error):
            if self._opened is not None and self._opened[1] is broken:
                self._opened = None


_SHARED = _Shared()
