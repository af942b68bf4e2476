"""Planting errors into clean returns: the kinds the localiser was told about, and a second set that it was not.

Every planter changes at least one figure and returns what was written. Three sets: KNOWN, whose shares the weights
are fitted to; GENERIC (arbitrary figures), which keeps weights and calibration from believing too much; UNKNOWN (a
mistyped digit, miscounts, values from elsewhere), whose kinds and rates enter no fit. Not blind, though: failures on
UNKNOWN, drawn from another world, were read while the priors and the law of "off by a few" were designed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

import numpy as np

from bench.returns import LAST_CLOSING, RATING_SUMS, Return

Figures = dict[str, int | None]
Places = Mapping[str, tuple[str, int, int]]
Planter = Callable[[np.random.Generator, Return, Places], Figures]


def _pick(rng: np.random.Generator, given: Return, least: int = 1) -> str:
    """A cell holding at least ``least`` (or 1, where none does); large figures are no more probable than small."""
    names = [name for name, value in given.values.items() if value >= least and name != LAST_CLOSING]
    return names[int(rng.integers(len(names)))] if names else _pick(rng, given)


def _one(least: int, wrong: Callable[[np.random.Generator, int], int]) -> Planter:
    def plant(rng: np.random.Generator, given: Return, _places: Places) -> Figures:
        name = _pick(rng, given, least)
        return {name: wrong(rng, given.values[name])}

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


def _copied_previous(rng: np.random.Generator, given: Return, _places: Places) -> Figures:
    names = [name for name, value in given.values.items() if given.previous[name] != value and name != LAST_CLOSING]
    name = names[int(rng.integers(len(names)))]
    return {name: given.previous[name]}


def _omitted(rng: np.random.Generator, given: Return, _places: Places) -> Figures:
    return {_pick(rng, given): None if rng.random() < 0.5 else 0}


def _line(rng: np.random.Generator, given: Return, places: Places, name: str) -> list[str]:
    """The other cells of the row or column of ``name``, in printed order."""
    sheet, row, column = places[name]
    across = [other for other, place in places.items() if place[0] == sheet and place[1] == row]
    down = [other for other, place in places.items() if place[0] == sheet and place[2] == column]
    lines = [line for line in (across, down) if len(line) > 1]
    line = lines[int(rng.integers(len(lines)))]
    return sorted(line, key=lambda other: places[other])


def _swapped(far: bool) -> Planter:
    def plant(rng: np.random.Generator, given: Return, places: Places) -> Figures:
        name = _pick(rng, given)
        line = _line(rng, given, places, name)
        here = line.index(name)
        others = [line[i] for i in range(len(line)) if (abs(i - here) > 1 if far else abs(i - here) == 1)]
        if not others:
            return {}
        other = others[int(rng.integers(len(others)))]
        return {name: given.values[other], other: given.values[name]}

    return plant


def _wrong_place(rng: np.random.Generator, given: Return, places: Places) -> Figures:
    name = _pick(rng, given)
    empty = [other for other in _line(rng, given, places, name) if not given.values[other]]
    if not empty:
        return {}
    return {name: None if rng.random() < 0.5 else 0, empty[int(rng.integers(len(empty)))]: given.values[name]}


def _shifted(rng: np.random.Generator, given: Return, places: Places) -> Figures:
    line = _line(rng, given, places, _pick(rng, given))
    if len(line) < 3:
        return {}
    if rng.random() < 0.5:
        line = line[::-1]
    length = int(rng.integers(3, min(7, len(line) + 1)))
    start = int(rng.integers(len(line) - length + 1))
    block = line[start : start + length]
    moved: Figures = {after: given.values[before] for before, after in itertools.pairwise(block)}
    return {**moved, block[0]: None}


def _miscounted(rng: np.random.Generator, value: int) -> int:
    return max(0, value + int(rng.choice([-1, 1])) * max(1, int(rng.poisson(0.08 * value))))


def _neighbour_copied(rng: np.random.Generator, given: Return, places: Places) -> Figures:
    name = _pick(rng, given, 0)
    line = _line(rng, given, places, name)
    return {name: given.values[line[line.index(name) - 1]]}


def _part_left_out(rng: np.random.Generator, given: Return, _places: Places) -> Figures:
    total, parts = list(_SUMS.items())[int(rng.integers(len(_SUMS)))]
    part = parts[int(rng.integers(len(parts)))]
    return {total: given.values[total] - given.values[part]}


def _stale_block(rng: np.random.Generator, given: Return, places: Places) -> Figures:
    line = _line(rng, given, places, _pick(rng, given))
    start = int(rng.integers(len(line)))
    return {name: given.previous[name] for name in line[start : start + 3]}


_SUMS = {
    "membership_change.INC": ("membership_change.IN_ADMIT", "membership_change.IN_TR", "membership_change.IN_RESTORE"),
    "membership_change.DEC": (
        "membership_change.OUT_DEATH",
        "membership_change.OUT_TR",
        "membership_change.OUT_REMOVE",
    ),
    "membership_change.OUT_TR": ("membership_change.OUT_TR_EXT", "membership_change.OUT_TR_INT"),
    "discipline_summary.MEMBERS": ("discipline_summary.FORM_KTR", "discipline_summary.FORM_CC"),
    **{
        f"ratings.{subject}.{total}": tuple(f"ratings.{subject}.{part}" for part in parts)
        for subject in ("CBTT", "DV")
        for total, parts in RATING_SUMS.items()
    },
}

KNOWN: dict[str, tuple[float, Planter]] = {
    "transposed": (0.14, _one(10, _transposed)),
    "dropped_digit": (0.10, _one(10, _dropped)),
    "added_digit": (0.08, _one(1, _added)),
    "times_10": (0.08, _one(1, lambda _rng, value: value * 10)),
    "over_10": (0.04, _one(10, lambda _rng, value: value // 10)),
    "times_1000": (0.04, _one(1, lambda _rng, value: value * 1000)),
    "sign": (0.04, _one(1, lambda _rng, value: -value)),
    "copied_previous": (0.12, _copied_previous),
    "omitted": (0.12, _omitted),
    "swapped_near": (0.10, _swapped(far=False)),
    "swapped_far": (0.05, _swapped(far=True)),
    "wrong_place": (0.05, _wrong_place),
    "shifted": (0.04, _shifted),
}
GENERIC: dict[str, tuple[float, Planter]] = {
    "random": (0.6, _one(0, lambda rng, value: int(rng.integers(0, 2 * value + 20)))),
    "rounded": (0.4, _one(11, lambda _rng, value: round(value / 10) * 10)),
}
UNKNOWN: dict[str, tuple[float, Planter]] = {
    "wrong_digit": (0.22, _one(1, _mistyped(1))),
    "two_wrong_digits": (0.08, _one(10, _mistyped(2))),
    "miscount": (0.22, _one(1, _miscounted)),
    "doubled": (0.06, _one(1, lambda _rng, value: value * 2)),
    "neighbour_copied": (0.10, _neighbour_copied),
    "part_left_out": (0.12, _part_left_out),
    "stale_block": (0.06, _stale_block),
}
EVENTS = {"known": (0.55, 0.30, 0.15), "generic": (0.60, 0.25, 0.15), "unknown": (0.50, 0.30, 0.20)}


def plant(
    rng: np.random.Generator, given: Return, places: Places, kinds: dict[str, tuple[float, Planter]], set_name: str
) -> tuple[Figures, dict[str, str]]:
    """(what was written, kind by wrong cell): one to three events on distinct cells; never nothing."""
    names = list(kinds)
    chances = np.array([kinds[name][0] for name in names])
    wrong: Figures = {}
    by_cell: dict[str, str] = {}
    events = 1 + int(rng.choice(3, p=EVENTS[set_name]))
    while events:
        name = names[int(rng.choice(len(names), p=chances / chances.sum()))]
        change = kinds[name][1](rng, given, places)
        change = {cell: value for cell, value in change.items() if (value or 0) != given.values[cell]}
        if not change or any(cell in wrong for cell in change):
            continue
        wrong |= change
        by_cell |= dict.fromkeys(change, name)
        events -= 1
    return {**given.values, **wrong}, by_cell
