"""Publishing: a finished build gets its own file, and the pointer ``current`` is swapped to it.

A reader opens the file the pointer names and keeps it while it reads, so a new version disturbs no one; the
versions before stay a while for those who are still reading. What every version said is kept for good
(`khoi.warehouse.vintages`).
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict

from ingest.durable import move, write_text
from khoi.deployment.fingerprint import combined
from khoi.deployment.home import Home
from khoi.deployment.recorded import build_inputs, read_inputs
from khoi.warehouse.build import warehouse_file
from khoi.warehouse.errors import WarehouseError
from khoi.warehouse.pointer import next_version, point_at, remove_whole
from khoi.warehouse.versions import PublishedVersion, begin_sum, is_complete, sum_of_warehouse
from khoi.warehouse.vintages import keep_vintage, next_number

KEPT_VERSIONS = 3


def publish(home: Home, fingerprint: str | None = None, *, accepted_break: str | None = None) -> PublishedVersion:
    """Move the build to ``published/<version>.duckdb``, point ``current`` at it, keep the last three whole.

    What is published rests on the inputs that the build's record names, whatever was saved since; ``fingerprint`` is
    another name for them.

    Raises WarehouseError where there is no finished build.
    """
    built = warehouse_file(home)
    if not built.is_file():
        raise WarehouseError(f"{built}: chưa dựng kho; hãy chạy `khoi run` / not built yet; run `khoi run`")
    if built.with_suffix(".duckdb.wal").exists() or not is_complete(built):
        raise WarehouseError(f"{built}: bản dựng chưa xong; hãy chạy lại / the build is unfinished; run it again")
    home.published.mkdir(parents=True, exist_ok=True)
    now = dt.datetime.now(dt.UTC)
    version = next_version(home.published, now)
    inputs = read_inputs(build_inputs(home)) or {}
    mark = fingerprint or (combined(inputs) if inputs else None)
    number = next_number(home)
    begin_sum(built, is_ours=True)
    keep_vintage(home, built, version, now.isoformat(), inputs, number, accepted_break)
    size, content = built.stat().st_size, sum_of_warehouse(built, is_ours=True)
    published = PublishedVersion(version, now.isoformat(), mark, size, accepted_break, number, content)
    write_text(home.published / f"{version}.json", json.dumps(asdict(published), indent=2))
    move(built, home.published / f"{version}.duckdb")
    point_at(home.published, version)
    remove_whole(home.published, KEPT_VERSIONS)
    return published
