"""Mechanisms that nothing was ever fitted on or chosen by: they stand in for what nobody has thought of.

Planters as in `errors.py` and `list_errors.py`. Whoever improves the localiser looks at none of these one by one; they
are measured when the work is done (`bench.localise`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from bench.errors import Figures, Given, Mechanisms, filled_sum, line_of, one_of, pick
from bench.list_errors import IN_USE, ListPlanter
from bench.workbooks import Spoilt
from ingest.reference import Reference

OPENING, CLOSING = "membership_change.OPEN", "membership_change.CLOSE"


def _sign(rng: np.random.Generator, given: Given) -> Figures:
    name = pick(rng, given)
    return {} if name is None else {name: -given.values[name]}


def _block_times_ten(rng: np.random.Generator, given: Given) -> Figures:
    """Half a block ten times too large: a formula was dragged over it, or zeros were hidden."""
    name = pick(rng, given)
    line = [] if name is None else [one for one in line_of(rng, given, name) if given.values[one]]
    if name is None or name not in line or len(line) < 2:
        return {}
    start = line.index(name)
    return {one: 10 * given.values[one] for one in line[start : start + 1 + len(line) // 2]}


def _total_of_other_column(rng: np.random.Generator, given: Given) -> Figures:
    """The total that belongs to another line of the same sheet."""
    pair = filled_sum(rng, given)
    if pair is None:
        return {}
    total, sheet = pair[0], given.places[pair[0]][0]
    other = one_of(rng, [one for one in given.sums if one != total and given.places[one][0] == sheet])
    return {} if other is None else {total: given.values[other]}


def _column_down(rng: np.random.Generator, given: Given) -> Figures:
    """Everything from one cell to the end of its line stands one further on."""
    name = pick(rng, given)
    line = [] if name is None else line_of(rng, given, name)
    if name is None or len(line) < 4:
        return {}
    block = line[line.index(name) :]
    moved: Figures = {after: given.values[before] for before, after in itertools.pairwise(block)}
    return {**moved, block[0]: None}


def _opening_not_closing(rng: np.random.Generator, given: Given) -> Figures:
    """The opening is that of the period before, and the closing was reckoned from it."""
    if OPENING not in given.values or OPENING not in given.previous or CLOSING not in given.values:
        return {}
    step = given.previous[OPENING] - given.values[OPENING]
    if not step or given.values[CLOSING] + step < 0:
        return {}
    return {OPENING: given.previous[OPENING], CLOSING: given.values[CLOSING] + step}


def _more_than_all(rng: np.random.Generator, given: Given) -> Figures:
    """A part that is larger than what contains it."""
    name = one_of(rng, list(given.within))
    if name is None:
        return {}
    return {name: given.values[given.within[name]] + int(rng.integers(1, 6))}


def _part_and_whole(rng: np.random.Generator, given: Given) -> Figures:
    """A part and what contains it have changed places."""
    name = one_of(rng, [part for part, whole in given.within.items() if given.values[part] < given.values[whole]])
    if name is None:
        return {}
    whole = given.within[name]
    return {name: given.values[whole], whole: given.values[name]}


def _wrong_in_both(rng: np.random.Generator, given: Given) -> Figures:
    """One figure that stands on two forms, taken wrong from the same source onto both."""
    name = one_of(rng, [one for one in given.twins if given.values[one]])
    if name is None:
        return {}
    wrong = max(0, given.values[name] + int(rng.choice([-1, 1])) * max(1, int(rng.poisson(0.1 * given.values[name]))))
    return {name: wrong, given.twins[name]: wrong}


def _halved(rng: np.random.Generator, given: Given) -> Figures:
    """Half of what it is: one of two lists was counted."""
    name = pick(rng, given, 2)
    return {} if name is None else {name: given.values[name] // 2}


def _line_blank(rng: np.random.Generator, given: Given) -> Figures:
    """A whole line that was overlooked."""
    name = pick(rng, given)
    line = [] if name is None else [one for one in line_of(rng, given, name) if given.values[one]]
    return dict.fromkeys(line[:4]) if len(line) > 1 else {}


def _whole_as_part(rng: np.random.Generator, given: Given) -> Figures:
    """The figure of a part written where the whole belongs."""
    name = one_of(rng, [part for part, whole in given.within.items() if given.values[part] < given.values[whole]])
    return {} if name is None else {given.within[name]: given.values[name]}


def _rows_changed(rng: np.random.Generator, spoilt: Spoilt, field: str, wrong: Callable[[str], str]) -> bool:
    """The same slip in two rows of the list of transfers."""
    records = [one for one in spoilt.source.lists.get("transfers", ()) if one.values.get(field)]
    if len(records) < 2:
        return False
    for number in rng.choice(len(records), 2, replace=False):
        record = records[int(number)]
        spot, true = (record.sheet, record.cells[field]), record.values[field]
        spoilt.written[spot], spoilt.truth[spot] = wrong(true), true
    return True


def _amounts_ten_times(rng: np.random.Generator, spoilt: Spoilt, _reference: Reference) -> bool:
    return _rows_changed(rng, spoilt, "MEMBERS", lambda amount: f"{amount}0")


def _amounts_counted_one_more(rng: np.random.Generator, spoilt: Spoilt, _reference: Reference) -> bool:
    return _rows_changed(rng, spoilt, "MEMBERS", lambda amount: str(int(amount) + 1))


def _foreign_row(rng: np.random.Generator, spoilt: Spoilt, reference: Reference) -> bool:
    """A row of somebody else at the end of the list of transfers."""
    records = spoilt.source.lists.get("transfers", ())
    if not records:
        return False
    record, row_no = records[-1], records[-1].row_no + 1
    labels = reference["codes"].drop_duplicates(["code_list", "code"]).set_index(["code_list", "code"])["label_vi"]
    chosen = {
        name: str(labels[f"transfer_{name.lower()}", str(rng.choice(IN_USE[f"transfer_{name.lower()}"]))])
        for name in ("DIRECTION", "SCOPE")
    } | {"MEMBERS": str(int(rng.integers(1, 5)))}
    for name, text in chosen.items():
        letters = record.cells[name].rstrip("0123456789")
        spoilt.written[record.sheet, f"{letters}{row_no}"] = text
    spoilt.added.append(("transfers", row_no))
    return True


HELD_OUT: Mechanisms = {
    "sign": {"sign": (0.1, _sign)},
    "block times ten": {"block_times_ten": (0.1, _block_times_ten)},
    "total of other line": {"total_of_other_line": (0.1, _total_of_other_column)},
    "column down": {"column_down": (0.1, _column_down)},
    "opening": {"opening": (0.1, _opening_not_closing)},
    "more than all": {"more_than_all": (0.1, _more_than_all)},
    "part and whole": {"part_and_whole": (0.1, _part_and_whole)},
    "wrong in both": {"wrong_in_both": (0.1, _wrong_in_both)},
    "halved": {"halved": (0.1, _halved)},
    "line blank": {"line_blank": (0.1, _line_blank)},
    "part for whole": {"part_for_whole": (0.1, _whole_as_part)},
}
HELD_OUT_LISTS: dict[str, dict[str, ListPlanter]] = {
    "list foreign row": {"foreign_row": _foreign_row},
    "list two tenfold": {"two_tenfold": _amounts_ten_times},
    "list two one more": {"two_one_more": _amounts_counted_one_more},
}
