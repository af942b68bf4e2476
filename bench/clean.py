"""Are honest workbooks left alone: the demo without its planted faults, by several seeds, through receive and check.

    python -m bench.clean FOLDER [--seeds 20210630 1 2 3 4] [--committees LD TV …] [--keep]

Below FOLDER every seed becomes a deployment of its own with the registers of its plan; its workbooks say what the plan
says, in time and in the form that was given, so that each finding that asks for something is a false alarm - but where
a publication contradicts itself and the demo repeats it (`published_oddities` of `demo/planted.yaml`). Findings told
for information only are not counted. A workbook is counted once, however many questions it is asked.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from demo import generate_demo
from demo.deployment import create_demo_deployment, demo_reference
from demo.plan import load_parameters
from demo.planting import published_oddities
from demo.write_registers import as_files, registers
from ingest import lake
from ingest.receive import ArrivalTerms
from khoi import stages
from khoi.deployment import Home

SEEDS = (20210630, 1, 2, 3, 4)
_AS_THEY_ARRIVED = ArrivalTerms(vouched="tệp của phép đo / files of the bench")


@dataclass(frozen=True)
class CleanCheck:
    """What one seed's honest workbooks were asked: how many there are, and every finding (rule_id, severity, place)."""

    workbooks: int
    findings: pd.DataFrame

    def asked(self, severity: str) -> int:
        """How many workbooks have a finding of the severity."""
        return int(self.findings.loc[self.findings["severity"] == severity, "file_hash"].nunique())

    def by_rule(self) -> str:
        """The rules that asked, with how many workbooks each."""
        counts = self.findings.groupby("rule_id")["file_hash"].nunique()
        return ", ".join(f"{rule} {count}" for rule, count in counts.items())


def checked(folder: Path, parameters: dict[str, Any], seed: int) -> CleanCheck:
    """Write, receive and check a demo of ``parameters`` (`demo.plan.load_parameters`) below ``folder``."""
    home = Home(folder)
    planned = registers(seed, parameters) | {"reporting_periods": _due(parameters)}
    create_demo_deployment(home, as_files(planned))
    generate_demo(home.inbox, home.catalogue(), home.reference(), seed=seed, is_clean=True, parameters=parameters)
    stages.receive(home, settle_seconds=0, terms=_AS_THEY_ARRIVED)
    stages.normalise(home)
    stages.check(home)
    return _found(home)


def of_committees(codes: Collection[str], periods: Collection[str] = ()) -> dict[str, Any]:
    """The demo's parameters for these committees only; all of them in other half-years, where some are given."""
    parameters = load_parameters(demo_reference())
    chosen = {code: own for code, own in parameters["committees"].items() if not codes or code in codes}
    if periods:
        events = {"discipline": {"forms": {"KT": 1}}}
        chosen = {code: {**own, "periods": dict.fromkeys(periods, events)} for code, own in chosen.items()}
    return {**parameters, "committees": chosen}


def _due(parameters: dict[str, Any]) -> pd.DataFrame:
    """The register of due dates, with those half-years added that the demo does not know of a committee."""
    reference = demo_reference()
    known, ends = reference["reporting_periods"], reference["periods"].set_index("period_code")["period_end"]
    rows = [
        {"committee_code": code, "period_code": period, "due_on": ends[period]}
        for code, own in parameters["committees"].items()
        for period in own["periods"]
    ]
    added = pd.DataFrame(rows, columns=known.columns)
    return pd.concat([known, added]).drop_duplicates(["committee_code", "period_code"], ignore_index=True)


def _found(home: Home) -> CleanCheck:
    submissions = lake.read_tables(home.lake / "submissions", lake.SUBMISSIONS)
    findings = lake.read_tables(home.lake / "checked", lake.FINDINGS, "findings.parquet")
    asking = findings[findings["severity"].isin(["hard", "soft"]) & findings["file_hash"].notna()]
    subjects = zip(asking["organization_code"], asking["period_code"], asking["rule_id"], strict=True)
    is_ours = np.array([subject not in published_oddities() for subject in subjects], dtype=bool)
    return CleanCheck(len(submissions), asking[is_ours])


def main(arguments: list[str] | None = None) -> int:
    """Print one line a seed; 1 where a workbook was refused or more than one in a hundred was asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--committees", nargs="+", default=())
    parser.add_argument("--keep", action="store_true", help="leave the deployments there")
    asked = parser.parse_args(arguments)
    print("| seed | workbooks | hard | soft | soft, % | by rule |\n|---|---|---|---|---|---|")
    worst = 0.0
    for seed in asked.seeds:
        place = asked.folder / str(seed)
        told = checked(place, of_committees(asked.committees), seed)
        share = told.asked("soft") / told.workbooks
        worst = max(worst, share, float(told.asked("hard")))
        hard, soft = told.asked("hard"), told.asked("soft")
        print(f"| {seed} | {told.workbooks} | {hard} | {soft} | {share:.2%} | {told.by_rule()} |", flush=True)
        told.findings.to_csv(asked.folder / f"{seed}.csv", index=False)
        if not asked.keep:
            shutil.rmtree(place)
    return int(worst > 0.01)


if __name__ == "__main__":
    sys.exit(main())
