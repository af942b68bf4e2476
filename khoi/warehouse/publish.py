"""Publishing: a finished build gets its own file, and the pointer ``current`` is swapped to it.

A reader opens the file the pointer names and keeps it while it reads, so a new version disturbs no one; the
versions before stay a while for those who are still reading. What every version said is kept for good
(`khoi.warehouse.vintages`).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest.durable import move, write_text
from khoi.deployment.fingerprint import combined
from khoi.deployment.home import Home
from khoi.deployment.recorded import build_inputs, read_inputs
from khoi.warehouse.build import warehouse_file
from khoi.warehouse.errors import WarehouseError
from khoi.warehouse.vintages import keep_vintage

KEPT_VERSIONS = 3
_POINTER = "current"


@dataclass(frozen=True)
class PublishedVersion:
    """One published warehouse. ``fingerprint``: of its inputs; None where none was given.

    ``accepted_break``: why it was published although the gate was closed (`khoi.gate`); mostly None.
    """

    version: str
    published_at: str
    fingerprint: str | None
    size_bytes: int
    accepted_break: str | None = None


def publish(home: Home, fingerprint: str | None = None, *, accepted_break: str | None = None) -> PublishedVersion:
    """Move the build to ``published/<version>.duckdb``, point ``current`` at it, keep the last three.

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
    version = _free_version(home.published, now)
    inputs = read_inputs(build_inputs(home)) or {}
    mark = fingerprint or (combined(inputs) if inputs else None)
    published = PublishedVersion(version, now.isoformat(), mark, built.stat().st_size, accepted_break)
    keep_vintage(home, built, version, published.published_at, inputs)
    write_text(home.published / f"{version}.json", json.dumps(asdict(published), indent=2))
    move(built, home.published / f"{version}.duckdb")
    write_text(home.published / _POINTER, version)
    _forget_old_versions(home.published)
    return published


def published_version(home: Home) -> PublishedVersion | None:
    """What ``current`` points at, or None where nothing is published."""
    try:
        version = (home.published / _POINTER).read_text(encoding="utf-8").strip()
        record = json.loads((home.published / f"{version}.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    return PublishedVersion(**record)


def published_file(home: Home) -> Path | None:
    """The DuckDB file ``current`` points at, or None where nothing is published."""
    version = published_version(home)
    return None if version is None else home.published / f"{version.version}.duckdb"


def _is_complete(built: Path) -> bool:
    """True where dbt has left its record (`dbt_project/macros/record_completion.sql`): all ran, nothing failed."""
    import duckdb

    from ingest.database import open_database

    try:
        with open_database(built, read_only=True) as connection:
            return bool(connection.execute("select nodes from build.record").fetchall())
    except duckdb.Error:
        return False


def _free_version(folder: Path, now: dt.datetime) -> str:
    """A name that sorts by time; microseconds apart from the one before even when the clock stands still."""
    while any(folder.glob(f"{now:%Y%m%dT%H%M%S%f}*")):
        now += dt.timedelta(microseconds=1)
    return f"{now:%Y%m%dT%H%M%S%f}"


def _forget_old_versions(folder: Path) -> None:
    """Remove all but the last versions; one that a reader holds open on Windows goes the next time."""
    for outdated in sorted(folder.glob("*.duckdb"))[:-KEPT_VERSIONS]:
        with contextlib.suppress(PermissionError):
            outdated.unlink()
            outdated.with_suffix(".json").unlink(missing_ok=True)
