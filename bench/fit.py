"""Refitting the localiser: how far clean figures move, rates of errors, and what its probabilities are worth.

    KHOI_HOME=… python -m bench.fit [--seeds 11 12 13] [--each 60] [--cases FILE]

Workbooks of the committees of HISTORIES are spoilt with the fitted families alone (`bench.errors`,
`bench.list_errors`); what is reported (`bench.localise`) comes of other committees, other seeds and, for most of the
families, other mechanisms. The calibration counts every workbook twice: as the localiser explains it, and at a quarter
of the weight as it would if it did not know what happened there (`MODELLED`), because what comes in will hold errors
that nobody has thought of. Writes `mechanisms.yaml` and `calibration.yaml`; a person looks at the difference.
``--cases`` keeps the spoilt workbooks between two fits.
"""

from __future__ import annotations

import argparse
import math
import pickle
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from bench.errors import FITTED
from bench.list_errors import FITTED_LISTS
from bench.localise import SEVERAL_KNOWN, Truth, sample
from bench.workbooks import Deployment, Spoilt, Spot
from khoi.deployment.home import Home
from quality.localise import Confirmed, Problem, Weights, load_weights, localise
from quality.localise.calibration import CALIBRATION, Calibration, load_calibration
from quality.localise.fit import fit_calibration, fit_spread, fit_weights
from quality.localise.situations import SITUATIONS
from quality.localise.weights import MECHANISMS

HISTORIES = ("TH", "LD")
UNKNOWN = (12.0, 14.0, 16.0, 18.0)
TEMPERATURES = (1.25, 1.5, 2.0)
RATES = {
    "carried": (0.005, 0.015, 0.04, 0.1),
    "wrong_code": (0.002, 0.004, 0.01),
    "wrong_amount": (0.01, 0.03),
    "row_missing": (0.01, 0.03),
    "row_twice": (0.005, 0.02),
}
SEVERAL_CELLS = ("swapped_near", "swapped_far", "wrong_place", "shifted")
KIND_OF = {"turns": "counted_times", "part_in_sibling": "counted_inside"}
MODELLED: dict[str, tuple[str, ...]] = {
    "digits": ("transposed", "dropped_digit", "added_digit", "wrong_digit"),
    "factors": ("times_10", "over_10", "times_1000", "over_1000"),
    "other cells": ("copied_previous", "omitted", "filled"),
    "places": ("swapped_near", "swapped_far", "wrong_place"),
    "shifted": ("shifted",),
    "arbitrary": ("off_by_few",),
    "stale block": ("copied_previous",),
    "consistent block": ("carried",),
    "turns": ("counted_times",),
    "part in sibling": ("counted_inside",),
    "sheet of last period": ("copied_previous", "sheet_repeated"),
    "row beside": ("any", "off_by_few", "copied_beside"),
    "list row missing": ("row_missing", "cut_short"),
    "list amount": ("wrong_amount",),
    "list row twice": ("row_twice",),
    "list code": ("wrong_code",),
    "list amounts exchanged": ("amounts_exchanged",),
}
"""By fitted family the kinds of error that stand for it."""
FORGOTTEN = 0.03
"""What is left of the rate of a kind that is not known."""
UNSEEN_WEIGHT = 0.25
STRAIGHT = ((0.0, 0.0), (1.0, 1.0))


@dataclass(frozen=True)
class Case:
    """One spoilt workbook that breaks linear rules, as the product gave it to its localiser.

    ``texts``: what should stand at each wrong cell; ``figures``: the true figure of every cell.
    """

    family: str
    mechanisms: frozenset[str]
    truth: Truth
    texts: Mapping[Spot, str]
    figures: Mapping[Spot, int]
    problem: Problem

    @classmethod
    def of(cls, spoilt: Spoilt, problem: Problem) -> Case:
        """The case without the workbook it comes of."""
        source = spoilt.source
        figures = {source.spots[code]: value for code, value in source.given.values.items() if code in source.spots}
        return cls(spoilt.family, frozenset(spoilt.mechanisms), Truth(spoilt), spoilt.truth, figures, problem)


@dataclass(frozen=True)
class Pair:
    """One suspect: the raw probabilities of its place and its value, whether they were so, and what speaks for it."""

    place: float
    is_wrong: bool
    value: float | None
    is_value: bool
    situation: str
    family: str


def cases(deployment: Deployment, seeds: list[int], each: int) -> list[Case]:
    """The fitted families of errors in workbooks of the deployment."""
    families = (*FITTED, *FITTED_LISTS, SEVERAL_KNOWN)
    spoilt = [one for seed in seeds for family in families for one in sample(deployment, family, each, seed)]
    explained = deployment.checked(spoilt).explained
    return [Case.of(one, explained[one.file_hash].problem) for one in spoilt if one.file_hash in explained]


def suspects(found: Iterable[Case], weights: Weights, calibration: Calibration, unseen: bool = False) -> Iterator[Pair]:
    """Every suspect that has a place, with its probabilities as ``calibration`` states them.

    ``unseen``: as if the kinds of error that stand for the family of each case were not known.
    """
    for case in found:
        known = without(weights, MODELLED[case.family]) if unseen else weights
        for component in localise(case.problem, known, calibration).components:
            for one in component.suspects if component.constraints else ():
                if not one.place:
                    continue
                sheet, cell = one.place.split("!")
                wrong = case.truth.holds((sheet, cell))
                stands = case.texts.get((sheet, cell))
                valued = one.proposed is not None and (stands is not None or not wrong)
                right = wrong and str(one.proposed) == stands
                value = one.proposed_probability if valued else None
                yield Pair(one.probability, wrong, value, right, one.situation, case.family)


def without(weights: Weights, names: Iterable[str]) -> Weights:
    """The weights of somebody who does not know the named kinds of error."""
    kinds, rated = dict(weights.kinds), dict(weights.rated_kinds)
    for name in names:
        if name in kinds:
            kinds[name] = replace(kinds[name], share=kinds[name].share * FORGOTTEN)
        else:
            rated[name] = replace(rated[name], rate=rated[name].rate * FORGOTTEN)
    return replace(weights, kinds=kinds, rated_kinds=rated)


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
        for cell in case.problem.cells:
            place = tuple(cell.label.split("!"))
            if cell.previous is not None and place in case.figures and not cell.fixed:
                expected = cell.previous if cell.expected is None else cell.expected
                yield cell.nature, expected, case.figures[place]  # type: ignore[index]


def confirmed(found: list[Case]) -> Iterator[Confirmed]:
    """One correction per event: of an error between several cells, its first."""
    for case in found:
        named = next(iter(case.mechanisms)) if len(case.mechanisms) == 1 else ""
        kind = KIND_OF.get(named, named)
        by_place = {cell.label: cell for cell in case.problem.cells if cell.label}
        for (sheet, name), text in case.texts.items():
            cell = by_place.get(f"{sheet}!{name}")
            if cell is not None and text.lstrip("-").isdigit() and (cell.observed or 0) != int(text):
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


def write(path: Path, data: dict[str, object], flow: bool | None = False) -> None:
    """Write a data file under the comment it has; ``flow`` None puts short lists on one line."""
    comment = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    body = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110, default_flow_style=flow)
    path.write_text("\n".join(comment) + "\n" + body, encoding="utf-8")


def weighed(found: list[Case], weights: Weights, straight: Calibration) -> list[tuple[Pair, float]]:
    """Every suspect with what it counts: of cases as they are explained and as if they were not known."""
    unseen = [case for case in found if case.family in MODELLED]
    known = [(pair, 1.0) for pair in suspects(found, weights, straight)]
    return known + [(pair, UNSEEN_WEIGHT) for pair in suspects(unseen, weights, straight, unseen=True)]


def fitted_knots(of_suspects: Iterable[tuple[Pair, float]]) -> dict[str, dict[str, list[list[float]]]]:
    """Knots of places and of values by situation."""
    by_situation: dict[str, list[tuple[Pair, float]]] = {}
    for pair, weight in of_suspects:
        by_situation.setdefault(pair.situation, []).append((pair, weight))
    places, values = {}, {}
    for situation in SITUATIONS:
        mine = by_situation.get(situation, [])
        of_places = fit_calibration((pair.place, pair.is_wrong, weight) for pair, weight in mine)
        of_values = fit_calibration((p.value, p.is_value, weight) for p, weight in mine if p.value is not None)
        places[situation], values[situation] = corners(of_places), corners(of_values)
    return {"knots": places, "value_knots": values}


def corners(knots: list[tuple[float, float]]) -> list[list[float]]:
    """The knots as they are written, without those between two of the same height, which say nothing."""
    written = [[round(raw, 5), round(stated, 4)] for raw, stated in knots]
    inner = zip(written, written[1:], written[2:], strict=False)
    return [written[0], *(here for before, here, after in inner if not before[1] == here[1] == after[1]), written[-1]]


def uncalibrated(calibration: Calibration) -> Calibration:
    """The calibration that states what the search says."""
    identity = dict.fromkeys(SITUATIONS, STRAIGHT)
    return replace(
        calibration, knots=identity, value_knots=identity, most={}, most_value={}, most_bare={}, most_kind={}
    )


def kept(path: Path | None, seeds: list[int], each: int) -> list[Case]:
    """The cases of the file, or new ones that are written there."""
    if path is not None and path.exists():
        with path.open("rb") as stream:
            found: list[Case] = pickle.load(stream)
        return found
    found = cases(Deployment(Home.from_environment(), HISTORIES), seeds, each)
    if path is not None:
        path.write_bytes(pickle.dumps(found))
    return found


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, nargs="+", default=[11, 12, 13])
    parser.add_argument("--each", type=int, default=60)
    parser.add_argument("--cases", type=Path, help="where the spoilt workbooks are kept between fits")
    parser.add_argument("--only-calibration", action="store_true", help="leave the weights as they are")
    options = parser.parse_args()
    found = kept(options.cases, options.seeds, options.each)
    weights, present = load_weights(), load_calibration()
    straight = uncalibrated(present)
    reason = f"fitted by bench/fit.py on {len(found)} spoilt workbooks of {', '.join(HISTORIES)}"
    if not options.only_calibration:
        filled = sum(len(case.problem.cells) for case in found)
        weights = fit_weights(confirmed(found), fit_spread(moved(found), weights), filled_cells=filled)
        weights, straight = searched(found, weights, straight)
        write(MECHANISMS, {**weights.as_data(), "reason": reason})
    data = yaml.safe_load(CALIBRATION.read_text(encoding="utf-8"))
    knots = fitted_knots(weighed(found, weights, straight))
    data |= {"temperature": straight.temperature, "reason": reason, **knots}
    write(CALIBRATION, data, flow=None)


if __name__ == "__main__":
    main()
