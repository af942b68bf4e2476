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

from quality.localise.problem import Constraint

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

    def row(self, constraint: Constraint) -> NDArray[np.float64]:
        row = np.zeros(len(self.index))
        for name, factor in constraint.terms:
            row[self.index[name]] += factor if constraint.operator != ">=" else -factor
        return row

    def _limits(self, constraints: Sequence[Constraint]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The rules with their tolerances as ``rows @ figures <= limits``."""
        rows, limits = [], []
        for constraint in constraints:
            row = self.row(constraint)
            constant = -constraint.constant if constraint.operator == ">=" else constraint.constant
            rows.append(row)
            limits.append(constraint.tolerance - constant)
            if constraint.operator == "=":
                rows.append(-row)
                limits.append(constraint.tolerance + constant)
        return np.array(rows).reshape(len(rows), len(self.index)), np.array(limits, dtype=np.float64)

    def solve(
        self, constraints: Sequence[Constraint], objective: NDArray[np.float64], at_least_one: str | None = None
    ) -> tuple[int, float]:
        """(status, least value of the objective) under the rules with their tolerances."""
        rows, limits = self._limits(constraints)
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

    def fillable(self, constraints: Sequence[Constraint]) -> frozenset[str]:
        """Cells that one set of figures satisfying the rules fills together; there may be more.

        One program for all cells: of every cell as much as counts towards one is wanted.
        """
        cells = list(self.index)
        size = len(cells)
        rows, limits = self._limits(constraints)
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

    def feasible(self, constraints: Sequence[Constraint], at_least_one: str | None = None) -> bool:
        """True where some figures satisfy all the rules."""
        return self.solve(constraints, np.zeros(len(self.index)), at_least_one)[0] != INFEASIBLE


def contradictions(constraints: Iterable[Constraint], signed: frozenset[str] = frozenset()) -> list[Contradiction]:
    """Contradictions among the hard rules: one for the whole set, else one per cell that could never be filled.

    A cell that a rule of its own keeps at zero, or that depends on such a cell, is meant to be empty: no contradiction.
    ``signed`` cells may be negative and are not asked about.
    """
    hard = sorted(
        (constraint for constraint in constraints if constraint.weight is None), key=lambda constraint: constraint.key
    )
    cells = sorted({name for constraint in hard for name, _ in constraint.terms})
    if not cells:
        return []
    program = _Program(cells, signed)
    if not program.feasible(hard):
        return [Contradiction(None, _minimal(hard, lambda part: not program.feasible(part)))]
    asked = [constraint for constraint in hard if not _keeps_empty(constraint, signed)]
    open_cells = program.fillable(asked)
    found = []
    for cell in (cell for cell in cells if cell not in open_cells and cell not in signed):

        def stuck(part: Sequence[Constraint], cell: str = cell) -> bool:
            return not program.feasible(part, cell)

        if stuck(asked):
            found.append(Contradiction(cell, _minimal(asked, stuck)))
    return found


def _keeps_empty(constraint: Constraint, signed: frozenset[str]) -> bool:
    """True where a rule by itself keeps its cells at zero: a sum of one sign beside no constant."""
    above = (
        {factor > 0 for _, factor in constraint.terms}
        if constraint.operator != ">="
        else {factor < 0 for _, factor in constraint.terms}
    )
    bounded = above == {True} or (constraint.operator == "=" and len(above) == 1)
    return (
        bounded
        and constraint.constant == constraint.tolerance == 0
        and signed.isdisjoint(name for name, _ in constraint.terms)
    )


def redundancies(constraints: Iterable[Constraint], signed: frozenset[str] = frozenset()) -> list[Redundancy]:
    """Rules that all the others already say, in order of their ids; of two equal rules both are named."""
    hard = sorted(
        (constraint for constraint in constraints if constraint.weight is None), key=lambda constraint: constraint.key
    )
    program = _Program(sorted({name for constraint in hard for name, _ in constraint.terms}), signed)
    found = []
    for constraint in hard:
        others = [other for other in hard if other is not constraint]

        def implied(part: Sequence[Constraint], constraint: Constraint = constraint) -> bool:
            return _implied(program, constraint, part)

        if implied(others):
            found.append(Redundancy(constraint.key, _minimal(_connected(constraint, others), implied)))
    return found


def _implied(program: _Program, constraint: Constraint, others: Sequence[Constraint]) -> bool:
    """True where no figures satisfy the others and break the constraint."""
    constant = -constraint.constant if constraint.operator == ">=" else constraint.constant
    row = program.row(constraint)
    directions = [(row, constant)] if constraint.operator != "=" else [(row, constant), (-row, -constant)]
    for direction, offset in directions:
        status, least = program.solve(others, -direction)
        if status == INFEASIBLE:
            return False
        if status == UNBOUNDED or -least + offset > constraint.tolerance + EXACT:
            return False
    return True


def _connected(constraint: Constraint, others: Sequence[Constraint]) -> list[Constraint]:
    """The rules linked to the constraint through shared cells, the nearest last, so that they are kept longest."""
    seen = {name for name, _ in constraint.terms}
    rings: list[list[Constraint]] = []
    rest = list(others)
    while True:
        ring = [other for other in rest if not seen.isdisjoint(name for name, _ in other.terms)]
        if not ring:
            return [other for nearer in reversed(rings) for other in nearer]
        rings.append(ring)
        rest = [other for other in rest if other not in ring]
        seen |= {name for other in ring for name, _ in other.terms}


def _minimal(constraints: Sequence[Constraint], holds: Callable[[Sequence[Constraint]], bool]) -> tuple[str, ...]:
    """A smallest-by-deletion subset for which ``holds`` stays true; bounded by halving before going one by one."""
    kept = list(constraints)
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
    return tuple(sorted(constraint.key for constraint in kept))
