"""The publications that lie beside each other: what is recorded of each, which one people read, whether it is sound.

Belongs here: reading a publication's record. Does not belong here: making one (`khoi.warehouse.publish`); what reads a
publication must not wait for what builds it to be loaded.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields
from pathlib import Path

from ingest.durable import sum_of
from ingest.unchanged import Facts, settled_facts
from khoi.deployment.home import Home
from khoi.warehouse.errors import require_known
from khoi.warehouse.pointer import read_pointer, whole_versions

SCHEMA = 2
_SUMS: ContextVar[dict[Path, tuple[Facts, str]] | None] = ContextVar("sums of warehouses", default=None)


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
    return version.sha256 in (None, _sum_of(path)) and is_complete(path)


@contextmanager
def sums_taken_once() -> Iterator[None]:
    """Within the block, which is one run, the sum of a warehouse is taken once while its file stays as it is.

    A run asks four times whether the last publication is sound, and that of a country takes seconds to sum up.
    """
    token = _SUMS.set({})
    try:
        yield
    finally:
        _SUMS.reset(token)


def _sum_of(path: Path) -> str:
    taken, facts = _SUMS.get(), settled_facts(path)
    if taken is None or facts is None:
        return sum_of(path)
    if path not in taken or taken[path][0] != facts:
        taken[path] = (facts, sum_of(path))
    return taken[path][1]


def is_complete(built: Path) -> bool:
    """True where dbt has left its record (`dbt_project/macros/record_completion.sql`): all ran, nothing failed."""
    import duckdb

    from ingest.database import open_database

    try:
        with open_database(built, read_only=True) as connection:
            return bool(connection.execute("select nodes from build.record").fetchall())
    except duckdb.Error:
        return False
