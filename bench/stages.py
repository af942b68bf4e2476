"""What one late workbook costs, stage by stage, in a deployment of N organizations.

    python -m bench.stages FOLDER [--organizations 300 900 3000] [--seed 7] [--inbox FOLDER]

For each N a deployment of `bench.nation` is made in FOLDER/N, all but its last workbook are published, and then that
one. A deployment that is there already is published anew by the code that is running and used again, so two programs
can be held against each other on copies of one folder. Seconds are of the processor, those of the processes that a
stage starts and waits for among them; each run is a process of its own. ``--inbox``: workbooks that an earlier call of
`bench.nation` has written, copied instead of written again.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench.late import taken
from bench.nation import copy_inbox, deployed, fill
from ingest.receive import ArrivalTerms
from khoi import stages
from khoi.deployment.home import Home

STAGES = (
    *("load_context", "receive", "normalise", "standing_of", "check", "return_copies", "build", "gate", "swap_in"),
    *("write_quality_pages", "write_letters"),
)
_TERMS = ArrivalTerms(vouched="bench.stages")


class Clock:
    """Processor seconds by stage; a stage within another one counts for the outer one alone."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = dict.fromkeys(STAGES, 0.0)
        self._is_within = False

    def timed(self, name: str, stage: Callable[..., Any]) -> Callable[..., Any]:
        """``stage``, its seconds noted under ``name``."""

        def call(*given: Any, **named: Any) -> Any:
            if self._is_within:
                return stage(*given, **named)
            self._is_within, answers = True, []
            try:
                processor, _ = taken(lambda: answers.append(stage(*given, **named)))
            finally:
                self._is_within = False
            self.seconds[name] += processor
            return answers[0]

        return call


def late_one(home: Home) -> tuple[dict[str, float], float, int]:
    """Seconds by stage and in all, and the megabytes of the largest process, of a run that takes what lies there."""
    clock = Clock()
    with ExitStack() as patched:
        for name in STAGES:
            patched.enter_context(patch.object(stages, name, clock.timed(name, getattr(stages, name))))
        whole, _ = taken(lambda: stages.run(home, settle_seconds=0, terms=_TERMS))
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return clock.seconds, whole, most // 1024


def prepared(home: Home, organizations: int, seed: int, inbox: Path | None) -> tuple[Path, Path]:
    """Publish all workbooks but the last one; returns where that one waits and where it belongs."""
    held = home.root / "late.xlsx"
    if not held.is_file():
        contents = deployed(home, organizations, seed)
        if inbox:
            copy_inbox(home, contents, inbox)
        else:
            fill(home, contents)
        last = max(home.inbox.rglob("*.xlsx"))
        shutil.move(last, held)
        (home.root / "late.txt").write_text(last.relative_to(home.root).as_posix(), encoding="utf-8")
    stages.run(home, settle_seconds=0, terms=_TERMS)
    return held, home.root / (home.root / "late.txt").read_text("utf-8")


def apart(work: Callable[..., Any], *given: Any) -> Any:
    """What ``work`` answers in a new process, as a run of a clerk's is one: it loads all it needs."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


def printed(columns: dict[str, dict[str, float]]) -> None:
    """Print a table with a row per part and a column per deployment."""
    print(f"\n| part | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
    for name in next(iter(columns.values())):
        print(f"| {name} | {' | '.join(f'{column[name]:.1f}' for column in columns.values())} |")


def main() -> None:
    """Measure, and print a column a deployment."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--organizations", type=int, nargs="*", default=[300, 900, 3_000])
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--inbox", type=Path, help="an inbox written before, copied instead of written again")
    arguments = parser.parse_args()
    columns: dict[int, dict[str, float]] = {}
    for number in arguments.organizations:
        began = time.perf_counter()
        home = Home((arguments.folder / str(number)).resolve())
        held, place = apart(prepared, home, number, arguments.seed, arguments.inbox)
        work = Home(home.root.with_name(f"{number}.late"))
        shutil.rmtree(work.root, ignore_errors=True)
        shutil.copytree(home.root, work.root, symlinks=True)
        shutil.copyfile(held, work.root / place.relative_to(home.root))
        seconds, whole, most = apart(late_one, work)
        columns[number] = {**seconds, "whole run": whole, "MB, largest process": most}
        shutil.rmtree(work.root)
        print(f"{number}: {time.perf_counter() - began:.0f} s", flush=True)
    printed({str(number): column for number, column in columns.items()})


if __name__ == "__main__":
    main()
