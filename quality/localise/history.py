"""The soft stage, history as a cost: cells that break no edit but are far more probable with one error undone.

Runs only for cells that the search left alone, on the figures as the best explanations repair them. An error is
assumed only where the gain in probability outweighs the rarity of errors; what it proposes must leave every edit
satisfied.
"""

from __future__ import annotations

from quality.localise.board import Board
from quality.localise.components import groups, join
from quality.localise.moves import Move, keeps, moves
from quality.localise.search import Explanation, Step
from quality.localise.weights import UNIT

LEAST_RELIEF = 3 * UNIT
"""A cell is looked at where last period's figure would be this much more probable than its own."""
DEAREST = 4 * UNIT
"""Hypotheses that are this much less probable than "no error" are dropped."""


def unlikely_cells(board: Board, known: set[int]) -> list[list[Explanation]]:
    """One list of explanations per group of cells, "no error" among them; ``known`` cells are not looked at."""
    suspects = {
        cell
        for cell in range(len(board.cells))
        if board.free[cell] and cell not in known and board.relief(cell) >= LEAST_RELIEF
    }
    options = [move for move in moves(board, suspects, keeps) if known.isdisjoint(cell for cell, _ in move.changes)]
    for cell in sorted(suspects):
        for value in board.jumps(cell):
            if keeps(board, ((cell, value),)) and (value >= 0 or board.cells[cell].nature == "signed"):
                cost, kind = board.change(cell, value)
                options.append(Move(kind, ((cell, value),), cost))
    return _grouped([move for move in options if move.cost <= DEAREST])


def _grouped(options: list[Move]) -> list[list[Explanation]]:
    """Hypotheses over common cells exclude each other; those over different cells do not concern each other."""
    parent: dict[int, int] = {}
    for move in options:
        for cell, _ in move.changes:
            parent.setdefault(cell, cell)
            join(parent, move.changes[0][0], cell)
    found = []
    for group in groups(parent):
        own = [move for move in options if move.changes[0][0] in group]
        rivals = [Explanation(move.cost, (Step(move.kind, move.changes),), 0) for move in own]
        ranked = sorted([Explanation(0, (), 0), *rivals], key=lambda one: (one.cost, str(one.steps)))
        found.append(ranked)
    return found
