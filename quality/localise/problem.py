"""What the localiser is given: cells, constraints, and what is needed to talk about them. Pure values, no I/O.

A *cell* is one number someone wrote (of any form, organization or period); a *constraint* is one linear rule over
cells:
``constant + sum(coefficient * cell) (=|<=|>=) 0`` within ``tolerance``. Duplicates on other forms, the last
closing and the other side of a transfer are constraints like any other; there is no special case for them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from quality.localise.lists import RecordList

Operator = Literal["=", "<=", ">="]


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of one workbook.

    key: unique and stable (``organization|period|cell_code``); observed: None where nothing was written;
    previous: the same cell's accepted value of the last comparable period; nature: ``stock``, ``flow`` or ``signed``
    (how far it moves between periods, mechanisms.yaml); sheet, row, column: where it stands, for neighbours;
    expected: for stocks the figure to expect, where it is not the last period's (`expectation.py`);
    label: its place as people read it (``sheet!cell``; empty for what stands in no sheet of this workbook);
    fresh: begins at zero every period, so that an equal figure does not repeat by nature; yearly: asked once a year, so
    that ``previous`` is last year's;
    fixed: never to blame (registers, constants); trust: log units that speak against blaming it (accepted before).
    """

    key: str
    observed: int | None
    previous: int | None = None
    nature: str = "flow"
    sheet: str = ""
    row: int = 0
    column: int = 0
    fixed: bool = False
    trust: float = 0.0
    expected: float | None = None
    label: str = ""
    fresh: bool = False
    yearly: bool = False


@dataclass(frozen=True, slots=True)
class Constraint:
    """One linear rule over cells.

    weight: None for a hard rule, else what breaking the soft one costs (log units).
    """

    key: str
    terms: tuple[tuple[str, int], ...]
    operator: Operator = "="
    constant: int = 0
    tolerance: int = 0
    weight: float | None = None


class ProblemError(ValueError):
    """Cells and constraints that do not fit together; the message names the constraint and the cell."""


@dataclass(frozen=True)
class Problem:
    """Cells and constraints in canonical order, so that no answer depends on the order they were given in."""

    cells: tuple[Cell, ...]
    constraints: tuple[Constraint, ...]
    lists: tuple[RecordList, ...] = ()
    unexplained: tuple[str, ...] = ()
    usual: tuple[Constraint, ...] = ()

    @classmethod
    def of(
        cls,
        cells: Iterable[Cell],
        constraints: Iterable[Constraint],
        lists: Iterable[RecordList] = (),
        silent: Iterable[Constraint] = (),
        usual: Iterable[Constraint] = (),
    ) -> Problem:
        """Sort and check. ``silent`` constraints take part in no explanation; those broken are only named. ``usual``:
        equalities that hold as a rule (`alike.py`); broken they contradict nothing.

        Raises ProblemError for a repeated key or a term without a cell.
        """
        ordered = tuple(sorted(cells, key=lambda cell: cell.key))
        rules = tuple(
            sorted((_normal(constraint) for constraint in constraints), key=lambda constraint: constraint.key)
        )
        names = {cell.key for cell in ordered}
        if len(names) != len(ordered):
            raise ProblemError("a cell key is used twice")
        if len({constraint.key for constraint in rules}) != len(rules):
            raise ProblemError("a constraint key is used twice")
        for constraint in rules:
            unknown = [name for name, _ in constraint.terms if name not in names]
            if unknown:
                raise ProblemError(f"constraint {constraint.key} names the unknown cell {unknown[0]}")
        by_form = tuple(sorted(lists, key=lambda one: one.form))
        likely = tuple(sorted(map(_normal, usual), key=lambda one: one.key))
        found = cls(ordered, rules, by_form, usual=likely)
        broken = [one.key for one in map(_normal, silent) if breaks(one.operator, found.residual(one), one.tolerance)]
        return cls(ordered, rules, by_form, tuple(sorted(broken)), likely)

    @cached_property
    def by_key(self) -> Mapping[str, Cell]:
        """Cells by key."""
        return {cell.key: cell for cell in self.cells}

    @cached_property
    def counted(self) -> tuple[frozenset[str], ...]:
        """For every list the cells that count or sum it and that constraints name."""
        named = {name for constraint in self.constraints for name, _ in constraint.terms}
        return tuple(frozenset(each.cell_code for each in one.aggregates) & named for one in self.lists)

    @cached_property
    def lines(self) -> list[tuple[str, list[str]]]:
        """Rows and columns of every sheet: (``row`` or ``column``, the keys of its cells in printed order)."""
        found: dict[tuple[str, str, int], list[tuple[int, str]]] = {}
        for cell in self.cells:
            if cell.sheet and not cell.fixed:
                found.setdefault((cell.sheet, "column", cell.column), []).append((cell.row, cell.key))
                found.setdefault((cell.sheet, "row", cell.row), []).append((cell.column, cell.key))
        return [(name[1], [key for _, key in sorted(found[name])]) for name in sorted(found) if len(found[name]) > 1]

    @cached_property
    def beside(self) -> Mapping[str, Mapping[tuple[str, int], int]]:
        """For every cell the figures next to it by way and direction (1: further on in printed order, -1: before)."""
        found: dict[str, dict[tuple[str, int], int]] = {cell.key: {} for cell in self.cells}
        for way, line in self.lines:
            for first, second in itertools.pairwise(line):
                found[first][way, 1] = self.by_key[second].observed or 0
                found[second][way, -1] = self.by_key[first].observed or 0
        return found

    @cached_property
    def constraints_of(self) -> Mapping[str, tuple[int, ...]]:
        """For every cell the indices of the constraints it takes part in."""
        found: dict[str, list[int]] = {cell.key: [] for cell in self.cells}
        for index, constraint in enumerate(self.constraints):
            for name, _ in constraint.terms:
                found[name].append(index)
        return {name: tuple(indices) for name, indices in found.items()}

    def residual(self, constraint: Constraint) -> int:
        """The left side with the observed values, a blank counted as 0."""
        return constraint.constant + sum(
            factor * (self.by_key[name].observed or 0) for name, factor in constraint.terms
        )

    @cached_property
    def violated(self) -> tuple[int, ...]:
        """Indices of the constraints that the observed values break."""
        return tuple(
            index
            for index, constraint in enumerate(self.constraints)
            if breaks(constraint.operator, self.residual(constraint), constraint.tolerance)
        )


def breaks(operator: Operator, residual: int, tolerance: int) -> bool:
    """True where a left side of ``residual`` contradicts the operator (``=`` or ``<=``) beyond the tolerance."""
    return residual > tolerance or (operator == "=" and residual < -tolerance)


def _normal(constraint: Constraint) -> Constraint:
    """The same constraint with ``=`` or ``<=``, every cell once, terms sorted."""
    factor = -1 if constraint.operator == ">=" else 1
    summed: dict[str, int] = {}
    for name, coefficient in constraint.terms:
        summed[name] = summed.get(name, 0) + factor * coefficient
    terms = tuple(sorted((name, value) for name, value in summed.items() if value))
    operator: Operator = "=" if constraint.operator == "=" else "<="
    return Constraint(
        constraint.key,
        terms,
        operator,
        factor * constraint.constant,
        constraint.tolerance,
        constraint.weight,
    )
