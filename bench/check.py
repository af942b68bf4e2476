"""How long `khoi check` of one workbook takes, in a new process and in one that stays, beside reading it bare.

    python -m bench.check [--runs 5] [--files 5] [--profile]

Files are workbooks of the inbox of KHOI_HOME (`khoi demo` fills one), spread over it. In every run each contender takes
its turn with each file. Seconds are those of the processor as well as of the clock: on a busy machine only the first
say anything. The targets are 1.5 s in a new process and 0.05 s in one that stays.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.ingest import bare_calamine, pandas_openpyxl

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


@dataclass
class Taken:
    """What one contender took, in processor and clock seconds, one entry a turn."""

    processor: list[float] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)


def some_files(inbox: Path, most: int) -> list[Path]:
    """Some .xlsx workbooks of ``inbox``, spread over all of them in the order of their names."""
    paths = sorted(inbox.rglob("*.xlsx"))
    return paths[:: max(1, len(paths) // most)][:most]


def in_a_new_process(arguments: list[str], taken: Taken) -> None:
    """Run Python with ``arguments``, and note what it took; processes that it started and left are not counted."""
    started = time.perf_counter()
    quiet = os.open(os.devnull, os.O_WRONLY)
    process = os.posix_spawn(
        sys.executable,
        [sys.executable, *arguments],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, quiet, 1), (os.POSIX_SPAWN_DUP2, quiet, 2)],
    )
    os.close(quiet)
    _, _, used = os.wait4(process, 0)
    taken.clock.append(time.perf_counter() - started)
    taken.processor.append(used.ru_utime + used.ru_stime)


def staying(work: Callable[[], object], taken: Taken) -> None:
    """Do ``work`` in this process, and note what it took."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    taken.processor.append(time.process_time() - processor)
    taken.clock.append(time.perf_counter() - clock)


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
    print(f"{len(paths)} workbooks, {arguments.runs} runs, medians")
    table("a new process", cold, "bare calamine")
    table("a process that stays", warm, "bare calamine")


if __name__ == "__main__":
    main()
