"""What speaks for a suspect: probabilities are calibrated apart for every situation.

The same raw probability is worth more where one event mends two sums than where it brings a single figure below
another, and less where the step it undoes could be anything. Belongs here: telling the situations apart. What each is
worth stands in `calibration.yaml`.
"""

from __future__ import annotations

from quality.localise.neighbourhood import Neighbourhood
from quality.localise.single_cell_errors import likelihoods
from quality.localise.states import CARRIED, Step

(
    RECORD,
    LIST_AGAINST_FORM,
    LIST_AMOUNT,
    LIST_CODE,
    ROW_TWICE,
    SUMS,
    SUM,
    PLAIN_SUM,
    BOUND,
    OPEN_BOUND,
    OTHER_END,
    COMPANION,
    GOES_ON,
) = SITUATIONS = (
    "record",
    "list_against_form",
    "list_amount",
    "list_code",
    "row_twice",
    "several_sums",
    "one_sum",
    "one_sum_plain",
    "bound",
    "bound_open",
    "other_end",
    "companion",
    "goes_on",
)
FORM_AGAINST_LIST = "form_against_list"
"""Not a situation of its own, but what may be stated at most where nothing but a list speaks against its form."""
DISPUTED = "disputed"
"""The same of a place that an explanation leaves alone which costs no more than every one that blames it."""
PLAIN = frozenset(("off_by_few", "any", "filled", "omitted", "copied_previous", "copied_beside"))
"""Kinds that leave no trace in the figures themselves."""
OPEN = frozenset(("off_by_few", "any", "filled", "copied_beside", "sign", "wrong_digit", "transposed")) | frozenset(
    ("added_digit", "dropped_digit")
)
"""Kinds that do not say what the figure was where no sum does."""
EXCHANGES = frozenset(("swapped_near", "swapped_far", "wrong_place"))
"""Kinds that blame two cells of which one may be right."""
RUNNING = frozenset(("copied_previous", "times_10"))
"""Kinds that go on in the cell beside (`runs.py`) and leave what the figure was to be read in each."""
DIGITS = frozenset(("transposed", "dropped_digit", "added_digit", "wrong_digit", "times_10", "over_10"))
"""Kinds that an amount of two digits shows, before or after."""


def situation(neighbourhood: Neighbourhood, step: Step, likeliest: bool = True) -> str:
    """What speaks for the event: a record to blame, two or more sums that it mends, one, only bounds, or none.

    A single sum that is mended by a step without a trace of its own is a situation apart. Of a bound it matters whether
    the slip says what the figure was; the end of an exchange that the likeliest explanation does without (``likeliest``
    is false) is one more. What mends nothing by itself follows from another event, or is a slip that goes on.
    """
    if step.blames:
        return _of_record(neighbourhood, step)
    sums, bounds = _mended(neighbourhood, step)
    if sums > 1:
        return SUMS
    if sums:
        return PLAIN_SUM if step.kind in PLAIN or _any_digit(neighbourhood, step) else SUM
    if bounds and step.kind in EXCHANGES and not likeliest:
        return OTHER_END
    if bounds:
        return OPEN_BOUND if step.kind in OPEN else BOUND
    return GOES_ON if step.kind in RUNNING else COMPANION


def only_a_list_speaks(neighbourhood: Neighbourhood, step: Step) -> bool:
    """True of cells of the form that a list is held against where no broken rule is about anything else.

    Which of the two is wrong is not seen; a second form that says what the list says would be a witness. That a slip
    goes on, or a figure repeats last period's, the form shows by itself; what follows is as sure as what it follows.
    """
    if step.blames or step.kind in RUNNING or step.kind == CARRIED:
        return False
    sheets = {neighbourhood.cells[cell].sheet for cell, _ in step.changes}
    rules = {
        rule
        for cell, _ in step.changes
        for rule, _ in neighbourhood.constraints_of[cell]
        if neighbourhood.violated >> rule & 1 and neighbourhood.accept_cost[rule] is None
    }
    lists = [neighbourhood.list_of(rule) for rule in rules]
    return bool(rules) and all(name and {neighbourhood.form_of_list[name]} == sheets for name in lists)


def nothing_else_speaks(neighbourhood: Neighbourhood, step: Step) -> bool:
    """True of the one cell of a broken hard rule whose other figures are a register's: there is no other side."""
    if step.blames or len(step.changes) != 1:
        return False
    ((cell, _),) = step.changes
    return any(
        neighbourhood.violated >> rule & 1
        and neighbourhood.accept_cost[rule] is None
        and not neighbourhood.list_of(rule)
        and all(neighbourhood.cells[other].fixed for other, _ in neighbourhood.terms[rule] if other != cell)
        for rule, _ in neighbourhood.constraints_of[cell]
    )


def _of_record(neighbourhood: Neighbourhood, step: Step) -> str:
    """Of a record of which only one form says otherwise it is not seen which is wrong: a form can add up and be wrong.

    An amount, a code and a row that stands there twice are each as often wrong as they are; an amount that only a bound
    speaks against is as uncertain as a figure is, and two of them that were exchanged say what they were.
    """
    if step.kind == CARRIED:
        return COMPANION
    if step.kind in ("wrong_amount", "fields_exchanged") and not _equalities(neighbourhood, step):
        return OPEN_BOUND if step.kind == "wrong_amount" else BOUND
    if _has_trace(step) or len(_witnesses(neighbourhood, step)) > 1:
        return RECORD
    return {"wrong_amount": LIST_AMOUNT, "wrong_code": LIST_CODE, "row_twice": ROW_TWICE}.get(
        step.kind, LIST_AGAINST_FORM
    )


def _any_digit(neighbourhood: Neighbourhood, step: Step) -> bool:
    """True where a figure of one digit is another one: whatever it was, that is a digit mistyped."""
    return step.kind == "wrong_digit" and all(neighbourhood.value[cell] < 10 for cell, _ in step.changes)


def _has_trace(step: Step) -> bool:
    """True where the records themselves show what happened: a digit too many.

    Two rows alike may be two events, and two amounts exchanged look like two lines of the form exchanged.
    """
    amounts = [(one.observed or "", one.proposed or "") for one in step.blames]
    return step.kind == "wrong_amount" and all(
        max(len(now), len(true)) > 1
        and not DIGITS.isdisjoint(kind for kind, _ in likelihoods(int(now), int(true), None))
        for now, true in amounts
    )


def _equalities(neighbourhood: Neighbourhood, step: Step) -> set[int]:
    """The broken equalities of what the event changes."""
    return {
        constraint
        for cell, _ in step.changes
        for constraint, _ in neighbourhood.constraints_of[cell]
        if neighbourhood.violated >> constraint & 1 and neighbourhood.equal[constraint]
    }


def _witnesses(neighbourhood: Neighbourhood, step: Step) -> set[str]:
    """The other sheets, and the register, whose figures contradict the sums of the list that the event would mend."""
    sheets = {
        neighbourhood.cells[other].sheet
        for constraint in _equalities(neighbourhood, step)
        for other, _ in neighbourhood.terms[constraint]
    }
    return sheets - {neighbourhood.cells[cell].sheet for cell, _ in step.changes}


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
