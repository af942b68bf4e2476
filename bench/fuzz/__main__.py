"""python -m bench.fuzz --count 10000 --seed 1: changes filled workbooks at random and tells where a reading differs.

LibreOffice must be installed. Exit code 1 where a fault was found; ``--keep FOLDER`` keeps the workbooks with faults.
``--only 43000949 ...`` tries those again whose numbers an earlier run printed; ``--formats 7500`` tries formats alone.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.fuzz.book import only_sheets
from bench.fuzz.cases import Case, bases, cases
from bench.fuzz.formats import Taken, all_taken, differing, invented
from bench.fuzz.office import Seen, office, seen
from bench.fuzz.recorded import record
from bench.fuzz.trial import Clean, Outcome, compared

_BATCH = 50
_BASES = 12


def main() -> int:
    """Run the trials; prints the counts and every fault."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=10_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--only", type=int, nargs="+", help="these workbooks, by the numbers that were printed")
    arguments.add_argument("--formats", type=int, help="so many invented formats alone, some numbers each")
    arguments.add_argument("--keep", type=Path)
    arguments.add_argument("--record", action="store_true", help="write bench/fuzz/shown.csv again and do nothing else")
    given = arguments.parse_args()
    if office() is None:
        print("LibreOffice is not installed: apt install libreoffice-calc")
        return 2
    if given.record:
        with tempfile.TemporaryDirectory() as name:
            print(f"{record(bases(1, Path(name))[0])} pairs of format and number recorded")
        return 0
    if given.formats:
        return _formats(given.formats, given.seed)
    started = time.monotonic()
    numbers = given.only or range(given.seed * 1_000_000, given.seed * 1_000_000 + given.count)
    whole = Outcome()
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(1) as other:
        folder = Path(name)
        clean_ones = bases(_BASES, folder)
        clean = Clean(clean_ones, folder)
        for first in range(0, len(numbers), _BATCH):
            seeds = numbers[first : first + _BATCH]
            batch = list(cases(seeds, clean_ones, folder, invents=True))
            looked = other.submit(looked_at, batch, folder)
            outcome = compared(batch, looked.result(), clean)
            whole.add(outcome)
            for fault in outcome.faults:
                print(
                    f"{fault.case.name} {fault.kind}: {fault.place} {fault.said}\n    {' | '.join(fault.case.done)}",
                    flush=True,
                )
                if given.keep:
                    given.keep.mkdir(parents=True, exist_ok=True)
                    shutil.copy(fault.case.path, given.keep)
            for case in batch:
                case.path.unlink()
    kinds = Counter(fault.kind for fault in whole.faults)
    print(
        f"{len(numbers)} workbooks in {time.monotonic() - started:.0f} s: {whole.read} read, {whole.refused} refused, "
        f"{whole.unseen} not opened by LibreOffice; {whole.figures} figures and {whole.cells} filled cells compared, "
        f"{whole.untold} figures refused; faults: {dict(kinds) or 'none'}"
    )
    return 1 if whole.faults else 0


def _formats(count: int, seed: int) -> int:
    pairs = 0
    taken: list[Taken] = []
    with tempfile.TemporaryDirectory() as name:
        for shown in invented(count, seed, bases(1, Path(name))[0]):
            pairs += len(shown)
            taken += all_taken(shown)
    wrong = differing(taken)
    for code, number, text, mine in wrong:
        print(f"{code!r}: {number} is shown as {text!r}, taken as {mine:g}")
    told = f"{pairs} pairs of format and number, {len(taken)} taken as a count"
    print(f"{count} invented formats, {told}; differences: {len(wrong) or 'none'}")
    return 1 if wrong else 0


def looked_at(batch: list[Case], folder: Path) -> list[Seen | None]:
    """What LibreOffice shows of the changed sheets of every case."""
    paths = []
    for case in batch:
        path = folder / f"seen-{case.name}.xlsx"
        path.write_bytes(only_sheets(case.path.read_bytes(), set(case.sheets)))
        paths.append(path)
    found = seen(paths)
    for path in paths:
        path.unlink()
    return found


if __name__ == "__main__":
    raise SystemExit(main())
