"""A whole sheet of last period sent again, or added to it: one event, told as the sheet, not as accusations all over.

That figures which begin at zero every period are all those of the period before is evidence by itself: on a clean
sheet each of them repeats with the probability that its history gives it. It is weighed against what the contradictions
of the sheet cost when they are explained otherwise. Where the sheet wins it explains all of them, and its rules say
nothing about other sheets. A sheet that holds the year's figures in its second half begins where the period before
began, and none of its figures is below that period's.
Does not belong here: a few figures copied (`single_cell_errors`), sheets that break no rule (`quality.outliers`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

from ingest.addresses import a1_address
from quality.localise.calibration import Calibration
from quality.localise.diagnosis import Alternative, Component, Repair, Suspect
from quality.localise.in_words import time_before
from quality.localise.prior import prior_cost
from quality.localise.problem import Cell, Constraint, Problem
from quality.localise.situations import LIST_AGAINST_FORM
from quality.localise.weights import UNIT, Weights

KIND, ADDED_UP = "sheet_repeated", "sheet_added_up"
LEAST_COMPARED = 4
"""Fewer figures that are not zero say nothing of a sheet."""
LEAST_FRESH = 2
"""So many of them must begin at zero every period: there are sheets whose figures stay what they were by nature."""
STANDING, LEAST_BROKEN = 0.5, 2
"""Of a sheet of stocks less of it counts, and so many of its figures must be contradicted."""
LEAST_EVIDENCE = 4.0
"""Log units below which the figures may as well have repeated by chance."""
INDEPENDENT = 0.7
"""Part of the evidence that counts: where nobody came and nobody left, several figures repeat together."""
LEAST_PROBABILITY, MOST_PROBABILITY = 0.5, 0.99


@dataclass(frozen=True, slots=True)
class RepeatedSheet:
    """One sheet whose figures are those of the last period, or hold them.

    ``kind``: which of the two; ``span``: ``sheet!range`` of the figures compared; ``compared``: how many are not zero
    now or then, all of them the same, or none smaller; ``probability``: that it is so; ``before``: what the other
    figures are of, in words.
    """

    kind: str
    sheet: str
    span: str
    compared: int
    probability: float
    before: tuple[str, str]


def repeated_sheets(
    problem: Problem, weights: Weights, temperature: float, mended: Callable[[str], float]
) -> list[RepeatedSheet]:
    """The sheets that are last period's with at least LEAST_PROBABILITY and take part in a contradiction, by name.

    ``mended``: by sheet how much less the contradictions cost (log units) that are left without what it says; an error
    elsewhere, which a sheet that repeats by nature contradicts as well, is left.
    """
    found = []
    for sheet, cells in sorted(_compared(problem).items()):
        # A sheet that repeats holds no smaller figure either: that it repeats says more.
        repeats = _evidence(cells, weights) if _enough(cells) else STANDING * _evidence(cells, weights)
        evidence = {KIND: repeats, ADDED_UP: _added_up(problem, sheet, cells)}
        kind = max(evidence, key=lambda one: evidence[one])
        if evidence[kind] < (LEAST_EVIDENCE if kind == KIND else math.log(2) * LEAST_FRESH):
            continue
        otherwise = min(mended(sheet), weights.unknown)
        odds = INDEPENDENT * evidence[kind] + math.log(weights.rated_kinds[kind].rate) + otherwise
        probability = min(MOST_PROBABILITY, 1 / (1 + math.exp(-odds / temperature)))
        if probability >= LEAST_PROBABILITY:
            counted = len(cells) if kind == KIND else sum(cell.fresh for cell in cells)
            span = f"{sheet}!{_span(cells)}"
            found.append(RepeatedSheet(kind, sheet, span, counted, probability, time_before(cells)))
    return found


def _compared(problem: Problem) -> dict[str, list[Cell]]:
    """By sheet that takes part in a contradiction the figures that are not zero now or then.

    Totals aside, and stocks where other figures are enough: they stay what they were where nobody came and nobody left.
    """
    broken = {name for index in problem.violated for name, _ in problem.constraints[index].terms}
    sheets = {problem.by_key[name].sheet for name in broken} - {""}
    totals = _totals(problem) if sheets else set()
    by_sheet: dict[str, list[Cell]] = {}
    for cell in problem.cells:
        told = cell.previous is not None and (cell.observed or cell.previous)
        if told and cell.sheet in sheets and not cell.fixed and cell.key not in totals:
            by_sheet.setdefault(cell.sheet, []).append(cell)
    found = {}
    for sheet, cells in by_sheet.items():
        moving = [cell for cell in cells if cell.nature != "stock"]
        if _enough(moving):
            found[sheet] = moving
        elif sum(cell.key in broken for cell in cells) >= LEAST_BROKEN:
            found[sheet] = cells
    return found


def _evidence(cells: list[Cell], weights: Weights) -> float:
    """-log of the chance that all of these figures of a clean sheet repeat; 0 where they are few, or one does not."""
    if len(cells) < LEAST_COMPARED or any(cell.observed != cell.previous for cell in cells):
        return 0.0
    return sum(prior_cost(cell.observed or 0, cell, weights.spread[cell.nature]) for cell in cells) / UNIT


def _enough(cells: list[Cell]) -> bool:
    return len(cells) >= LEAST_COMPARED and sum(cell.fresh for cell in cells) >= LEAST_FRESH


def _added_up(problem: Problem, sheet: str, cells: list[Cell]) -> float:
    """What speaks for figures that hold those of the period before: log units, 0 where one is smaller.

    The sheet must begin where that period began, and not where it ended; then that none is smaller, which of each by
    itself is about as probable as not, says it.
    """
    begins = any(
        cell.sheet == sheet and not cell.fresh and cell.observed == cell.previous and _contradicted(problem, cell)
        for cell in problem.cells
        if cell.previous
    )
    flows = [(cell.observed or 0, cell.previous or 0) for cell in cells if cell.fresh]
    if not begins or not _enough(cells) or any(now < then for now, then in flows) or all(n == t for n, t in flows):
        return 0.0
    return math.log(2) * sum(then > 0 for _, then in flows)


def _contradicted(problem: Problem, cell: Cell) -> bool:
    """True where the figure is not what stands elsewhere alone: an equality that is broken names no other cell of the
    sheet."""
    return any(
        problem.constraints[index].operator == "="
        and all(name == cell.key or problem.by_key[name].sheet != cell.sheet for name in names)
        for index in problem.violated
        if cell.key in (names := {name for name, _ in problem.constraints[index].terms})
    )


def _span(cells: list[Cell]) -> str:
    rows, columns = [cell.row for cell in cells], [cell.column for cell in cells]
    return f"{a1_address(min(rows), min(columns))}:{a1_address(max(rows), max(columns))}"


def _totals(problem: Problem) -> set[str]:
    """Cells that a sum of the same sheet gives: where its parts repeat, they do, and are no evidence of their own."""
    found: set[str] = set()
    for constraint in problem.constraints:
        sheets = {problem.by_key[name].sheet for name, _ in constraint.terms}
        for sign in (1, -1):
            alone = [name for name, factor in constraint.terms if factor * sign > 0]
            if constraint.operator == "=" and len(sheets) == 1 and len(alone) == 1 and len(constraint.terms) > 2:
                found.update(alone)
    return found


def told(
    problem: Problem, sheets: list[RepeatedSheet], weights: Weights, calibration: Calibration
) -> Iterator[Component]:
    """One answer per sheet, with the violated rules it explains; a rule between two such sheets goes to the first."""
    left = [problem.constraints[index] for index in problem.violated]
    for one in sheets:
        own = [rule for rule in left if any(problem.by_key[name].sheet == one.sheet for name, _ in rule.terms)]
        left = [rule for rule in left if rule not in own]
        if own:
            most = calibration.most.get(LIST_AGAINST_FORM, 1.0) if _lists_alone(problem, one.sheet, own) else 1.0
            suspect = _suspect(replace(one, probability=min(one.probability, most)), weights, calibration)
            outcome = "located" if suspect.band.name == "near_certain" else "likely"
            repair = Repair(suspect.cell, suspect.place, None, None)
            whole = Alternative(suspect.probability, (repair,), (one.kind,), suspect.reason_vi, suspect.reason_en)
            yield Component(tuple(rule.key for rule in own), outcome, (suspect,), (whole,), 1)


def _lists_alone(problem: Problem, sheet: str, rules: list[Constraint]) -> bool:
    """True where a list says otherwise and nothing else does: it may be wrong as well as the sheet."""
    others = {problem.by_key[name].sheet for rule in rules for name, _ in rule.terms} - {sheet}
    return len(others) == 1 and others <= {one.sheet for one in problem.lists}


def _suspect(one: RepeatedSheet, weights: Weights, calibration: Calibration) -> Suspect:
    words, probability = weights.worded(one.kind), round(one.probability, 6)
    how = {KIND: ("", ""), ADDED_UP: (f" không nhỏ hơn {one.before[0]}", " are no smaller than then")}[one.kind]
    detail_vi = f" ({one.compared} trong {one.compared} số khác 0{how[0]}, không kể số cộng)"
    detail_en = f" ({one.compared} of {one.compared} figures that are not 0{how[1]}, totals aside)"
    return Suspect(
        cell=f"{one.sheet}#repeated",
        place=one.span,
        observed=None,
        probability=probability,
        band=calibration.band(probability),
        proposed=None,
        proposed_probability=probability,
        kind=one.kind,
        situation=one.kind,
        reason_vi=words.vi.format(other="", detail=detail_vi, before=one.before[0]),
        reason_en=words.en.format(other="", detail=detail_en, before=one.before[1]),
    )


def beside(problem: Problem, names: Collection[str]) -> Problem:
    """The problem without the rules that take from these sheets, whose true figures nobody knows."""
    kept = tuple(
        rule for rule in problem.constraints if not any(problem.by_key[name].sheet in names for name, _ in rule.terms)
    )
    return replace(problem, constraints=kept)
