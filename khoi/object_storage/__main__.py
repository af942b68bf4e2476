"""``python -m khoi.object_storage fetch|store|verify s3://BUCKET/PREFIX``: a deployment beside an object storage.

    fetch    workbooks sent below PREFIX/inbox/ into the inbox, each once
    store    landed files, lake and published marts to PREFIX, only what is new there
    verify   every table in the bucket read by DuckDB and held against the deployment

Needs the extra ``s3``; endpoint and credentials by the AWS_* variables. Exit code 0 fine, 1 something was refused or
differs, 2 it could not be done.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ingest.told import Told
from khoi.deployment.home import Home, NoRegisters
from khoi.deployment.lock import AnotherRun, locked
from khoi.object_storage.bucket import Bucket
from khoi.object_storage.fetch import fetch
from khoi.object_storage.reading import compared
from khoi.object_storage.store import store

_WAIT_SECONDS = 600.0


def _fetched(bucket: Bucket, home: Home) -> int:
    report = fetch(bucket, home)
    for name, why in report.refused:
        print(f"{name}: không nhận / refused: {why}", file=sys.stderr)
    for name in report.changing:
        print(f"{name}: vừa được thay, để lần sau / just replaced, next time", file=sys.stderr)
    print(
        f"{len(report.fetched)} tệp mới trong inbox, {report.known} đã lấy trước / {len(report.fetched)} new files in "
        f"the inbox, {report.known} taken before, {len(report.refused)} refused"
    )
    return 1 if report.refused else 0


def _stored(bucket: Bucket, home: Home, keep: int | None) -> int:
    with locked(home, _WAIT_SECONDS):
        report = store(bucket, home, keep=keep)
    for name, why in report.left_out:
        print(f"{name}: {why}", file=sys.stderr)
    print(
        f"trạng thái / state {report.number}: {report.files} tệp / files, {report.size_bytes} byte; gửi / sent "
        f"{report.sent_files} ({report.sent_bytes} byte); xóa / removed {report.removed}"
    )
    return 1 if report.left_out else 0


def _verified(bucket: Bucket, home: Home) -> int:
    found = compared(bucket, home)
    print(f"{'bảng / table':44} {'bucket':>10} {'home':>10}")
    for one in found:
        counts = " ".join(f"{'–' if rows is None else rows:>10}" for rows in (one.there, one.here))
        print(f"{one.table:44} {counts}  {'giống / same' if one.same else 'KHÁC / DIFFERS'}")
    same = sum(one.same for one in found)
    print(f"{same}/{len(found)} bảng giống nhau / tables are the same")
    return 0 if same == len(found) else 1


def main(arguments: list[str] | None = None) -> int:
    """Do one of the three."""
    parser = argparse.ArgumentParser(
        prog="python -m khoi.object_storage", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["fetch", "store", "verify"])
    parser.add_argument("url", help="s3://BUCKET/PREFIX")
    parser.add_argument("--home", type=Path, help="the deployment, instead of KHOI_HOME")
    parser.add_argument("--keep", type=int, help="store: how many states are kept, this one among them")
    options = parser.parse_args(arguments)
    home = Home(options.home.resolve()) if options.home else Home.from_environment()
    try:
        bucket = Bucket.at(options.url)
        if options.what == "fetch":
            return _fetched(bucket, home)
        return _stored(bucket, home, options.keep) if options.what == "store" else _verified(bucket, home)
    except (Told, NoRegisters, AnotherRun) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
