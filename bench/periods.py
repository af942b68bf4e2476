"""What one late workbook costs when one, four or all periods of a committee are there, stage by stage.

    KHOI_HOME=… python -m bench.periods FOLDER [--committee TH] [--periods 1 4 7]
    python -m bench.periods FOLDER --long [--periods 1 4 17]

KHOI_HOME is a deployment whose inbox is filled (`khoi demo` makes one). With ``--long`` it is one that is made in
FOLDER/long, of a committee that sent in every half-year since 2018 (`bench.long_history`). For each number the
last so many periods of the committee are published in FOLDER/N but for the last workbook of the last one, and then
that one comes. Seconds are of the processor, as `bench.stages` tells them.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from bench.long_history import COMMITTEE, deployed, half_years
from bench.stages import apart, late_one, printed
from demo.deployment import demo_reference
from ingest.receive import ArrivalTerms
from ingest.vietnam import today
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


def _long(folder: Path) -> tuple[Home, str]:
    """The deployment of `bench.long_history` in ``folder``, made where it is not there yet; and its committee."""
    home = Home(folder.resolve())
    if not (home.inbox / COMMITTEE).is_dir():
        shutil.rmtree(home.root, ignore_errors=True)
        deployed(home, half_years(demo_reference(), today()))
    return home, COMMITTEE


def main() -> None:
    """Measure, and print a column a number of periods."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--committee", default="TH")
    parser.add_argument("--long", action="store_true", help="a committee with every half-year since 2018")
    parser.add_argument("--periods", type=int, nargs="*", help="how many periods; 1, 4 and 7, or with --long all")
    asked = parser.parse_args()
    source, committee = _long(asked.folder / "long") if asked.long else (Home.from_environment(), asked.committee)
    there = sorted(path.name for path in (source.inbox / committee).iterdir() if "H" in path.name)
    columns: dict[str, dict[str, float]] = {}
    for number in asked.periods or [1, 4, len(there) if asked.long else 7]:
        home = Home((asked.folder / str(number)).resolve())
        held, place = apart(published_without_last, source, home, committee, there[-number:])
        shutil.move(held, place)
        seconds, whole, most = apart(late_one, home)
        columns[f"{number} periods"] = {**seconds, "whole run": whole, "MB, largest process": most}
        print(f"{', '.join(there[-number:])}: measured", flush=True)
    printed(columns)


if __name__ == "__main__":
    main()
