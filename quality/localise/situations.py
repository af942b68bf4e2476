"""What speaks for a suspect: probabilities are calibrated apart for every situation.

The same raw probability is worth more where one event mends two sums than where it brings a single figure below
another, and less where the step it undoes could be anything. Belongs here: telling the situations apart. What each is
worth stands in `calibration.yaml`.
"""

from __future__ import annotations

from quality.localise.neighbourhood import Neighbourhood
from quality.localise.search import Step

RECORD, SUMS, SUM, PLAIN_SUM, BOUND, COMPANION = SITUATIONS = (
    "record",
    "several_sums",
    "one_sum",
    "one_sum_plain",
    "bound",
    "companion",
)
PLAIN = frozenset(("off_by_few", "any", "filled", "omitted", "copied_previous"))
"""Kinds that leave no trace in the figures themselves."""


def situation(neighbourhood: Neighbourhood, step: Step) -> str:
    """What speaks for the event: a record to blame, two or more sums that it mends, one, only bounds, or none.

    What follows from another event mends nothing by itself. A single sum that is mended by a step without a trace of
    its own is a situation apart.
    """
    if step.blames:
        return RECORD
    sums, bounds = _mended(neighbourhood, step)
    if sums > 1:
        return SUMS
    if sums:
        return PLAIN_SUM if step.kind in PLAIN else SUM
    return BOUND if bounds else COMPANION


def _mended(neighbourhood: Neighbourhood, step: Step) -> tuple[int, int]:
    """(broken hard equalities, broken hard inequalities) that hold after the event alone."""
    moved: dict[int, int] = {}
    for cell, value in step.changes:
        for constraint, factor in neighbourhood.constraints_of[cell]:
            moved[constraint] = moved.get(constraint, 0) + factor * (value - neighbourhood.value[cell])
    sums = bounds = 0
    for constraint, delta in moved.items():
        broken = neighbourhood.violated >> constraint & 1 and neighbourhood.accept_cost[constraint] is None
        if broken and not neighbourhood.breaks(constraint, neighbourhood.residuals[constraint] + delta):
            sums += neighbourhood.equal[constraint]
            bounds += not neighbourhood.equal[constraint]
    return sums, bounds
