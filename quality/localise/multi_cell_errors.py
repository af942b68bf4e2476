"""Errors between cells: exchanged, written in the wrong place, a block shifted by one.

Such an error is a hypothesis about several cells of one sheet at once. For the search only those that repair a
violated constraint are kept: the others cannot take part in an explanation of a few log units.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from quality.localise.neighbourhood import Neighbourhood
from quality.localise.weights import UNIT

NEAR = 1
"""Neighbours are this many rows or columns apart."""
LONGEST_BLOCK = 8
LEAST_SHARES = 2
"""So many parts of a sum must be more than nothing for them to be shares of it."""
ROUNDED = 1.5
"""Points that a share in percent may be off for having been rounded, as the hundred that they add up to may."""
SMALL = math.pi**2 / 6
"""Norms how many were counted elsewhere: P(n) falls with the square of n."""


@dataclass(frozen=True, slots=True)
class Blame:
    """What is to blame where that is no cell of the problem: a cell or row of a list, or the list that lacks a row.

    ``key`` is unique and stable; ``place`` is ``sheet!cell`` or ``sheet!range``; ``observed`` and ``proposed`` are what
    stands there and should, None where a whole row is meant; ``detail`` is what a missing row says, field by field.
    """

    key: str
    place: str
    observed: str | None
    proposed: str | None
    detail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MultiCellError:
    """One event that changed several cells: kind, true values by cell index, cost in micro log units.

    ``blames`` is empty where the changed cells themselves are wrong.
    """

    kind: str
    changes: tuple[tuple[int, int], ...]
    cost: int
    blames: tuple[Blame, ...] = ()


Changes = tuple[tuple[int, int], ...]
Test = Callable[[Neighbourhood, Changes], bool]


def repairing_errors(neighbourhood: Neighbourhood) -> list[MultiCellError]:
    """All errors that repair a violated constraint, cheapest first."""
    return several_cell_errors(
        neighbourhood,
        {cell for constraint in _bits(neighbourhood.violated) for cell, _ in neighbourhood.terms[constraint]},
        repairs,
    )


def several_cell_errors(neighbourhood: Neighbourhood, suspects: set[int], test: Test) -> list[MultiCellError]:
    """All errors of at least one of the suspects that pass the test, cheapest first."""
    found = [
        *_pairs(neighbourhood, suspects, test),
        *_shifts(neighbourhood, suspects, test),
        *_rows(neighbourhood, suspects, test),
        *_moved(neighbourhood, suspects, test),
        *_shares(neighbourhood, suspects, test),
    ]
    kept = {error.changes: error for error in sorted(found, key=lambda error: (-error.cost, error.kind))}
    return sorted(kept.values(), key=lambda error: (error.cost, error.changes))


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _pairs(neighbourhood: Neighbourhood, suspects: set[int], test: Test) -> Iterator[MultiCellError]:
    near, far = neighbourhood.costs["swapped_near"], neighbourhood.costs["swapped_far"]
    place = neighbourhood.costs["wrong_place"]
    for _, line in neighbourhood.lines_by_way:
        ways = round(_log(len(line) - 1) * UNIT)
        for i, first in enumerate(line):
            for j in range(i + 1, len(line)):
                second = line[j]
                if first not in suspects and second not in suspects:
                    continue
                a, b = neighbourhood.value[first], neighbourhood.value[second]
                if a == b or not (neighbourhood.movable[first] and neighbourhood.movable[second]):
                    continue
                changes = ((first, b), (second, a)) if first < second else ((second, a), (first, b))
                if not test(neighbourhood, changes):
                    continue
                gain = _gain(neighbourhood, changes)
                swap = near + round(_log(2) * UNIT) if j - i <= NEAR else far + ways
                yield MultiCellError("swapped_near" if j - i <= NEAR else "swapped_far", changes, swap + gain)
                if not a or not b:
                    yield MultiCellError("wrong_place", changes, place + ways + gain)


def _rows(neighbourhood: Neighbourhood, suspects: set[int], test: Test) -> Iterator[MultiCellError]:
    """Two rows of a sheet, one above the other, that stand in each other's place with two figures and more."""
    rows: dict[str, list[dict[int, int]]] = {}
    for way, line in neighbourhood.lines_by_way:
        if way == "row":
            by_column = {neighbourhood.cells[cell].column: cell for cell in line}
            rows.setdefault(neighbourhood.cells[line[0]].sheet, []).append(by_column)
    cost = neighbourhood.costs["rows_exchanged"] + round(_log(2) * UNIT)
    for own in rows.values():
        for upper, lower in itertools.pairwise(own):
            pairs = [(upper[column], lower[column]) for column in upper.keys() & lower.keys()]
            moved = [pair for pair in pairs if neighbourhood.value[pair[0]] != neighbourhood.value[pair[1]]]
            cells = {cell for pair in moved for cell in pair}
            if len(moved) < 2 or suspects.isdisjoint(cells) or not all(neighbourhood.movable[cell] for cell in cells):
                continue
            there = {first: second for pair in moved for first, second in (pair, pair[::-1])}
            changes = tuple(sorted((cell, neighbourhood.value[other]) for cell, other in there.items()))
            if test(neighbourhood, changes):
                yield MultiCellError("rows_exchanged", changes, cost + _gain(neighbourhood, changes))


def _moved(neighbourhood: Neighbourhood, suspects: set[int], test: Test) -> Iterator[MultiCellError]:
    """A part of one figure that was counted in another part of the same sum, whose total is right.

    The sum may be the one that the figure's own subtotal is a part of; then the subtotal moved with it.
    """
    for first in sorted(cell for cell in suspects if neighbourhood.free[cell]):
        ways: list[tuple[tuple[int, ...], int]] = [((), second) for second in sorted(neighbourhood.siblings(first))]
        for total in sorted(neighbourhood.totals(first)):
            ways += [((total,), second) for second in sorted(neighbourhood.siblings(total))]
        for with_it, second in ways:
            for step in _steps(neighbourhood, first):
                steps = {first: step, **dict.fromkeys(with_it, step), second: -step}
                changes = tuple(sorted((cell, neighbourhood.value[cell] + by) for cell, by in steps.items()))
                possible = all(neighbourhood.free[cell] and value >= 0 for cell, value in changes)
                if len(changes) == len(with_it) + 2 and possible and test(neighbourhood, changes):
                    cost = neighbourhood.costs["moved_part"] + round(_log(len(ways)) * UNIT)
                    cost += _size(step) + len(with_it) * neighbourhood.carried_cost
                    yield MultiCellError("moved_part", changes, cost + _gain(neighbourhood, changes))


def _shares(neighbourhood: Neighbourhood, suspects: set[int], test: Test) -> Iterator[MultiCellError]:
    """All parts of a sum written as shares in percent of the total: they add up to a hundred, the total does not."""
    for constraint in range(len(neighbourhood.terms)):
        total = neighbourhood.total_of(constraint)
        if total is None or not neighbourhood.violated >> constraint & 1 or not neighbourhood.value[total]:
            continue
        whole = neighbourhood.value[total]
        parts = [cell for cell, _ in neighbourhood.terms[constraint] if cell != total]
        shares = {cell: neighbourhood.value[cell] for cell in parts}
        several = sum(share > 0 for share in shares.values()) >= LEAST_SHARES
        if not several or abs(sum(shares.values()) - 100) > 1 or suspects.isdisjoint(parts):
            continue
        counts = {cell: round(share * whole / 100) for cell, share in shares.items()}
        counts[max(parts, key=lambda cell: (counts[cell], cell))] += whole - sum(counts.values())
        if any(abs(100 * count / whole - shares[cell]) > ROUNDED for cell, count in counts.items()):
            continue  # A figure that is no share of so many is wrong in another way.
        changes = tuple(sorted((cell, count) for cell, count in counts.items() if count != shares[cell]))
        if all(neighbourhood.movable[cell] for cell, _ in changes) and test(neighbourhood, changes):
            cost = neighbourhood.costs["shares"] + _gain(neighbourhood, changes)
            yield MultiCellError("shares", changes, cost)


def _steps(neighbourhood: Neighbourhood, cell: int) -> set[int]:
    """What would have to be added to the cell for one of its broken equalities to hold."""
    return {
        -neighbourhood.residuals[constraint] // factor
        for constraint, factor in neighbourhood.constraints_of[cell]
        if neighbourhood.violated >> constraint & 1
        and neighbourhood.equal[constraint]
        and neighbourhood.residuals[constraint] % factor == 0
    }


def _size(step: int) -> int:
    """-log P(so many were counted in the other part), micro log units; few more often than many."""
    return round(math.log(SMALL * step**2) * UNIT)


def _gain(neighbourhood: Neighbourhood, changes: Changes) -> int:
    """How much less probable the figures become, with what speaks against blaming them."""
    return sum(
        neighbourhood.gain(cell, value) + round(neighbourhood.cells[cell].trust * UNIT) for cell, value in changes
    )


def _shifts(neighbourhood: Neighbourhood, suspects: set[int], test: Test) -> Iterator[MultiCellError]:
    """Blocks of two cells and more written one further on: the first place is empty, the last figure is lost."""
    cost = neighbourhood.costs["shifted"] + round(_log(2 * LONGEST_BLOCK) * UNIT)
    for _, line in neighbourhood.lines_by_way:
        for cells in (line, line[::-1]):
            for start, first in enumerate(cells):
                if neighbourhood.value[first]:
                    continue
                for end in _ends(start, len(cells)):
                    block = cells[start : end + 1]
                    if suspects.isdisjoint(block) or not all(neighbourhood.movable[cell] for cell in block):
                        continue
                    yield from _shift(neighbourhood, block, cost, test)


def _ends(start: int, length: int) -> list[int]:
    """Where a block may end that begins at ``start``: after a few cells, or with its line."""
    near = list(range(start + 1, min(length, start + LONGEST_BLOCK)))
    return near if start + LONGEST_BLOCK >= length else [*near, length - 1]


def _shift(neighbourhood: Neighbourhood, block: list[int], cost: int, test: Test) -> Iterator[MultiCellError]:
    """The block moved back; the figure lost at its end is zero, what it was last period, or whatever a rule says."""
    back = {cell: neighbourhood.value[after] for cell, after in itertools.pairwise(block)}
    last = block[-1]
    for lost in _lost(neighbourhood, back, last):
        full = {**back, last: lost}
        changes = tuple(sorted((cell, value) for cell, value in full.items() if value != neighbourhood.value[cell]))
        if len(changes) < 2 or not test(neighbourhood, changes):
            continue
        yield MultiCellError("shifted", changes, cost + _gain(neighbourhood, changes))


def _lost(neighbourhood: Neighbourhood, back: dict[int, int], last: int) -> set[int]:
    options = {0, *neighbourhood.familiar(last)}
    for constraint, factor in neighbourhood.constraints_of[last]:
        if not neighbourhood.equal[constraint]:
            continue
        rest = (
            sum(
                coefficient * back.get(cell, neighbourhood.value[cell])
                for cell, coefficient in neighbourhood.terms[constraint]
                if cell != last
            )
            + neighbourhood.residuals[constraint]
            - sum(coefficient * neighbourhood.value[cell] for cell, coefficient in neighbourhood.terms[constraint])
        )
        if rest % factor == 0 and -rest // factor >= 0:
            options.add(-rest // factor)
    return options


def repairs(neighbourhood: Neighbourhood, changes: Changes) -> bool:
    """True where the changes repair a violated constraint and break no more constraints than they repair."""
    repaired, broken = _effect(neighbourhood, changes)
    return repaired > 0 and broken <= repaired


def keeps(neighbourhood: Neighbourhood, changes: Changes) -> bool:
    """True where the changes break no constraint."""
    return _effect(neighbourhood, changes)[1] == 0


def _effect(neighbourhood: Neighbourhood, changes: Changes) -> tuple[int, int]:
    """(constraints repaired, constraints broken)."""
    deltas: dict[int, int] = {}
    for cell, value in changes:
        step = value - neighbourhood.value[cell]
        for constraint, factor in neighbourhood.constraints_of[cell]:
            deltas[constraint] = deltas.get(constraint, 0) + factor * step
    repaired = broken = 0
    for constraint, delta in deltas.items():
        if delta and not neighbourhood.likely >> constraint & 1:
            before = bool(neighbourhood.violated >> constraint & 1)
            after = neighbourhood.breaks(constraint, neighbourhood.residuals[constraint] + delta)
            repaired += before and not after
            broken += after and not before
    return repaired, broken


def _log(ways: int) -> float:
    return math.log(max(1, ways))
