"""What one late workbook costs beside a run from nothing, and whether both publish the same.

    python -m bench.late FOLDER [--committees LD TV]

FOLDER is a new deployment of the demo. One workbook is held back, the rest is published; then it comes, and then all is
made anew (`khoi run --full`). Seconds are of the processor, dbt's and the readers' processes counted, and of the clock.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from demo.place import DemoPlace
from ingest.receive import ArrivalTerms
from khoi import stages
from khoi.deployment.home import Home
from khoi.warehouse.versions import published_file

_TERMS = ArrivalTerms(vouched="bench.late")
_NODES = "select nodes_run, nodes from build.record"


def taken(work: Callable[[], object]) -> tuple[float, float]:
    """Processor and clock seconds of ``work``, the processes it started and ended counted."""

    def processor() -> float:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(one.ru_utime + one.ru_stime for one in used)

    before, clock = processor(), time.perf_counter()
    work()
    return processor() - before, time.perf_counter() - clock


def contents(home: Home) -> dict[str, tuple[object, ...]]:
    """Table -> its columns with their comments, and its rows in an order of their own; dbt's record is left out."""
    found: dict[str, tuple[object, ...]] = {}
    with duckdb.connect(str(published_file(home)), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name, comment from duckdb_tables() where schema_name <> 'build'"
        ).fetchall()
        columns = (
            "select column_name, data_type, comment from duckdb_columns() where schema_name || '.' || table_name = ?"
        )
        for name, comment in tables:
            rows = connection.execute(f"select * from {name} order by all").fetchall()
            found[name] = (comment, connection.execute(columns, [name]).fetchall(), rows)
    return found


def nodes(home: Home) -> str:
    """How many of dbt's nodes ran for the publication people read."""
    with duckdb.connect(str(published_file(home)), read_only=True) as connection:
        ((run, all_of_them),) = connection.execute(_NODES).fetchall()
    return f"{run} of {all_of_them}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--committees", nargs="*", help="only the inboxes of these; without it, all")
    arguments = parser.parse_args()
    place = DemoPlace.take(Home(arguments.folder.resolve()))
    place.fill()
    home = place.home
    for inbox in home.inbox.iterdir():
        if arguments.committees and inbox.name not in arguments.committees:
            shutil.rmtree(inbox)
    workbooks = sorted(home.inbox.rglob("*.xlsx"), key=lambda path: (path.parent.name, path.name))
    late = workbooks[-1]  # of the last period: figures of a locked one would not be published
    held = shutil.move(late, arguments.folder / late.name)
    print(f"{len(workbooks)} workbooks, late: {late.name}\n")
    print("| run | processor s | clock s | nodes of dbt |\n|---|---|---|---|")

    def told(name: str, full: bool) -> None:
        processor, clock = taken(lambda: stages.run(home, settle_seconds=0, terms=_TERMS, full=full))
        print(f"| {name} | {processor:.1f} | {clock:.1f} | {nodes(home)} |", flush=True)

    told("all but one", full=False)
    shutil.move(held, late)
    told("the late one", full=False)
    after_late = contents(home)
    told("all anew (--full)", full=True)
    anew = contents(home)
    differing = sorted(name for name in after_late.keys() | anew.keys() if after_late.get(name) != anew.get(name))
    print(f"\n{len(anew)} tables, differing: {', '.join(differing) or 'none'}")


if __name__ == "__main__":
    main()
