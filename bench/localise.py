"""Clean workbooks spoilt and checked by what ships: what is noticed, which cell is named, is its probability true.

    KHOI_HOME=… python -m bench.localise [--seeds 5] [--each 40] [--committees TV LDC LDD BT DN] [--plot FILE.svg]
        [--scores FILE.json]

KHOI_HOME is a deployment whose inbox was run (`khoi demo` makes one). For every family of errors some accepted
workbooks are spoilt as cells, read by `normalise_cells` and checked by `check_tables` beside the periods before; then
only what a person would read is judged: the findings and their suggestions. One error a workbook, except in the
families "several" (one to three). Minimum change weighted by last period is given the same problems. Printed is a
table of means over the seeds with the range of the exact share; `*` marks what never entered a fit (`bench.fit`).
The number beside a proposed value is the probability of that value, the one beside a bare cell that the cell is wrong:
each is held against what it says. ``--scores`` keeps every seed as it ends; what stands there is not measured again, so
a run that was broken off goes on or is printed as far as it came (``--seeds 0``).
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench.baselines import minimum_change, weights_from_last_period
from bench.block_errors import BLOCKS
from bench.calibration_plot import calibration_svg
from bench.errors import FIGURES_OF_THE_YEAR, FITTED, SHEET_OF_LAST_PERIOD, UNFITTED, plant
from bench.held_out_errors import HELD_OUT, HELD_OUT_LISTS
from bench.list_errors import FITTED_LISTS, UNFITTED_LISTS
from bench.workbooks import Deployment, Source, Spoilt, Spot
from khoi.deployment.home import Home
from quality.localise import Problem

REPORTED_COMMITTEES = ("TV", "LDC", "LDD", "BT", "DN")
SHOWN = re.compile(
    r"(?P<sheet>[^!;\n]+)!(?P<cell>[A-Z]{1,3}[0-9]+(?::[A-Z]{1,3}[0-9]+)?)"
    r"(?:: (?P<observed>[^→;]+?) → (?P<proposed>[^;(]+?))? \((?:trên )?(?P<probability>[0-9]+) ?%"
)
LINES = ((0.95, 1.01), (0.8, 0.95), (0.65, 0.8), (0.5, 0.65))
MATRIX = {**FITTED, **UNFITTED, **HELD_OUT}
LISTED = {**FITTED_LISTS, **UNFITTED_LISTS, **HELD_OUT_LISTS}
SEVERAL_KNOWN, SEVERAL = "several known", "several"
FAMILIES = (*MATRIX, *LISTED, SEVERAL_KNOWN, SEVERAL, *BLOCKS)


@dataclass(frozen=True)
class Named:
    """One cell a finding names: where, with which probability, what is proposed.

    ``probability`` is that of the proposed value where there is one, else that the cell is wrong.
    """

    spot: Spot
    probability: float
    proposed: str | None


@dataclass(frozen=True)
class Claim:
    """One number that was read: what it states, whether what it says is so, whether its cell is wrong at all."""

    stated: float
    so: bool
    wrong: bool


@dataclass
class Score:
    """Counts over the spoilt workbooks of one family."""

    planted: int = 0
    noticed: int = 0
    explained: int = 0
    exact: int = 0
    opponent: int = 0
    first: int = 0
    named: int = 0
    right: int = 0
    accused: int = 0
    wrongly: int = 0
    proposed: int = 0
    proposed_right: int = 0
    claims: list[Claim] = field(default_factory=list)

    @classmethod
    def of(cls, data: dict[str, Any]) -> Score:
        """The score that `asdict` made ``data`` of."""
        return cls(**{**data, "claims": [Claim(**one) for one in data["claims"]]})

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
            self.claims.append(Claim(one.probability, truth.bears_out(one), right))
            self.right += right
            if one.probability >= 0.8:
                self.accused += 1
                self.wrongly += not right
            if right and one.proposed is not None and one.spot in spoilt.truth:
                self.proposed += 1
                self.proposed_right += truth.bears_out(one)


class Truth:
    """Which cells are wrong; a missing row may be shown at its list, a sheet of last period at its range."""

    def __init__(self, spoilt: Spoilt) -> None:
        self.spots = set(spoilt.truth)
        self.texts = spoilt.truth
        sheets = spoilt.source.sheets
        self.rows = {(sheets[form], row) for form, row in spoilt.added}
        self.lists = {sheets[form] for form, _ in spoilt.removed}
        repeated = spoilt.mechanisms in ({SHEET_OF_LAST_PERIOD}, {FIGURES_OF_THE_YEAR})
        self.repeated = {sheet for sheet, _ in self.spots} if repeated else set()

    def holds(self, spot: Spot) -> bool:
        """True where the named cell, row or list is wrong."""
        sheet, cell = spot
        if spot in self.spots or (sheet in self.repeated and ":" in cell):
            return True
        row = int(re.sub(r"[A-Z]+", "", cell.split(":")[0]))
        return (sheet, row) in self.rows or (sheet in self.lists and ":" in cell)

    def bears_out(self, named: Named) -> bool:
        """True where what the number says is so: of the proposed value if one is known, else that the cell is wrong."""
        stands = self.texts.get(named.spot)
        if named.proposed is None or stands is None:
            return self.holds(named.spot)
        return named.proposed.strip() == stands

    def exactly(self, spots: list[Spot]) -> bool:
        """True where the named cells are the wrong ones, no more and no fewer."""
        whole = bool(self.rows or self.lists) or any(sheet in self.repeated and ":" in cell for sheet, cell in spots)
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
    families = {SEVERAL: MATRIX, SEVERAL_KNOWN: FITTED}.get(family, {family: (MATRIX | BLOCKS).get(family, {})})
    mechanisms = {name: one for part in families.values() for name, one in part.items()}
    events = 1 + int(rng.choice(3, p=(0.5, 0.3, 0.2))) if family in (SEVERAL, SEVERAL_KNOWN) else 1
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
        one = spoil(
            deployment.sources[int(index)],
            family,
            (seed << 48) + (FAMILIES.index(family) << 32) + int(index),
            rng,
            deployment,
        )
        if one is not None:
            found.append(one)
        if len(found) == each:
            break
    return found


def baseline(problem: Problem) -> list[Spot]:
    """The places that minimum change weighted by the last period would have corrected."""
    changed = minimum_change(problem, weights_from_last_period(problem)) or {}
    places = [problem.by_key[name].label or f"{name}!A1" for name in changed]
    return [(place.split("!")[0], place.split("!")[1]) for place in places]


def judged(deployment: Deployment, families: list[str], each: int, seed: int, opponent: bool) -> dict[str, Score]:
    """The score of every family in one seed."""
    spoilt = [one for family in families for one in sample(deployment, family, each, seed)]
    scores = {family: Score() for family in families}
    for batch, result in deployment.batches(spoilt):
        of_file = dict(tuple(result.findings.groupby("file_hash")))
        nothing = result.findings.iloc[:0]
        problems = {one.file_hash: one.problem for one in result.explained}
        for one in batch:
            scores[one.family].add(one, of_file.get(one.file_hash, nothing))
            if opponent and one.file_hash in problems:
                scores[one.family].opponent += Truth(one).exactly(baseline(problems[one.file_hash]))
    return scores


def fitted(family: str) -> bool:
    """True where the family may enter a fit."""
    return family in FITTED or family in FITTED_LISTS or family == SEVERAL_KNOWN


HEADINGS = (
    "family | spoilt | noticed | contradict | exact (range) | minimum change | first named is wrong indeed | "
    "right cells accused at p ≥ .8 | right at p ≥ .95 | value right"
)
BAND_HEADINGS = "families | stated | numbers | mean stated | so indeed | points | cell is wrong"


def line(family: str, scores: list[Score]) -> str:
    """One row of the table: means over the seeds, the range of the exact share, all seeds pooled elsewhere."""

    def total(name: str) -> int:
        return sum(getattr(one, name) for one in scores)

    def share(top: str, bottom: str) -> str:
        return f"{total(top) / total(bottom):.2f}" if total(bottom) else "-"

    exact = [one.exact / one.explained for one in scores if one.explained]
    sure = [claim.so for one in scores for claim in one.claims if claim.stated >= 0.95]
    cells = (
        family if fitted(family) else f"{family} *",
        str(total("planted")),
        share("noticed", "planted"),
        share("explained", "planted"),
        f"{np.mean(exact):.3f} ({min(exact):.2f}-{max(exact):.2f})" if exact else "-",
        share("opponent", "explained"),
        share("first", "named"),
        f"{total('wrongly')} of {total('accused')}",
        f"{np.mean(sure):.3f} of {len(sure)}" if sure else "-",
        share("proposed_right", "proposed"),
    )
    return f"| {' | '.join(cells)} |"


def bands(claims: list[Claim], title: str) -> list[str]:
    """Stated against true probability of the cells shown, one row a band."""
    rows = []
    for low, high in LINES:
        inside = [claim for claim in claims if low <= claim.stated < high]
        if inside:
            mean, so, wrong = np.mean([(one.stated, one.so, one.wrong) for one in inside], axis=0)
            shown = f"{low:.2f}-{min(1, high):.2f} | {len(inside)} | {mean:.3f} | {so:.3f} | {100 * (so - mean):+.1f}"
            rows.append(f"| {title} | {shown} | {wrong:.3f} |")
    return rows


@cache
def loaded(committees: tuple[str, ...]) -> Deployment:
    """The deployment, read once in a process."""
    return Deployment(Home.from_environment(), committees)


def one_seed(options: argparse.Namespace, seed: int) -> dict[str, Score]:
    """The score of every family in one seed."""
    return judged(loaded(tuple(options.committees)), options.families, options.each, seed, not options.no_opponent)


def measured(options: argparse.Namespace) -> Iterator[tuple[int, dict[str, Score]]]:
    """The scores of every seed that is not kept yet, as they end."""
    kept = kept_scores(options)
    seeds = [seed for seed in range(options.first_seed, options.first_seed + options.seeds) if seed not in kept]
    with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as pool:
        running = {pool.submit(one_seed, options, seed): seed for seed in seeds}
        for ended in as_completed(running):
            yield running[ended], ended.result()


def asked(options: argparse.Namespace) -> dict[str, Any]:
    """What scores have to have in common to stand in one table."""
    return {"each": options.each, "committees": options.committees, "opponent": not options.no_opponent}


def kept_scores(options: argparse.Namespace) -> dict[int, dict[str, Score]]:
    """The seeds that the file of scores holds; seeds of another question are refused."""
    if options.scores is None or not options.scores.exists():
        return {}
    data = json.loads(options.scores.read_text(encoding="utf-8"))
    if data["asked"] != asked(options):
        raise SystemExit(f"{options.scores} holds the scores of another question: {data['asked']}")
    return {
        int(seed): {family: Score.of(one) for family, one in of_seed.items()} for seed, of_seed in data["seeds"].items()
    }


def keep(options: argparse.Namespace, by_seed: dict[int, dict[str, Score]]) -> None:
    """Write the scores of every seed that has ended."""
    if options.scores is not None:
        seeds = {seed: {family: asdict(one) for family, one in of_seed.items()} for seed, of_seed in by_seed.items()}
        options.scores.write_text(json.dumps({"asked": asked(options), "seeds": seeds}), encoding="utf-8")


def report(families: list[str], by_seed: list[dict[str, Score]]) -> dict[str, list[Claim]]:
    """Print both tables; every claim by family."""
    print(f"| {HEADINGS} |\n|{'---|' * (HEADINGS.count('|') + 1)}")
    pooled: dict[str, list[Claim]] = {}
    for family in families:
        scores = [one[family] for one in by_seed]
        print(line(family, scores))
        pooled[family] = [claim for one in scores for claim in one.claims]
    print(f"\n| {BAND_HEADINGS} |\n|{'---|' * (BAND_HEADINGS.count('|') + 1)}")
    for group, title in ((True, "fitted"), (False, "not fitted")):
        claims = [claim for family, found in pooled.items() if fitted(family) is group for claim in found]
        print("\n".join(bands(claims, title)))
    return pooled


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=101)
    parser.add_argument("--each", type=int, default=40)
    parser.add_argument("--committees", nargs="+", default=list(REPORTED_COMMITTEES))
    parser.add_argument("--families", nargs="+", default=list(FAMILIES))
    parser.add_argument("--no-opponent", action="store_true", help="leave minimum change out")
    parser.add_argument("--processes", type=int, default=1, help="seeds measured at a time")
    parser.add_argument("--scores", type=Path, help="where the scores of each seed are kept as it ends")
    parser.add_argument("--plot", type=Path, help="write the calibration of every family as an SVG picture")
    options = parser.parse_args()
    by_seed = kept_scores(options)
    for seed, scores in measured(options):
        by_seed[seed] = scores
        keep(options, by_seed)
    pooled = report(options.families, [by_seed[seed] for seed in sorted(by_seed)])
    if options.plot:
        marked = {
            f"{name}{'' if fitted(name) else ' *'}": [(claim.stated, claim.so) for claim in claims]
            for name, claims in pooled.items()
        }
        options.plot.write_text(calibration_svg(marked), encoding="utf-8")


if __name__ == "__main__":
    main()
