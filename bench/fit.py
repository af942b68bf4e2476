"""Refitting the localiser: how far clean figures move, rates of errors, and what its probabilities are worth.

    KHOI_HOME=… python -m bench.fit [--seeds 11 12] [--each 40]

Workbooks of the committees of HISTORIES are spoilt with the FITTED families alone (`bench.errors`,
`bench.list_errors`); what is reported (`bench.localise`) comes of other committees, other seeds and, for half of the
families, other mechanisms.
Writes `mechanisms.yaml` and `calibration.yaml`; a person looks at the difference.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from bench.errors import FITTED
from bench.list_errors import FITTED_LISTS
from bench.localise import Truth, sample
from bench.workbooks import Deployment, Spoilt
from khoi.deployment.home import Home
from quality.localise import Confirmed, Problem, Weights, load_weights, localise
from quality.localise.calibration import CALIBRATION, Calibration, load_calibration
from quality.localise.fit import fit_calibration, fit_spread, fit_weights
from quality.localise.weights import MECHANISMS

HISTORIES = ("TH", "LD")
UNKNOWN = (12.0, 14.0, 16.0, 18.0, 20.0)
TEMPERATURES = (1.0, 1.25, 1.5, 2.0)
RATES = {
    "carried": (0.005, 0.015, 0.04),
    "row_missing": (0.01, 0.03, 0.1),
    "row_twice": (0.005, 0.02),
    "cut_short": (0.003, 0.01, 0.03),
    "wrong_code": (0.002, 0.004, 0.01),
    "wrong_amount": (0.003, 0.01, 0.03),
}
SEVERAL_CELLS = ("swapped_near", "swapped_far", "wrong_place", "shifted")
STRAIGHT = ((0.0, 0.0), (1.0, 1.0))


@dataclass(frozen=True)
class Case:
    """One spoilt workbook that breaks linear rules, as the product gave it to its localiser."""

    spoilt: Spoilt
    problem: Problem


@dataclass(frozen=True)
class Pair:
    """One suspect: the raw probabilities of its place and its value, and whether they were so."""

    place: float
    is_wrong: bool
    value: float | None
    is_value: bool


def cases(deployment: Deployment, seeds: list[int], each: int) -> list[Case]:
    """The fitted families of errors in workbooks of the deployment."""
    spoilt = [
        one for seed in seeds for family in (*FITTED, *FITTED_LISTS) for one in sample(deployment, family, each, seed)
    ]
    explained = deployment.checked(spoilt).explained
    return [Case(one, explained[one.file_hash].problem) for one in spoilt if one.file_hash in explained]


def suspects(found: list[Case], weights: Weights, calibration: Calibration) -> Iterator[Pair]:
    """Every suspect that has a place, with its probabilities as ``calibration`` states them."""
    for case in found:
        truth = Truth(case.spoilt)
        for one in localise(case.problem, weights, calibration).suspects(0.0):
            if not one.place:
                continue
            sheet, cell = one.place.split("!")
            wrong = truth.holds((sheet, cell))
            stands = case.spoilt.truth.get((sheet, cell))
            valued = one.proposed is not None and (stands is not None or not wrong)
            right = wrong and str(one.proposed) == stands
            yield Pair(one.probability, wrong, one.proposed_probability if valued else None, right)


def log_loss(pairs: Iterator[Pair]) -> float:
    """Mean -log of the probability given to what was so, of places and values together."""
    total, count = 0.0, 0
    for pair in pairs:
        for stated, right in ((pair.place, pair.is_wrong), (pair.value, pair.is_value)):
            if stated is not None:
                kept = min(0.995, max(0.005, stated))
                total -= math.log(kept if right else 1 - kept)
                count += 1
    return total / max(1, count)


def moved(found: list[Case]) -> Iterator[tuple[str, float, int]]:
    """(nature, expected, true figure) of every cell with a history."""
    for case in found:
        true = {case.spoilt.source.spots.get(code): value for code, value in case.spoilt.source.given.values.items()}
        for cell in case.problem.cells:
            place = tuple(cell.label.split("!"))
            if cell.previous is not None and place in true and not cell.fixed:
                yield cell.nature, cell.previous if cell.expected is None else cell.expected, true[place]  # type: ignore[index]


def confirmed(found: list[Case]) -> Iterator[Confirmed]:
    """One correction per event: of an error between several cells, its first."""
    for case in found:
        kind = next(iter(case.spoilt.mechanisms), None)
        by_place = {cell.label: cell for cell in case.problem.cells if cell.label}
        for (sheet, name), text in case.spoilt.truth.items():
            cell = by_place.get(f"{sheet}!{name}")
            if cell is not None and text.lstrip("-").isdigit():
                yield Confirmed(cell.observed, int(text), cell.previous, kind)
                if kind in SEVERAL_CELLS:
                    break


def searched(found: list[Case], weights: Weights, calibration: Calibration) -> tuple[Weights, Calibration]:
    """The rates and the temperature of least log loss, one after the other over the declared grids."""
    best = log_loss(suspects(found, weights, calibration))
    trials: list[tuple[Weights, Calibration]]
    for grid in ("unknown", "temperature", *RATES, "unknown"):
        if grid == "temperature":
            trials = [(weights, replace(calibration, temperature=one)) for one in TEMPERATURES]
        elif grid == "unknown":
            trials = [(replace(weights, unknown=one), calibration) for one in UNKNOWN]
        else:
            kind = weights.rated_kinds[grid]
            options = [{**weights.rated_kinds, grid: replace(kind, rate=one)} for one in RATES[grid]]
            trials = [(replace(weights, rated_kinds=one), calibration) for one in options]
        losses = [log_loss(suspects(found, *trial)) for trial in trials]
        print(grid, [round(one, 4) for one in losses], "now", round(best, 4), flush=True)
        if min(losses) < best:
            best = min(losses)
            weights, calibration = trials[losses.index(best)]
    return weights, calibration


def write(path: Path, data: dict[str, object]) -> None:
    """Write a data file under the comment it has."""
    comment = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    body = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110)
    path.write_text("\n".join(comment) + "\n" + body, encoding="utf-8")


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, nargs="+", default=[11, 12])
    parser.add_argument("--each", type=int, default=40)
    options = parser.parse_args()
    found = cases(Deployment(Home.from_environment(), HISTORIES), options.seeds, options.each)
    filled = sum(len(case.problem.cells) for case in found)
    weights = fit_weights(confirmed(found), fit_spread(moved(found), load_weights()), filled_cells=filled)
    straight = replace(load_calibration(), knots=STRAIGHT, value_knots=STRAIGHT)
    weights, straight = searched(found, weights, straight)
    pairs = list(suspects(found, weights, straight))
    reason = f"fitted by bench/fit.py on {len(found)} spoilt workbooks of {', '.join(HISTORIES)}"
    write(MECHANISMS, {**weights.as_data(), "reason": reason})
    data = yaml.safe_load(CALIBRATION.read_text(encoding="utf-8"))
    places = fit_calibration((pair.place, pair.is_wrong) for pair in pairs)
    values = fit_calibration((pair.value, pair.is_value) for pair in pairs if pair.value is not None)
    data |= {"temperature": straight.temperature, "reason": reason}
    data |= {"knots": [[round(x, 4), round(y, 4)] for x, y in places]}
    data |= {"value_knots": [[round(x, 4), round(y, 4)] for x, y in values]}
    write(CALIBRATION, data)


if __name__ == "__main__":
    main()
