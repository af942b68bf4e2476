"""Clean workbooks spoilt and checked by what ships: what is noticed, which cell is named, is its probability true.

    KHOI_HOME=… python -m bench.endtoend [--seeds 5] [--each 60] [--committees TV LDC LDD BT DN] [--families …]

KHOI_HOME is a deployment whose inbox was run (`khoi demo` makes one). For every family of errors some accepted
workbooks are spoilt as cells, read by `normalise_cells` and checked by `check_tables` beside the period before; then
only what a person would read is judged: the findings and their suggestions. One error a workbook, except in the family
"several" (one to three). Printed are means over the seeds with their range.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from bench.errors import FITTED, UNFITTED, plant
from bench.list_errors import FITTED_LISTS, UNFITTED_LISTS
from bench.workbooks import Deployment, Source, Spoilt, Spot
from khoi.deployment.home import Home

REPORTED_COMMITTEES = ("TV", "LDC", "LDD", "BT", "DN")
SHOWN = re.compile(
    r"(?P<sheet>[^!;\n]+)!(?P<cell>[A-Z]{1,3}[0-9]+(?::[A-Z]{1,3}[0-9]+)?)"
    r"(?:: (?P<observed>[^→;]+?) → (?P<proposed>[^;(]+?))? \((?:trên )?(?P<probability>[0-9]+) ?%"
)
LINES = ((0.95, 1.01), (0.8, 0.95), (0.65, 0.8), (0.5, 0.65))
MATRIX = {**FITTED, **UNFITTED}
LISTED = {**FITTED_LISTS, **UNFITTED_LISTS}
SEVERAL = "several"
FAMILIES = (*MATRIX, *LISTED, SEVERAL)


@dataclass(frozen=True)
class Named:
    """One cell a finding names: where, with which probability, what is proposed."""

    spot: Spot
    probability: float
    proposed: str | None


@dataclass
class Score:
    """Counts over the spoilt workbooks of one family."""

    planted: int = 0
    noticed: int = 0
    explained: int = 0
    exact: int = 0
    first: int = 0
    named: int = 0
    right: int = 0
    accused: int = 0
    wrongly: int = 0
    proposed: int = 0
    proposed_right: int = 0
    pairs: list[tuple[float, bool]] = field(default_factory=list)

    def add(self, spoilt: Spoilt, findings: pd.DataFrame) -> None:
        """Judge what is said of one workbook."""
        self.planted += 1
        self.noticed += bool((findings["severity"] != "info").any())
        linear = findings[findings["engine"] == "rule"]
        if linear.empty:
            return
        self.explained += 1
        named = shown(linear)
        truth = Truth(spoilt)
        self.exact += truth.exactly([one.spot for one in named if one.probability >= 0.5])
        if named:
            self.named += 1
            best = max(named, key=lambda one: one.probability)
            self.first += truth.holds(best.spot)
        for one in named:
            right = truth.holds(one.spot)
            self.pairs.append((one.probability, right))
            self.right += right
            if one.probability >= 0.8:
                self.accused += 1
                self.wrongly += not right
            if right and one.proposed is not None and one.spot in spoilt.truth:
                self.proposed += 1
                self.proposed_right += one.proposed.strip() == spoilt.truth[one.spot]


class Truth:
    """Which cells are wrong; a missing row may be shown at its list."""

    def __init__(self, spoilt: Spoilt) -> None:
        self.spots = set(spoilt.truth)
        sheets = spoilt.source.sheets
        self.rows = {(sheets[form], row) for form, row in spoilt.added}
        self.lists = {sheets[form] for form, _ in spoilt.removed}

    def holds(self, spot: Spot) -> bool:
        """True where the named cell, row or list is wrong."""
        sheet, cell = spot
        if spot in self.spots:
            return True
        row = int(re.sub(r"[A-Z]+", "", cell.split(":")[0]))
        return (sheet, row) in self.rows or (sheet in self.lists and ":" in cell)

    def exactly(self, spots: list[Spot]) -> bool:
        """True where the named cells are the wrong ones, no more and no fewer."""
        whole = bool(self.rows or self.lists)
        return bool(spots) and all(self.holds(spot) for spot in spots) and (whole or set(spots) == self.spots)


def shown(findings: pd.DataFrame) -> list[Named]:
    """The cells that the findings of one workbook name, each once with its highest probability."""
    best: dict[Spot, Named] = {}
    for text in findings["suggested"].dropna():
        for found in SHOWN.finditer(text):
            probability = int(found["probability"]) / 100
            spot = (found["sheet"].strip(), found["cell"])
            one = Named(spot, min(probability, 0.99), found["proposed"])
            if spot not in best or best[spot].probability < one.probability:
                best[spot] = one
    return list(best.values())


def spoil(source: Source, family: str, number: int, rng: np.random.Generator, deployment: Deployment) -> Spoilt | None:
    """A copy of the workbook with errors of the family, or None where there is nothing to spoil."""
    spoilt = Spoilt(source, family, f"{number:064x}")
    if family in LISTED:
        planter = next(iter(LISTED[family].values()))
        return spoilt if planter(rng, spoilt, deployment.reference) else None
    mechanisms = MATRIX.get(family) or {name: one for part in MATRIX.values() for name, one in part.items()}
    events = 1 + int(rng.choice(3, p=(0.5, 0.3, 0.2))) if family == SEVERAL else 1
    written, by_cell = plant(rng, source.given, mechanisms, events)
    for code, value in written.items():
        spot = source.spots[code]
        spoilt.written[spot] = None if value is None else str(value)
        spoilt.truth[spot] = str(source.given.values[code])
    spoilt.mechanisms = set(by_cell.values())
    return spoilt if written else None


def sample(deployment: Deployment, family: str, each: int, seed: int) -> list[Spoilt]:
    """Up to ``each`` spoilt workbooks of distinct organizations and periods."""
    rng = np.random.default_rng([seed, FAMILIES.index(family)])
    found: list[Spoilt] = []
    for index in rng.permutation(len(deployment.sources)):
        one = spoil(deployment.sources[int(index)], family, (seed << 40) + int(index), rng, deployment)
        if one is not None:
            found.append(one)
        if len(found) == each:
            break
    return found


def judged(deployment: Deployment, spoilt: list[Spoilt]) -> Score:
    """The score of one sample."""
    score = Score()
    findings = deployment.checked(spoilt).findings
    of_file = dict(tuple(findings.groupby("file_hash")))
    for one in spoilt:
        score.add(one, of_file.get(one.file_hash, findings.iloc[:0]))
    return score


def line(family: str, scores: list[Score]) -> str:
    """One row of the table: means over the seeds, the range of the exact share, all seeds pooled elsewhere."""

    def share(top: str, bottom: str) -> float:
        below = sum(getattr(one, bottom) for one in scores)
        return sum(getattr(one, top) for one in scores) / below if below else float("nan")

    exact = [one.exact / one.explained for one in scores if one.explained] or [float("nan")]
    kind = "" if family in FITTED or family in FITTED_LISTS else "*"
    return (
        f"{family + kind:20s} {sum(one.planted for one in scores):5d} noticed {share('noticed', 'planted'):.2f} "
        f"by linear rules {share('explained', 'planted'):.2f} exact {np.mean(exact):.3f} "
        f"({min(exact):.2f}-{max(exact):.2f}) first right {share('first', 'named'):.2f} "
        f"wrongly at p>=.8 {sum(one.wrongly for one in scores):3d}/{sum(one.accused for one in scores):<4d} "
        f"value right {share('proposed_right', 'proposed'):.2f}"
    )


def print_bands(pairs: list[tuple[float, bool]], title: str) -> None:
    """Stated against true probability."""
    print(f"  {title}")
    for low, high in LINES:
        inside = [pair for pair in pairs if low <= pair[0] < high]
        if inside:
            mean, true = np.mean([p for p, _ in inside]), np.mean([right for _, right in inside])
            print(f"    p {low:.2f}-{min(1, high):.2f}: {len(inside):5d} cells, stated {mean:.3f}, wrong {true:.3f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=101)
    parser.add_argument("--each", type=int, default=60)
    parser.add_argument("--committees", nargs="+", default=list(REPORTED_COMMITTEES))
    parser.add_argument("--families", nargs="+", default=list(FAMILIES))
    options = parser.parse_args()
    deployment = Deployment(Home.from_environment(), options.committees)
    pooled: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for family in options.families:
        seeds = range(options.first_seed, options.first_seed + options.seeds)
        scores = [judged(deployment, sample(deployment, family, options.each, seed)) for seed in seeds]
        print(line(family, scores), flush=True)
        group = "fitted" if family in FITTED or family in FITTED_LISTS else "not fitted"
        pooled[group] += [pair for one in scores for pair in one.pairs]
        if family in LISTED:
            pooled["lists"] += [pair for one in scores for pair in one.pairs]
    for group, pairs in pooled.items():
        print_bands(pairs, group)


if __name__ == "__main__":
    main()
