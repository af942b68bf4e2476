"""The soft stage, history as a cost: cells that break no constraint but are far more probable with one error undone.

Runs only for cells that the search left alone, on the figures as the best explanations repair them. An error is
assumed only where the gain in probability outweighs the rarity of errors; what it proposes must leave every constraint
satisfied.
"""

from __future__ import annotations

from quality.localise.components import groups, join
from quality.localise.multi_cell_errors import MultiCellError, keeps, several_cell_errors
from quality.localise.neighbourhood import Neighbourhood
from quality.localise.search import Explanation
from quality.localise.states import Step
from quality.localise.weights import UNIT

LEAST_RELIEF = 3 * UNIT
"""A cell is looked at where last period's figure would be this much more probable than its own."""
DEAREST = 4 * UNIT
"""Hypotheses that are this much less probable than "no error" are dropped."""


def unlikely_cells(neighbourhood: Neighbourhood, known: set[int]) -> list[list[Explanation]]:
    """One list of explanations per group of cells, "no error" among them; ``known`` cells are not looked at."""
    suspects = {
        cell
        for cell in range(len(neighbourhood.cells))
        if neighbourhood.movable[cell] and cell not in known and neighbourhood.relief(cell) >= LEAST_RELIEF
    }
    options = [
        error
        for error in several_cell_errors(neighbourhood, suspects, keeps)
        if known.isdisjoint(cell for cell, _ in error.changes)
    ]
    for cell in sorted(suspects):
        for value in neighbourhood.jumps(cell):
            if keeps(neighbourhood, ((cell, value),)) and (value >= 0 or neighbourhood.cells[cell].nature == "signed"):
                cost, kind = neighbourhood.change(cell, value)
                options.append(MultiCellError(kind, ((cell, value),), cost))
    return _grouped([error for error in options if error.cost <= DEAREST])


def _grouped(options: list[MultiCellError]) -> list[list[Explanation]]:
    """Hypotheses over common cells exclude each other; those over different cells do not concern each other."""
    parent: dict[int, int] = {}
    for error in options:
        for cell, _ in error.changes:
            parent.setdefault(cell, cell)
            join(parent, error.changes[0][0], cell)
    found = []
    for group in groups(parent):
        own = [error for error in options if error.changes[0][0] in group]
        rivals = [Explanation(error.cost, (Step(error.kind, error.changes),), 0) for error in own]
        ranked = sorted([Explanation(0, (), 0), *rivals], key=lambda one: (one.cost, str(one.steps)))
        found.append(ranked)
    return found
