"""What the localiser is given: cells, edits, and what is needed to talk about them. Pure values, no I/O.

A *cell* is one number someone wrote (of any form, organization or period); an *edit* is one linear rule over cells:
``constant + sum(coefficient * cell) (=|<=|>=) 0`` within ``tolerance``. Duplicates on other forms, the last
closing and the other side of a transfer are edits like any other; there is no special case for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Operator = Literal["=", "<=", ">="]
Missing = Literal["zero", "skip"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of one workbook.

    key: unique and stable (``organization|period|cell_code``); observed: None where nothing was written;
    previous: the same cell's accepted value of the last comparable period; nature: ``stock``, ``flow`` or ``signed``
    (how far it moves between periods, mechanisms.yaml); sheet, row, column: where it stands, for neighbours;
    expected, size: mean and size of the predictive count (`quality.outliers.predictive`), where there is one, or for
    stocks the figure to expect, where it is not the last period's (`expectation.py`);
    label: what people read for the cell in reasons (the key where empty);
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
    size: float | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """One linear rule over cells.

    weight: None for a hard rule, else what breaking the soft one costs (log units);
    missing: ``zero`` takes a blank cell for 0, ``skip`` does not assess the rule while one of its cells is blank.
    """

    key: str
    terms: tuple[tuple[str, int], ...]
    operator: Operator = "="
    constant: int = 0
    tolerance: int = 0
    weight: float | None = None
    missing: Missing = "zero"


class ProblemError(ValueError):
    """Cells and edits that do not fit together; the message names the edit and the cell."""


@dataclass(frozen=True)
class Problem:
    """Cells and edits in canonical order, so that no answer depends on the order they were given in."""

    cells: tuple[Cell, ...]
    edits: tuple[Edit, ...]

    @classmethod
    def of(cls, cells: Iterable[Cell], edits: Iterable[Edit]) -> Problem:
        """Sort and check. Raises ProblemError for a repeated key or a term without a cell."""
        ordered = tuple(sorted(cells, key=lambda cell: cell.key))
        rules = tuple(sorted((_normal(edit) for edit in edits), key=lambda edit: edit.key))
        names = {cell.key for cell in ordered}
        if len(names) != len(ordered):
            raise ProblemError("a cell key is used twice")
        if len({edit.key for edit in rules}) != len(rules):
            raise ProblemError("an edit key is used twice")
        for edit in rules:
            unknown = [name for name, _ in edit.terms if name not in names]
            if unknown:
                raise ProblemError(f"edit {edit.key} names the unknown cell {unknown[0]}")
        return cls(ordered, rules)

    @cached_property
    def by_key(self) -> Mapping[str, Cell]:
        """Cells by key."""
        return {cell.key: cell for cell in self.cells}

    @cached_property
    def edits_of(self) -> Mapping[str, tuple[int, ...]]:
        """For every cell the indices of the assessed edits it takes part in."""
        found: dict[str, list[int]] = {cell.key: [] for cell in self.cells}
        for index, edit in enumerate(self.edits):
            if self.assessed(edit):
                for name, _ in edit.terms:
                    found[name].append(index)
        return {name: tuple(indices) for name, indices in found.items()}

    def assessed(self, edit: Edit) -> bool:
        """False where the edit is not applicable because one of its cells is blank."""
        return edit.missing == "zero" or all(self.by_key[name].observed is not None for name, _ in edit.terms)

    def residual(self, edit: Edit) -> int:
        """The left side with the observed values, a blank counted as 0."""
        return edit.constant + sum(factor * (self.by_key[name].observed or 0) for name, factor in edit.terms)

    @cached_property
    def violated(self) -> tuple[int, ...]:
        """Indices of the assessed edits that the observed values break."""
        return tuple(
            index
            for index, edit in enumerate(self.edits)
            if self.assessed(edit) and breaks(edit.operator, self.residual(edit), edit.tolerance)
        )


def breaks(operator: Operator, residual: int, tolerance: int) -> bool:
    """True where a left side of ``residual`` contradicts the operator (``=`` or ``<=``) beyond the tolerance."""
    return residual > tolerance or (operator == "=" and residual < -tolerance)


def _normal(edit: Edit) -> Edit:
    """The same edit with ``=`` or ``<=``, every cell once, terms sorted."""
    factor = -1 if edit.operator == ">=" else 1
    summed: dict[str, int] = {}
    for name, coefficient in edit.terms:
        summed[name] = summed.get(name, 0) + factor * coefficient
    terms = tuple(sorted((name, value) for name, value in summed.items() if value))
    operator: Operator = "=" if edit.operator == "=" else "<="
    return Edit(edit.key, terms, operator, factor * edit.constant, edit.tolerance, edit.weight, edit.missing)
