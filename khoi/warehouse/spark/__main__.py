"""``python -m khoi.warehouse.spark``: the marts of a deployment on Spark, and whether they say what is published.

Needs the extra ``spark`` and Java 17 or newer. Exit code 0 where every mart is the same, 1 where one differs.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from khoi.deployment.home import Home
from khoi.warehouse.errors import BuildError
from khoi.warehouse.parity import Parity, compared
from khoi.warehouse.spark.build import build_on_spark, spark_folder, tables_of
from khoi.warehouse.versions import published_file


def told(found: list[Parity]) -> str:
    """One line a mart: rows, rows equal to the bit, what differs."""
    lines = [f"{'mart':36} {'rows':>8} {'equal':>8}"]
    lines += [
        f"{one.table:36} {one.rows:8} {one.equal:8}  {'same' if one.holds else ' | '.join(one.differences)}"
        for one in found
    ]
    same = sum(one.holds for one in found)
    return "\n".join([*lines, f"{same} of {len(found)} marts are the same on Spark"])


def main(arguments: list[str] | None = None) -> int:
    """Build on Spark, unless told only to compare what the last build left, and compare with the published file."""
    parser = argparse.ArgumentParser(prog="python -m khoi.warehouse.spark", description=__doc__)
    parser.add_argument("--home", type=Path, help="the deployment, instead of KHOI_HOME")
    parser.add_argument("--compare-only", action="store_true", help="compare what the last build on Spark left")
    options = parser.parse_args(arguments)
    home = Home(options.home) if options.home else Home.from_environment()
    started = time.monotonic()
    if not options.compare_only:
        try:
            build_on_spark(home)
        except BuildError as error:
            print(error, file=sys.stderr)
            return 2
        print(f"built on Spark in {time.monotonic() - started:.0f} s: {spark_folder(home) / 'tables'}")
    published = published_file(home)
    if published is None:
        print(f"{home.root}: nothing is published to compare with; run `khoi run` first", file=sys.stderr)
        return 2
    found = compared(published, tables_of(home, "marts"), "Spark")
    print(told(found))
    return 0 if found and all(one.holds for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
