"""Comparator only: Banff's error localisation over a folder of returns. Run by an interpreter that has Banff installed.

    python banff_errorloc.py FOLDER

FOLDER holds returns.csv (one row per return: unit, c0, c1, ...) and edits.txt; flagged.csv (unit, cell, seconds) is
written there.
Stands alone on purpose: Banff is no dependency of the project and pins older libraries.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import banff
import pandas as pd


def main(folder: Path) -> None:
    """Localise every return of the folder, one second each at most."""
    start = time.perf_counter()
    call = banff.errorloc(
        indata=pd.read_csv(folder / "returns.csv", dtype={"unit": str}),
        edits=(folder / "edits.txt").read_text(encoding="utf-8"),
        unit_id="unit",
        time_per_obs=1,
        seed=1,
        accept_negative=False,
        outstatus="pandas",
    )
    seconds = time.perf_counter() - start
    found = call.outstatus
    found = found.to_pandas() if hasattr(found, "to_pandas") else found
    names = {name.lower(): name for name in found.columns}
    flagged = found[[names["unit"], names["fieldid"]]]
    flagged.columns = ["unit", "cell"]
    flagged.assign(seconds=seconds).to_csv(folder / "flagged.csv", index=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
