"""Planting errors into clean workbooks: mechanisms in named families, and which of them the weights are fitted on.

A planter is given the true figures of one workbook (`Given`) and returns what was written instead, by cell code; a
planter that finds nothing to spoil returns nothing. FITTED mechanisms may enter the fit of the weights and of the
calibration; UNFITTED ones never do: they say how the localiser fares with errors it was not told about. Errors in the
records of lists stand in `list_errors.py`, mechanisms that nobody looks at while improving in `held_out_errors.py`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

SHEET_OF_LAST_PERIOD, FIGURES_OF_THE_YEAR = "sheet_of_last_period", "figures_of_the_year"
Figures = dict[str, int | None]
Place = tuple[str, int, int]


@dataclass(frozen=True)
class Given:
    """The true figures of one workbook: values and last period's by cell code, where they stand, the sums among them.

    ``sums``: total -> its parts, as the rules say; ``within``: part -> what it can at most be; ``twins``: cell -> the
    other cell that must say the same; ``unruled``: cells that no linear rule names, where no error begins: they stand
    in the lines and tables that an error goes over.
    """

    values: Mapping[str, int]
    previous: Mapping[str, int]
    places: Mapping[str, Place]
    sums: Mapping[str, tuple[str, ...]]
    within: Mapping[str, str]
    flows: frozenset[str] = frozenset()
    twins: Mapping[str, str] = field(default_factory=dict)
    unruled: frozenset[str] = frozenset()


Planter = Callable[[np.random.Generator, Given], Figures]


def one_of(rng: np.random.Generator, names: list[str]) -> str | None:
    """Any of the names, None where there is none."""
    return names[int(rng.integers(len(names)))] if names else None


def pick(rng: np.random.Generator, given: Given, least: int = 1) -> str | None:
    """A cell holding at least ``least``; large figures are no more probable than small ones."""
    return one_of(rng, [name for name in given.places if given.values[name] >= least and name not in given.unruled])


def _one(least: int, wrong: Callable[[np.random.Generator, int], int]) -> Planter:
    def plant(rng: np.random.Generator, given: Given) -> Figures:
        name = pick(rng, given, least)
        return {} if name is None else {name: wrong(rng, given.values[name])}

    return plant


def _transposed(rng: np.random.Generator, value: int) -> int:
    text = str(value)
    pairs = [i for i in range(len(text) - 1) if text[i] != text[i + 1]]
    if not pairs:
        return value
    i = pairs[int(rng.integers(len(pairs)))]
    return int(text[:i] + text[i + 1] + text[i] + text[i + 2 :])


def _dropped(rng: np.random.Generator, value: int) -> int:
    text, i = str(value), int(rng.integers(len(str(value))))
    return int(text[:i] + text[i + 1 :] or 0)


def _added(rng: np.random.Generator, value: int) -> int:
    text, i = str(value), int(rng.integers(len(str(value)) + 1))
    return int(text[:i] + str(rng.integers(10)) + text[i:])


def _mistyped(digits: int) -> Callable[[np.random.Generator, int], int]:
    def wrong(rng: np.random.Generator, value: int) -> int:
        text = list(str(value))
        for i in rng.choice(len(text), min(digits, len(text)), replace=False):
            text[i] = str((int(text[i]) + int(rng.integers(1, 10))) % 10)
        return int("".join(text))

    return wrong


def _miscounted(rng: np.random.Generator, value: int) -> int:
    return max(0, value + int(rng.choice([-1, 1])) * max(1, int(rng.poisson(0.08 * value))))


def _copied_previous(rng: np.random.Generator, given: Given) -> Figures:
    moved = [name for name in given.places if given.previous.get(name, given.values[name]) != given.values[name]]
    name = one_of(rng, [one for one in moved if one not in given.unruled])
    return {} if name is None else {name: given.previous[name]}


def _omitted(rng: np.random.Generator, given: Given) -> Figures:
    name = pick(rng, given)
    return {} if name is None else {name: None if rng.random() < 0.5 else 0}


def line_of(rng: np.random.Generator, given: Given, name: str) -> list[str]:
    """The cells of the row or column of ``name``, in printed order; empty where it stands alone."""
    sheet, row, column = given.places[name]
    across = [other for other, place in given.places.items() if place[0] == sheet and place[1] == row]
    down = [other for other, place in given.places.items() if place[0] == sheet and place[2] == column]
    lines = [line for line in (across, down) if len(line) > 1]
    if not lines:
        return []
    return sorted(lines[int(rng.integers(len(lines)))], key=lambda other: given.places[other])


def _swapped(far: bool) -> Planter:
    def plant(rng: np.random.Generator, given: Given) -> Figures:
        name = pick(rng, given)
        line = [] if name is None else line_of(rng, given, name)
        if name is None or not line:
            return {}
        here = line.index(name)
        other = one_of(rng, [one for i, one in enumerate(line) if (abs(i - here) > 1 if far else abs(i - here) == 1)])
        return {} if other is None else {name: given.values[other], other: given.values[name]}

    return plant


def _wrong_place(rng: np.random.Generator, given: Given) -> Figures:
    name = pick(rng, given)
    empty = [] if name is None else [other for other in line_of(rng, given, name) if not given.values[other]]
    other = one_of(rng, empty)
    if name is None or other is None:
        return {}
    return {name: None if rng.random() < 0.5 else 0, other: given.values[name]}


def _shifted(rng: np.random.Generator, given: Given) -> Figures:
    name = pick(rng, given)
    line = [] if name is None else line_of(rng, given, name)
    if len(line) < 3:
        return {}
    if rng.random() < 0.5:
        line = line[::-1]
    length = int(rng.integers(3, min(7, len(line) + 1)))
    start = int(rng.integers(len(line) - length + 1))
    block = line[start : start + length]
    moved: Figures = {after: given.values[before] for before, after in itertools.pairwise(block)}
    return {**moved, block[0]: None}


def _neighbour_copied(rng: np.random.Generator, given: Given) -> Figures:
    name = pick(rng, given, 0)
    line = [] if name is None else line_of(rng, given, name)
    if name is None or not line:
        return {}
    return {name: given.values[line[line.index(name) - 1]]}


def filled_sum(rng: np.random.Generator, given: Given) -> tuple[str, str] | None:
    """A total and one of its parts that is not zero."""
    pairs = [(total, part) for total, parts in given.sums.items() for part in parts if given.values[part]]
    return pairs[int(rng.integers(len(pairs)))] if pairs else None


def _part_left_out(rng: np.random.Generator, given: Given) -> Figures:
    pair = filled_sum(rng, given)
    return {} if pair is None else {pair[0]: given.values[pair[0]] - given.values[pair[1]]}


def _stale_block(rng: np.random.Generator, given: Given) -> Figures:
    name = pick(rng, given)
    line = [] if name is None else line_of(rng, given, name)
    if name is None or not line:
        return {}
    start = int(rng.integers(len(line)))
    return {one: given.previous[one] for one in line[start : start + 3] if one in given.previous}


def _stale_total(rng: np.random.Generator, given: Given) -> Figures:
    """A total that was written last period and never brought up to date."""
    moved = [total for total in given.sums if given.previous.get(total, given.values[total]) != given.values[total]]
    name = one_of(rng, moved)
    return {} if name is None else {name: given.previous[name]}


def _year_for_half(rng: np.random.Generator, given: Given) -> Figures:
    """A count of the whole year where the half-year is asked for: last period's is added."""
    flows = [name for name in given.flows if given.previous.get(name)]
    name = one_of(rng, sorted(flows))
    return {} if name is None else {name: given.values[name] + given.previous[name]}


def _percent(rng: np.random.Generator, given: Given) -> Figures:
    """A share in percent of what contains the part, where the number of it is asked for."""
    name = one_of(rng, [part for part, whole in given.within.items() if given.values[part] and given.values[whole]])
    if name is None:
        return {}
    return {name: round(100 * given.values[name] / given.values[given.within[name]])}


def _turns_for_persons(rng: np.random.Generator, given: Given) -> Figures:
    """Every person counted once per turn: two to four times as many."""
    name = pick(rng, given)
    return {} if name is None else {name: given.values[name] * int(rng.integers(2, 5))}


def _part_in_sibling(rng: np.random.Generator, given: Given) -> Figures:
    """One part of a total counted inside another part as well."""
    pair = filled_sum(rng, given)
    if pair is None:
        return {}
    total, part = pair
    sibling = one_of(rng, [one for one in given.sums[total] if one != part and given.values[one]])
    return {} if sibling is None else {sibling: given.values[sibling] + given.values[part]}


def _consistent_block(rng: np.random.Generator, given: Given) -> Figures:
    """A part wrong and its total with it, so that only what uses the total contradicts."""
    pair = filled_sum(rng, given)
    if pair is None:
        return {}
    total, part = pair
    step = max(1, int(rng.poisson(0.3 * given.values[part]))) * int(rng.choice([-1, 1]))
    if given.values[part] + step < 0:
        step = -step
    return {part: given.values[part] + step, total: given.values[total] + step}


def _sheet_of_last_period(rng: np.random.Generator, given: Given) -> Figures:
    """A whole sheet as it was sent last period."""
    name = pick(rng, given)
    if name is None:
        return {}
    sheet = given.places[name][0]
    return {one: given.previous[one] for one in given.places if given.places[one][0] == sheet and one in given.previous}


def _column_of_neighbour(rng: np.random.Generator, given: Given) -> Figures:
    """Three figures in a row copied from the line beside."""
    name = pick(rng, given, 0)
    if name is None:
        return {}
    by_place = {place: one for one, place in given.places.items()}
    sheet, row, column = given.places[name]
    found = {}
    for step in range(3):
        here, beside = by_place.get((sheet, row, column + step)), by_place.get((sheet, row + 1, column + step))
        if here is not None and beside is not None:
            found[here] = given.values[beside]
    return found if len(found) > 1 else {}


Mechanisms = dict[str, dict[str, tuple[float, Planter]]]
FITTED: Mechanisms = {
    "digits": {
        "transposed": (0.14, _one(10, _transposed)),
        "dropped_digit": (0.10, _one(10, _dropped)),
        "added_digit": (0.08, _one(1, _added)),
    },
    "factors": {
        "times_10": (0.08, _one(1, lambda _rng, value: value * 10)),
        "over_10": (0.04, _one(10, lambda _rng, value: value // 10)),
        "times_1000": (0.04, _one(1, lambda _rng, value: value * 1000)),
    },
    "other cells": {"copied_previous": (0.12, _copied_previous), "omitted": (0.12, _omitted)},
    "places": {
        "swapped_near": (0.10, _swapped(far=False)),
        "swapped_far": (0.05, _swapped(far=True)),
        "wrong_place": (0.05, _wrong_place),
    },
    "shifted": {"shifted": (0.06, _shifted)},
    "arbitrary": {
        "random": (0.06, _one(0, lambda rng, value: int(rng.integers(0, 2 * value + 20)))),
        "rounded": (0.04, _one(11, lambda _rng, value: round(value / 10) * 10)),
    },
    "stale block": {"stale_block": (0.06, _stale_block)},
    "consistent block": {"consistent_block": (0.06, _consistent_block)},
    "turns": {"turns": (0.06, _turns_for_persons)},
    "part in sibling": {"part_in_sibling": (0.06, _part_in_sibling)},
    "sheet of last period": {SHEET_OF_LAST_PERIOD: (0.02, _sheet_of_last_period)},
    "row beside": {"row_beside": (0.04, _column_of_neighbour)},
}
UNFITTED: Mechanisms = {
    "wrong digit": {"wrong_digit": (0.2, _one(1, _mistyped(1))), "two_wrong": (0.1, _one(10, _mistyped(2)))},
    "miscounted": {"miscount": (0.2, _one(1, _miscounted))},
    "copied": {"neighbour_copied": (0.1, _neighbour_copied)},
    "part left out": {"part_left_out": (0.1, _part_left_out)},
    "stale total": {"stale_total": (0.1, _stale_total)},
    "year for half": {"year_for_half": (0.1, _year_for_half)},
    "percent": {"percent": (0.1, _percent)},
}


def plant(
    rng: np.random.Generator, given: Given, mechanisms: Mapping[str, tuple[float, Planter]], events: int = 1
) -> tuple[Figures, dict[str, str]]:
    """(what was written, mechanism by wrong cell) of ``events`` events on distinct cells; nothing where none fits."""
    names = list(mechanisms)
    chances = np.array([mechanisms[name][0] for name in names])
    wrong: Figures = {}
    by_cell: dict[str, str] = {}
    for _ in range(20 * events):
        if not events:
            break
        name = names[int(rng.choice(len(names), p=chances / chances.sum()))]
        change = mechanisms[name][1](rng, given)
        change = {cell: value for cell, value in change.items() if (value or 0) != given.values[cell]}
        if not change or any(cell in wrong for cell in change):
            continue
        wrong |= change
        by_cell |= dict.fromkeys(change, name)
        events -= 1
    return wrong, by_cell
