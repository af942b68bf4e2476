"""How long the way from an inbox to the checked lake takes, against reading the same files bare.

    python -m bench.ingest [INBOX] [--runs 3] [--workers N]

INBOX defaults to the inbox of KHOI_HOME (`khoi demo` fills one). In every run each contender takes its turn, so that
a busy machine slows all of them; the table shows medians and ratios to reading bare with calamine in one process.
The lake is written to a temporary folder and removed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    # Reading processes import this module too: what it imports at once, each of them waits for.
    from ingest.catalogue import Catalogue
    from ingest.reference import Reference

Contender = Callable[[list[Path]], int]
T = TypeVar("T")
BARE = "bare calamine"


def bare_calamine(paths: list[Path]) -> int:
    """Every sheet of every file as Python rows; what cannot be opened is passed over. Returns the files read."""
    from python_calamine import load_workbook

    read = 0
    for path in paths:
        try:
            book = load_workbook(BytesIO(path.read_bytes()))
            for name in book.sheet_names:
                book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            read += 1
        except Exception:
            continue
    return read


def pandas_openpyxl(paths: list[Path]) -> int:
    """The usual way: pandas with openpyxl, one frame a sheet. It reads .xlsx only."""
    import pandas as pd

    read = 0
    for path in paths:
        try:
            pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl")
            read += 1
        except Exception:
            continue
    return read


class Pipeline:
    """The stages of this project, from the inbox to the lake, each timed."""

    def __init__(self, inbox: Path, workers: int, catalogue: Catalogue, reference: Reference, *, check: bool) -> None:
        self._inbox = inbox
        self._check = check
        self._workers = workers
        self._catalogue = catalogue
        self._reference = reference
        self.seconds: dict[str, list[float]] = {}

    def __call__(self, paths: list[Path]) -> int:
        """Receive, normalise and check everything from nothing; returns the files received."""
        from ingest.normalise import normalise_partitions, stale_partitions
        from ingest.receive import receive_inbox

        with tempfile.TemporaryDirectory() as folder:
            landed, lake = Path(folder) / "landed", Path(folder) / "lake"
            known = (self._catalogue, self._reference)
            report = self._timed(
                "receive", lambda: receive_inbox(self._inbox, landed, lake, *known, workers=self._workers)
            )
            self._timed("normalise", lambda: normalise_partitions(lake, stale_partitions(lake, *known), *known))
            if self._check:
                self._timed("check", lambda: _checked(lake, *known))
            self._timed("second run", lambda: receive_inbox(self._inbox, landed, lake, *known, workers=self._workers))
            return report.new

    def _timed(self, stage: str, work: Callable[[], T]) -> T:
        start = time.perf_counter()
        done = work()
        self.seconds.setdefault(stage, []).append(time.perf_counter() - start)
        return done


def _checked(lake: Path, catalogue: Catalogue, reference: Reference) -> None:
    from quality.catalogue import load_rules
    from quality.check_lake import check_lake

    check_lake(lake, catalogue, reference, load_rules(catalogue, reference))


def measure(contenders: dict[str, Contender], paths: list[Path], runs: int) -> dict[str, tuple[int, float]]:
    """Per contender the files read and the median seconds over ``runs`` alternating runs."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    files = dict.fromkeys(contenders, 0)
    for _ in range(runs):
        for name, contender in contenders.items():
            start = time.perf_counter()
            files[name] = contender(paths)
            seconds[name].append(time.perf_counter() - start)
    return {name: (files[name], statistics.median(seconds[name])) for name in contenders}


def main() -> None:
    """Measure and print."""
    from khoi.deployment.home import Home

    home = Home.from_environment()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("inbox", nargs="?", type=Path, default=home.inbox)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--without-openpyxl", action="store_true", help="leave out the slowest contender")
    parser.add_argument("--without-check", action="store_true", help="stop at the normalised lake")
    given = parser.parse_args()
    paths = sorted(path for path in given.inbox.rglob("*") if path.is_file())
    pipeline = Pipeline(given.inbox, given.workers, home.catalogue(), home.reference(), check=not given.without_check)
    contenders: dict[str, Contender] = {BARE: bare_calamine, "inbox to lake": pipeline}
    if not given.without_openpyxl:
        contenders["pandas + openpyxl"] = pandas_openpyxl
    result = measure(contenders, paths, given.runs)
    floor = result[BARE][1]
    print(f"{len(paths)} files, {given.workers} workers, median of {given.runs} alternating runs")
    for name, (files, seconds) in result.items():
        print(f"{name:24} {files:6} files {seconds:8.2f} s {seconds / floor:7.2f} x")
    for stage, times in pipeline.seconds.items():
        print(f"  {stage:22} {'':12} {statistics.median(times):8.2f} s {statistics.median(times) / floor:7.2f} x")


if __name__ == "__main__":
    main()
