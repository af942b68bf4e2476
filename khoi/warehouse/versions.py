"""The publications that lie beside each other: what is recorded of each, which one people read, whether it is sound.

Belongs here: reading a publication's record. Does not belong here: making one (`khoi.warehouse.publish`); what reads a
publication must not wait for what builds it to be loaded.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields
from pathlib import Path

from ingest.durable import sum_of
from ingest.unchanged import Facts, facts_of, settled_facts
from khoi.deployment.home import Home
from khoi.warehouse.errors import require_known
from khoi.warehouse.pointer import read_pointer, whole_versions

SCHEMA = 2
_SUMS: ContextVar[_Sums | None] = ContextVar("sums of warehouses", default=None)


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
    with ThreadPoolExecutor(1, thread_name_prefix="sums") as pool:
        token = _SUMS.set(_Sums(pool))
        try:
            yield
        finally:
            _SUMS.reset(token)


class _Sums:
    """The sums of a run. Each is taken beside the run's own thread, which waits where it needs one."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._known: dict[Path, tuple[Facts, Future[str]]] = {}

    def begun(self, path: Path, facts: Facts) -> Future[str]:
        """The sum of ``path`` as long as ``facts`` are its own."""
        if path not in self._known or self._known[path][0] != facts:
            self._known[path] = (facts, self._pool.submit(sum_of, path))
        return self._known[path][1]


def begin_sum(path: Path, *, is_ours: bool = False) -> None:
    """Let the sum of the warehouse ``path`` be taken while the run does something else; outside of a run, nothing.

    ``is_ours``: this run has made the file, and nobody else writes it.
    """
    sums, facts = _SUMS.get(), facts_of(path) if is_ours else settled_facts(path)
    if sums is not None and facts is not None:
        sums.begun(path, facts)


def sum_of_warehouse(path: Path, *, is_ours: bool = False) -> str:
    """The sum of ``path``, taken once a run while the file stays as it is; arguments as of `begin_sum`."""
    sums, facts = _SUMS.get(), facts_of(path) if is_ours else settled_facts(path)
    return sum_of(path) if sums is None or facts is None else sums.begun(path, facts).result()


def is_complete(built: Path) -> bool:
    """True where dbt has left its record (`dbt_project/macros/record_completion.sql`): all ran, nothing failed."""
    import duckdb

    from ingest.database import open_database

    try:
        with open_database(built, read_only=True) as connection:
            return bool(connection.execute("select nodes from build.record").fetchall())
    except duckdb.Error:
        return False
