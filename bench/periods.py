"""What one late workbook costs when one, four or all periods of a committee are there, stage by stage.

    KHOI_HOME=… python -m bench.periods FOLDER [--committee TH] [--periods 1 4 7]

KHOI_HOME is a deployment whose inbox is filled (`khoi demo` makes one). For each number the last so many periods of the
committee are published in FOLDER/N but for the last workbook of the last one, and then that one comes. Seconds are of
the processor, as `bench.stages` tells them.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from bench.stages import apart, late_one, printed
from ingest.receive import ArrivalTerms
from khoi import stages
from khoi.deployment.home import Home

_TERMS = ArrivalTerms(vouched="bench.periods")


def published_without_last(source: Home, home: Home, committee: str, periods: list[str]) -> tuple[Path, Path]:
    """Publish the workbooks of ``periods`` but the last; returns where that one waits and where it belongs."""
    shutil.rmtree(home.root, ignore_errors=True)
    shutil.copytree(source.config, home.config)
    for period in periods:
        shutil.copytree(source.inbox / committee / period, home.inbox / committee / period)
    place = max((home.inbox / committee / periods[-1]).rglob("*.xlsx"))
    held = Path(shutil.move(place, home.root / "late.xlsx"))
    stages.run(home, settle_seconds=0, terms=_TERMS)
    return held, place


def main() -> None:
    """Measure, and print a column a number of periods."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--committee", default="TH")
    parser.add_argument("--periods", type=int, nargs="*", default=[1, 4, 7])
    asked = parser.parse_args()
    source = Home.from_environment()
    there = sorted(path.name for path in (source.inbox / asked.committee).iterdir() if "H" in path.name)
    columns: dict[str, dict[str, float]] = {}
    for number in asked.periods:
        home = Home((asked.folder / str(number)).resolve())
        held, place = apart(published_without_last, source, home, asked.committee, there[-number:])
        shutil.move(held, place)
        seconds, whole, most = apart(late_one, home)
        columns[f"{number} periods"] = {**seconds, "whole run": whole, "MB, largest process": most}
        print(f"{', '.join(there[-number:])}: measured", flush=True)
    printed(columns)


if __name__ == "__main__":
    main()
