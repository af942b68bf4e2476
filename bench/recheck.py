"""How long one returned workbook takes to be checked again where everything is loaded (`khoi.exchange.precheck`).

    python -m bench.recheck [--runs 20] [--files 5] [--profile]

Files are workbooks of KHOI_HOME (`khoi demo` fills one) that were returned, spread over its committees. The target
is 0.05 s a workbook. The table shows the median and the 95th percentile of the whole and of its parts.
"""

from __future__ import annotations

import argparse
import cProfile
import functools
import pstats
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

TARGET = 0.05


def returned_files(home: Any, most: int) -> list[Path]:
    """Some returned .xlsx workbooks of the deployment's inbox, in the order of their names."""
    from ingest.lake import SUBMISSION_STATES, SUBMISSIONS, read_tables

    submissions = read_tables(home.lake / "submissions", SUBMISSIONS)
    states = read_tables(home.lake / "checked", SUBMISSION_STATES, "submission_states.parquet")
    back = submissions[submissions["file_hash"].isin(states.loc[states["state"] == "returned", "file_hash"])]
    names = sorted(back.loc[back["container"] == "xlsx", "file_name"])
    return [home.inbox / name for name in names[:: max(1, len(names) // most)][:most]]


def timed(module: Any, name: str, label: str, seconds: dict[str, list[float]]) -> None:
    """Let ``module.name`` note its time under ``label``."""
    whole: Callable[..., Any] = getattr(module, name)

    @functools.wraps(whole)
    def noting(*arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return whole(*arguments, **named)
        finally:
            seconds[label].append(time.perf_counter() - started)

    setattr(module, name, noting)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--files", type=int, default=5)
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
    from khoi.deployment.home import Home
    from khoi.exchange import precheck

    home = Home.from_environment()
    paths = returned_files(home, arguments.files)
    seconds: dict[str, list[float]] = defaultdict(list)
    for name, label in (("normalise_cells", "normalise"), ("_earlier", "the lake"), ("check_tables", "check")):
        timed(precheck, name, label, seconds)
    with precheck.prechecker(home) as ready:
        for path in paths:
            ready.check([path])
        seconds.clear()
        for _ in range(arguments.runs):
            for path in paths:
                started = time.perf_counter()
                ready.check([path])
                seconds["whole"].append(time.perf_counter() - started)
        for label, taken in seconds.items():
            median, high = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
            print(f"{label:10} median {median:.3f} s   p95 {high:.3f} s")
        print(f"target {TARGET} s: {'met' if statistics.median(seconds['whole']) <= TARGET else 'missed'}")
        if arguments.profile:
            profile = cProfile.Profile()
            profile.runcall(ready.check, paths[:1])
            pstats.Stats(profile).sort_stats("cumtime").print_stats(45)


if __name__ == "__main__":
    main()
