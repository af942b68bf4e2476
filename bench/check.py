"""How long `khoi check` of one workbook takes, in a new process and in one that stays, beside reading it bare.

    python -m bench.check [--runs 5] [--files 5] [--profile] [--json]

Files are workbooks of the inbox of KHOI_HOME (`khoi demo` fills one), spread over it. In every run each contender takes
its turn with each file. Seconds are those of the processor as well as of the clock: on a busy machine only the first
say anything; those of a new process hold what it leaves behind (`bench.taken`). The targets are 1.5 s in a new process
and 0.05 s in one that stays.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import statistics
from pathlib import Path

from bench.ingest import bare_calamine, pandas_openpyxl
from bench.taken import Taken, in_a_new_process, staying

_OPENPYXL = "import sys, pandas; pandas.read_excel(sys.argv[1], sheet_name=None, header=None, engine='openpyxl')"
_CALAMINE = (
    "import sys; from python_calamine import load_workbook; book = load_workbook(sys.argv[1]);"
    "[book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]"
)
_COMMANDS = {
    "khoi check": ["-m", "khoi", "check", "{file}", "--json"],
    "pandas + openpyxl": ["-c", _OPENPYXL, "{file}"],
    "bare calamine": ["-c", _CALAMINE, "{file}"],
}


def some_files(inbox: Path, most: int) -> list[Path]:
    """Some .xlsx workbooks of ``inbox``, spread over all of them in the order of their names."""
    paths = sorted(inbox.rglob("*.xlsx"))
    return paths[:: max(1, len(paths) // most)][:most]


def table(title: str, taken: dict[str, Taken], floor: str) -> None:
    """Print medians as rows of a Markdown table; the ratio is that of processor seconds to the floor."""
    least = statistics.median(taken[floor].processor)
    print(f"\n| {title} | processor s | x floor | clock s |\n|---|---|---|---|")
    for name, one in taken.items():
        seconds = statistics.median(one.processor)
        print(f"| {name} | {seconds:.3f} | {seconds / least:.1f} | {statistics.median(one.clock):.3f} |")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--files", type=int, default=5)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--json", action="store_true", help="medians as JSON, for the record of the suite")
    arguments = parser.parse_args()
    from khoi.deployment.home import Home
    from khoi.exchange.precheck import prechecker

    home = Home.from_environment()
    paths = some_files(home.inbox, arguments.files)
    cold = {name: Taken() for name in _COMMANDS}
    for _ in range(arguments.runs):
        for path in paths:
            for name, command in _COMMANDS.items():
                in_a_new_process([str(path) if word == "{file}" else word for word in command], cold[name])
    warm = {name: Taken() for name in _COMMANDS}
    with prechecker(home) as ready:
        ready.check(paths[:1])
        for _ in range(arguments.runs):
            for path in paths:
                staying(lambda path=path: ready.check([path]), warm["khoi check"])  # type: ignore[misc]
                staying(lambda path=path: pandas_openpyxl([path]), warm["pandas + openpyxl"])  # type: ignore[misc]
                staying(lambda path=path: bare_calamine([path]), warm["bare calamine"])  # type: ignore[misc]
        if arguments.profile:
            profile = cProfile.Profile()
            profile.runcall(ready.check, paths[:1])
            pstats.Stats(profile).sort_stats("cumtime").print_stats(45)
    if arguments.json:
        for one in cold.values():
            one.megabytes.clear()  # A new process begins with the size of this one, which is no small one.
        found = {"check, a new process": cold, "check, a process that stays": warm}
        print(
            json.dumps({question: {name: one.medians() for name, one in of.items()} for question, of in found.items()})
        )
        return
    print(f"{len(paths)} workbooks, {arguments.runs} runs, medians")
    table("a new process", cold, "bare calamine")
    table("a process that stays", warm, "bare calamine")


if __name__ == "__main__":
    main()
