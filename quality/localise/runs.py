"""A slip that goes on: cells in a line that all show the trace of the same slip.

Who copies last period's figure into one cell often copies the ones beside it as well; a formula dragged too far takes
the whole line ten times. The first cell of such a run costs what the slip costs, each further one only that it goes on.
Belongs here: which cells show a trace. Does not belong here: what the true figures are (`search.py` solves them).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from quality.localise.neighbourhood import Neighbourhood

COPIED = "copied_beside"
Trace = Callable[[int], bool]
Runs = Mapping[str, Mapping[int, frozenset[int]]]
"""By kind of slip and cell the cells into which it may go on from there, or from which it may have come."""


def runs(neighbourhood: Neighbourhood) -> Runs:
    """The runs of every kind that leaves a trace in the cell itself."""
    found: dict[str, dict[int, set[int]]] = {}
    for way, line in neighbourhood.lines_by_way:
        for kind, trace in _traces(neighbourhood, "column" if way == "row" else "row"):
            for run in _unbroken(line, trace):
                for cell in run:
                    found.setdefault(kind, {}).setdefault(cell, set()).update(run)
    return {kind: {cell: frozenset(run - {cell}) for cell, run in own.items()} for kind, own in found.items()}


def _traces(neighbourhood: Neighbourhood, across: str) -> list[tuple[str, Trace]]:
    """What a cell shows of each kind; the line copied from lies ``across`` the one that is looked at."""
    cells, value, beside = neighbourhood.cells, neighbourhood.value, neighbourhood.beside

    def as_before(cell: int) -> bool:
        return cells[cell].previous is not None and value[cell] == cells[cell].previous

    def as_beside(direction: int) -> Trace:
        return lambda cell: value[cell] == beside[cell].get((across, direction))

    return [
        ("copied_previous", as_before),
        (COPIED, as_beside(1)),
        (COPIED, as_beside(-1)),
        ("times_10", lambda cell: value[cell] % 10 == 0),
    ]


def _unbroken(line: list[int], trace: Trace) -> list[list[int]]:
    """The longest pieces of the line of which every cell shows the trace, two cells and more."""
    pieces: list[list[int]] = [[]]
    for cell in line:
        if trace(cell):
            pieces[-1].append(cell)
        elif pieces[-1]:
            pieces.append([])
    return [piece for piece in pieces if len(piece) > 1]
