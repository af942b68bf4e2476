"""Errors between cells: exchanged, written in the wrong place, a block shifted by one.

A move is a hypothesis about several cells of one sheet at once. For the search only moves that repair a violated edit
are kept: the others cannot take part in an explanation of a few log units.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from quality.localise.board import Board
from quality.localise.weights import UNIT

NEAR = 1
"""Neighbours are this many rows or columns apart."""
LONGEST_BLOCK = 8


@dataclass(frozen=True, slots=True)
class Move:
    """One event that changed several cells: kind, new values by cell index, cost in micro log units."""

    kind: str
    changes: tuple[tuple[int, int], ...]
    cost: int


Changes = tuple[tuple[int, int], ...]
Test = Callable[[Board, Changes], bool]


def repairing_moves(board: Board) -> list[Move]:
    """All moves that repair a violated edit, cheapest first."""
    return moves(board, {cell for edit in _bits(board.violated) for cell, _ in board.terms[edit]}, repairs)


def moves(board: Board, suspects: set[int], test: Test) -> list[Move]:
    """All moves of at least one of the suspects that pass the test, cheapest first."""
    lines = _lines(board)
    found = [*_pairs(board, lines, suspects, test), *_shifts(board, lines, suspects, test)]
    kept = {move.changes: move for move in sorted(found, key=lambda move: (-move.cost, move.kind))}
    return sorted(kept.values(), key=lambda move: (move.cost, move.changes))


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _lines(board: Board) -> list[list[int]]:
    """Rows and columns of every sheet as lists of cells in printed order."""
    lines: dict[tuple[str, str, int], list[tuple[int, int]]] = {}
    for number, cell in enumerate(board.cells):
        if cell.sheet and not cell.fixed:
            lines.setdefault((cell.sheet, "column", cell.column), []).append((cell.row, number))
            lines.setdefault((cell.sheet, "row", cell.row), []).append((cell.column, number))
    return [[number for _, number in sorted(lines[name])] for name in sorted(lines) if len(lines[name]) > 1]


def _pairs(board: Board, lines: list[list[int]], suspects: set[int], test: Test) -> Iterator[Move]:
    near, far = board.costs["swapped_near"], board.costs["swapped_far"]
    place = board.costs["wrong_place"]
    for line in lines:
        ways = round(_log(len(line) - 1) * UNIT)
        for i, first in enumerate(line):
            for j in range(i + 1, len(line)):
                second = line[j]
                if first not in suspects and second not in suspects:
                    continue
                a, b = board.value[first], board.value[second]
                if a == b or not (board.free[first] and board.free[second]):
                    continue
                changes = ((first, b), (second, a)) if first < second else ((second, a), (first, b))
                if not test(board, changes):
                    continue
                gain = sum(board.gain(cell, value) + round(board.cells[cell].trust * UNIT) for cell, value in changes)
                swap = near + round(_log(2) * UNIT) if j - i <= NEAR else far + ways
                yield Move("swapped_near" if j - i <= NEAR else "swapped_far", changes, swap + gain)
                if not a or not b:
                    yield Move("wrong_place", changes, place + ways + gain)


def _shifts(board: Board, lines: list[list[int]], suspects: set[int], test: Test) -> Iterator[Move]:
    """Blocks of three cells and more written one further on: the first place is empty, the last figure is lost."""
    cost = board.costs["shifted"] + round(_log(2 * LONGEST_BLOCK) * UNIT)
    for line in lines:
        for cells in (line, line[::-1]):
            for start, first in enumerate(cells):
                if board.value[first]:
                    continue
                for end in range(start + 2, min(len(cells), start + LONGEST_BLOCK)):
                    block = cells[start : end + 1]
                    if suspects.isdisjoint(block) or not all(board.free[cell] for cell in block):
                        continue
                    yield from _shift(board, block, cost, test)


def _shift(board: Board, block: list[int], cost: int, test: Test) -> Iterator[Move]:
    """The block moved back; the figure lost at its end is left, zero, or whatever a rule says."""
    back = {cell: board.value[after] for cell, after in itertools.pairwise(block)}
    last = block[-1]
    for lost in _lost(board, back, last):
        full = {**back, last: lost}
        changes = tuple(sorted((cell, value) for cell, value in full.items() if value != board.value[cell]))
        if len(changes) < 2 or not test(board, changes):
            continue
        gain = sum(board.gain(cell, value) + round(board.cells[cell].trust * UNIT) for cell, value in changes)
        yield Move("shifted", changes, cost + gain)


def _lost(board: Board, back: dict[int, int], last: int) -> set[int]:
    options = {0}
    for edit, factor in board.edits_of[last]:
        if not board.equal[edit]:
            continue
        rest = (
            sum(
                coefficient * back.get(cell, board.value[cell])
                for cell, coefficient in board.terms[edit]
                if cell != last
            )
            + board.residuals[edit]
            - sum(coefficient * board.value[cell] for cell, coefficient in board.terms[edit])
        )
        if rest % factor == 0 and -rest // factor >= 0:
            options.add(-rest // factor)
    return options


def repairs(board: Board, changes: Changes) -> bool:
    """True where the changes repair a violated edit and break no more edits than they repair."""
    repaired, broken = _effect(board, changes)
    return repaired > 0 and broken <= repaired


def keeps(board: Board, changes: Changes) -> bool:
    """True where the changes break no edit."""
    return _effect(board, changes)[1] == 0


def _effect(board: Board, changes: Changes) -> tuple[int, int]:
    """(edits repaired, edits broken)."""
    deltas: dict[int, int] = {}
    for cell, value in changes:
        step = value - board.value[cell]
        for edit, factor in board.edits_of[cell]:
            deltas[edit] = deltas.get(edit, 0) + factor * step
    repaired = broken = 0
    for edit, delta in deltas.items():
        if delta:
            before = bool(board.violated >> edit & 1)
            after = board.breaks(edit, board.residuals[edit] + delta)
            repaired += before and not after
            broken += after and not before
    return repaired, broken


def _log(ways: int) -> float:
    return math.log(max(1, ways))
