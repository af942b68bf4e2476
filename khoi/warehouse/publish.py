"""Publishing: a finished build gets its own file, and the pointer ``current`` is swapped to it.

A reader opens the file the pointer names and keeps it while it reads, so a new version disturbs no one; the
versions before stay a while for those who are still reading. What every version said is kept for good
(`khoi.warehouse.vintages`).
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from ingest.durable import move, write_text
from ingest.lake.files import sum_of
from khoi.deployment.fingerprint import combined
from khoi.deployment.home import Home
from khoi.deployment.recorded import build_inputs, read_inputs
from khoi.warehouse.build import warehouse_file
from khoi.warehouse.errors import WarehouseError, require_known
from khoi.warehouse.pointer import next_version, point_at, read_pointer, remove_whole, whole_versions
from khoi.warehouse.vintages import keep_vintage, next_number

KEPT_VERSIONS = 3
SCHEMA = 2


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


def publish(home: Home, fingerprint: str | None = None, *, accepted_break: str | None = None) -> PublishedVersion:
    """Move the build to ``published/<version>.duckdb``, point ``current`` at it, keep the last three whole.

    What is published rests on the inputs that the build's record names, whatever was saved since; ``fingerprint`` is
    another name for them.

    Raises WarehouseError where there is no finished build.
    """
    built = warehouse_file(home)
    if not built.is_file():
        raise WarehouseError(f"{built}: chưa dựng kho; hãy chạy `khoi run` / not built yet; run `khoi run`")
    if built.with_suffix(".duckdb.wal").exists() or not _is_complete(built):
        raise WarehouseError(f"{built}: bản dựng chưa xong; hãy chạy lại / the build is unfinished; run it again")
    home.published.mkdir(parents=True, exist_ok=True)
    now = dt.datetime.now(dt.UTC)
    version = next_version(home.published, now)
    inputs = read_inputs(build_inputs(home)) or {}
    mark = fingerprint or (combined(inputs) if inputs else None)
    number = next_number(home)
    size, content = built.stat().st_size, sum_of(built)
    published = PublishedVersion(version, now.isoformat(), mark, size, accepted_break, number, content)
    keep_vintage(home, built, published.version, published.published_at, inputs, number, accepted_break)
    write_text(home.published / f"{version}.json", json.dumps(asdict(published), indent=2))
    move(built, home.published / f"{version}.duckdb")
    point_at(home.published, version)
    remove_whole(home.published, KEPT_VERSIONS)
    return published


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
    return version.sha256 in (None, sum_of(path)) and _is_complete(path)


def _is_complete(built: Path) -> bool:
    """True where dbt has left its record (`dbt_project/macros/record_completion.sql`): all ran, nothing failed."""
    import duckdb

    from ingest.database import open_database

    try:
        with open_database(built, read_only=True) as connection:
            return bool(connection.execute("select nodes from build.record").fetchall())
    except duckdb.Error:
        return False
