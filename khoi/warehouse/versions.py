"""The publications that lie beside each other: what is recorded of each, which one people read, whether it is sound.

Belongs here: reading a publication's record. Does not belong here: making one (`khoi.warehouse.publish`); what reads a
publication must not wait for what builds it to be loaded.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from ingest.durable import sum_of
from ingest.unchanged import Facts, facts_of, settled_facts
from khoi.deployment.home import Home
from khoi.warehouse.errors import require_known
from khoi.warehouse.pointer import read_pointer, whole_versions

SCHEMA = 2
_Answer = TypeVar("_Answer")
_BESIDE: ContextVar[_Beside | None] = ContextVar("what is found out of warehouses beside a run", default=None)


@dataclass(frozen=True)
class PublishedVersion:
    """One published warehouse. ``fingerprint``: of its inputs; None where none was given.

    ``accepted_break``: why it was published although the gate was closed (`khoi.gate`); mostly None. ``number``
    counts the publications of a deployment from 1; ``sha256`` is of the warehouse file, ``schema`` that of this record.
    """

    version: str
    published_at: str
    fingerprint: str | None
    size_bytes: int
    accepted_break: str | None = None
    number: int = 0
    sha256: str | None = None
    schema: int = SCHEMA


def published_version(home: Home) -> PublishedVersion | None:
    """What people read, or None where nothing is published."""
    version = read_pointer(home.published)
    return None if version is None else read_version(home.published, version)


def newest_version(home: Home) -> PublishedVersion | None:
    """The publication with the highest number that is there whole; not always the one people read."""
    newest = max(whole_versions(home.published), default=None)
    return None if newest is None else read_version(home.published, newest)


def newest_file(home: Home) -> Path | None:
    """The warehouse of the publication with the highest number, whatever its record says; None where there is none."""
    newest = max(whole_versions(home.published), default=None)
    return None if newest is None else home.published / f"{newest}.duckdb"


def published_file(home: Home) -> Path | None:
    """The DuckDB file people read, or None where nothing is published."""
    version = published_version(home)
    return None if version is None else home.published / f"{version.version}.duckdb"


def read_version(folder: Path, version: str) -> PublishedVersion:
    """The record of a published warehouse; what a damaged one cannot say is empty, so that a run publishes anew.

    Raises NewerPublication where a newer khoi wrote it.
    """
    path = folder / f"{version}.json"
    try:
        record = json.loads(path.read_bytes())
        require_known(path, int(record.get("schema", 1)), SCHEMA)
        known = {field.name: record[field.name] for field in fields(PublishedVersion) if field.name in record}
        if known["version"] == version:
            return PublishedVersion(**known)
    except (OSError, AttributeError, ValueError, TypeError, KeyError):
        pass
    return PublishedVersion(version, "", None, -1)


def is_sound(folder: Path, version: PublishedVersion) -> bool:
    """True where the warehouse is what was published, and opens with dbt's record in it."""
    path = folder / f"{version.version}.duckdb"
    if not path.is_file() or path.stat().st_size != version.size_bytes:
        return False
    return version.sha256 in (None, sum_of_warehouse(path)) and is_complete(path)


@contextmanager
def sums_taken_once() -> Iterator[None]:
    """Within the block, which is one run, the sum of a warehouse is taken once while its file stays as it is.

    A run asks four times whether the last publication is sound, and that of a country takes seconds to sum up.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="warehouses") as pool:
        token = _BESIDE.set(_Beside(pool))
        try:
            yield
        finally:
            _BESIDE.reset(token)


class _Beside:
    """What is made of the warehouses of a run, such as their sums, by a thread beside the run's own."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._known: dict[tuple[Any, Path], tuple[Facts, Future[Any]]] = {}

    def begun(self, make: Callable[[Path], _Answer], path: Path, facts: Facts) -> Future[_Answer]:
        """What ``make`` makes of ``path``, made once as long as ``facts`` are its own."""
        key = (make, path)
        if key not in self._known or self._known[key][0] != facts:
            self._known[key] = (facts, self._pool.submit(make, path))
        return self._known[key][1]


def begin_sum(path: Path, *, is_ours: bool = False) -> None:
    """Let the sum of the warehouse ``path`` be taken while the run does something else; outside of a run, nothing.

    ``is_ours``: this run has made the file, and nobody else writes it.
    """
    begin_making(sum_of, path, is_ours=is_ours)


def sum_of_warehouse(path: Path, *, is_ours: bool = False) -> str:
    """The sum of ``path``, taken once a run while the file stays as it is; arguments as of `begin_sum`."""
    return made_of(sum_of, path, is_ours=is_ours)


def begin_making(make: Callable[[Path], object], path: Path, *, is_ours: bool = False) -> None:
    """Let ``make`` make of the warehouse ``path`` what it makes, while the run does something else; as `begin_sum`."""
    beside, facts = _BESIDE.get(), facts_of(path) if is_ours else settled_facts(path)
    if beside is not None and facts is not None:
        beside.begun(make, path, facts)


def made_of(make: Callable[[Path], _Answer], path: Path, *, is_ours: bool = False) -> _Answer:
    """What ``make`` makes of ``path``: what it has made in this run of the file as it is, else made now."""
    beside, facts = _BESIDE.get(), facts_of(path) if is_ours else settled_facts(path)
    return make(path) if beside is None or facts is None else beside.begun(make, path, facts).result()


def is_complete(built: Path) -> bool:
    """True where dbt has left its record (`dbt_project/macros/record_completion.sql`): all ran, nothing failed."""
    import duckdb

    from ingest.database import open_database

    try:
        with open_database(built, read_only=True) as connection:
            return bool(connection.execute("select nodes from build.record").fetchall())
    except duckdb.Error:
        return False
