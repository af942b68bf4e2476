"""Rules that cannot all hold, cells they force to zero, and rules that others already say.

Linear programs over the cells (never negative unless said so), one small program per question. Culprits are
minimal: take any one away and the contradiction, or the implication, is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from quality.localise.problem import Edit

EXACT = 1e-7
INFEASIBLE, UNBOUNDED = 2, 3
"""Status codes of scipy.optimize.linprog."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Rules that cannot hold together (``cell`` None), or only with ``cell`` at zero; ``rules`` is minimal."""

    cell: str | None
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Redundancy:
    """A rule that follows from others; ``because`` is minimal."""

    rule: str
    because: tuple[str, ...]


class _Program:
    """The rules as a linear program over a fixed list of cells; an optional cell must be at least one."""

    def __init__(self, cells: Sequence[str], signed: frozenset[str]) -> None:
        self.index = {name: number for number, name in enumerate(cells)}
        self.bounds = [(None, None) if name in signed else (0, None) for name in cells]

    def row(self, edit: Edit) -> NDArray[np.float64]:
        row = np.zeros(len(self.index))
        for name, factor in edit.terms:
            row[self.index[name]] += factor if edit.operator != ">=" else -factor
        return row

    def _limits(self, edits: Sequence[Edit]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The rules with their tolerances as ``rows @ figures <= limits``."""
        rows, limits = [], []
        for edit in edits:
            row = self.row(edit)
            constant = -edit.constant if edit.operator == ">=" else edit.constant
            rows.append(row)
            limits.append(edit.tolerance - constant)
            if edit.operator == "=":
                rows.append(-row)
                limits.append(edit.tolerance + constant)
        return np.array(rows).reshape(len(rows), len(self.index)), np.array(limits, dtype=np.float64)

    def solve(
        self, edits: Sequence[Edit], objective: NDArray[np.float64], at_least_one: str | None = None
    ) -> tuple[int, float]:
        """(status, least value of the objective) under the rules with their tolerances."""
        rows, limits = self._limits(edits)
        bounds = list(self.bounds)
        if at_least_one is not None:
            bounds[self.index[at_least_one]] = (1, None)
        answer = linprog(
            objective,
            A_ub=rows if len(rows) else None,
            b_ub=limits if len(rows) else None,
            bounds=bounds,
            method="highs",
        )
        return int(answer.status), float(answer.fun) if answer.fun is not None else -np.inf

    def fillable(self, edits: Sequence[Edit]) -> frozenset[str]:
        """Cells that one set of figures satisfying the rules fills together; there may be more.

        One program for all cells: of every cell as much as counts towards one is wanted.
        """
        cells = list(self.index)
        size = len(cells)
        rows, limits = self._limits(edits)
        counted = np.hstack([-np.eye(size), np.eye(size)])
        answer = linprog(
            np.concatenate([np.zeros(size), -np.ones(size)]),
            A_ub=np.vstack([np.hstack([rows, np.zeros((len(rows), size))]), counted]),
            b_ub=np.concatenate([limits, np.zeros(size)]),
            bounds=[*self.bounds, *[(0, 1)] * size],
            method="highs",
        )
        if answer.x is None:
            return frozenset()
        return frozenset(name for name, part in zip(cells, answer.x[size:], strict=True) if part > 1 - EXACT)

    def feasible(self, edits: Sequence[Edit], at_least_one: str | None = None) -> bool:
        """True where some figures satisfy all the rules."""
        return self.solve(edits, np.zeros(len(self.index)), at_least_one)[0] != INFEASIBLE


def contradictions(edits: Iterable[Edit], signed: frozenset[str] = frozenset()) -> list[Contradiction]:
    """Contradictions among the hard rules: one for the whole set, else one per cell that could never be filled.

    A cell that a rule of its own keeps at zero, or that depends on such a cell, is meant to be empty: no contradiction.
    ``signed`` cells may be negative and are not asked about.
    """
    hard = sorted((edit for edit in edits if edit.weight is None), key=lambda edit: edit.key)
    cells = sorted({name for edit in hard for name, _ in edit.terms})
    if not cells:
        return []
    program = _Program(cells, signed)
    if not program.feasible(hard):
        return [Contradiction(None, _minimal(hard, lambda part: not program.feasible(part)))]
    asked = [edit for edit in hard if not _keeps_empty(edit, signed)]
    open_cells = program.fillable(asked)
    found = []
    for cell in (cell for cell in cells if cell not in open_cells and cell not in signed):

        def stuck(part: Sequence[Edit], cell: str = cell) -> bool:
            return not program.feasible(part, cell)

        if stuck(asked):
            found.append(Contradiction(cell, _minimal(asked, stuck)))
    return found


def _keeps_empty(edit: Edit, signed: frozenset[str]) -> bool:
    """True where a rule by itself keeps its cells at zero: a sum of one sign beside no constant."""
    above = (
        {factor > 0 for _, factor in edit.terms} if edit.operator != ">=" else {factor < 0 for _, factor in edit.terms}
    )
    bounded = above == {True} or (edit.operator == "=" and len(above) == 1)
    return bounded and edit.constant == edit.tolerance == 0 and signed.isdisjoint(name for name, _ in edit.terms)


def redundancies(edits: Iterable[Edit], signed: frozenset[str] = frozenset()) -> list[Redundancy]:
    """Rules that all the others already say, in order of their ids; of two equal rules both are named."""
    hard = sorted((edit for edit in edits if edit.weight is None), key=lambda edit: edit.key)
    program = _Program(sorted({name for edit in hard for name, _ in edit.terms}), signed)
    found = []
    for edit in hard:
        others = [other for other in hard if other is not edit]

        def implied(part: Sequence[Edit], edit: Edit = edit) -> bool:
            return _implied(program, edit, part)

        if implied(others):
            found.append(Redundancy(edit.key, _minimal(_connected(edit, others), implied)))
    return found


def _implied(program: _Program, edit: Edit, others: Sequence[Edit]) -> bool:
    """True where no figures satisfy the others and break the edit."""
    constant = -edit.constant if edit.operator == ">=" else edit.constant
    row = program.row(edit)
    directions = [(row, constant)] if edit.operator != "=" else [(row, constant), (-row, -constant)]
    for direction, offset in directions:
        status, least = program.solve(others, -direction)
        if status == INFEASIBLE:
            return False
        if status == UNBOUNDED or -least + offset > edit.tolerance + EXACT:
            return False
    return True


def _connected(edit: Edit, others: Sequence[Edit]) -> list[Edit]:
    """The rules linked to the edit through shared cells, the nearest last, so that they are kept longest."""
    seen = {name for name, _ in edit.terms}
    rings: list[list[Edit]] = []
    rest = list(others)
    while True:
        ring = [other for other in rest if not seen.isdisjoint(name for name, _ in other.terms)]
        if not ring:
            return [other for nearer in reversed(rings) for other in nearer]
        rings.append(ring)
        rest = [other for other in rest if other not in ring]
        seen |= {name for other in ring for name, _ in other.terms}


def _minimal(edits: Sequence[Edit], holds: Callable[[Sequence[Edit]], bool]) -> tuple[str, ...]:
    """A smallest-by-deletion subset for which ``holds`` stays true; bounded by halving before going one by one."""
    kept = list(edits)
    step = max(1, len(kept) // 2)
    while step:
        position = 0
        while position < len(kept):
            rest = kept[:position] + kept[position + step :]
            if holds(rest):
                kept = rest
            else:
                position += step
        step //= 2
    return tuple(sorted(edit.key for edit in kept))
