"""The language of linear rules: two sums of cells and a comparison, and how it becomes integers.

    membership_change.CLOSE = membership_change.OPEN + membership_change.INC - membership_change.DEC
    membership_change.OPEN = prev.membership_change.CLOSE + register.MEMBERS_IN - register.MEMBERS_OUT
    4 * ratings.DV.HTXS <= ratings.DV.HTT
    ratings.DV.NOT_RATED = sum(ratings.DV.NR_*)
    committee_inspection.U_SIGNS.MEMBERS <= below.membership_change.CLOSE
    membership_change.INC = parts(membership_change.INC)

The last is written out before it is compiled (`quality.catalogue.load`): its form says what the cell adds up.

Small on purpose: what it can say is a row of a sparse integer matrix, so one text serves SQL, the blank
workbook, error localisation and the handbook. Ratios are written with integer coefficients.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

Side = Literal["left", "right"]
PREVIOUS = "prev."
REGISTER = "register."
BELOW = "below."
"""Before a form's cell: the sum of all organizations of the committee, in what the committee itself sends."""


class KnownCells(Protocol):
    """The cells that a workbook has."""

    def __contains__(self, key: str, /) -> bool: ...


class GrammarError(ValueError):
    """An expression that cannot be compiled; the message says where and why."""


@dataclass(frozen=True)
class Term:
    """One cell on one side of a rule. ``lag`` 0 is this period, 1 the previous one."""

    cell_code: str
    lag: int
    coefficient: int
    side: Side

    @property
    def is_external(self) -> bool:
        """True for a cell that is not in the workbook itself: of the register, or of the previous period."""
        return self.lag > 0 or self.cell_code.startswith(REGISTER)


@dataclass(frozen=True)
class Expression:
    """A compiled rule: the sum of the left terms and constant ``operator`` that of the right ones."""

    operator: Literal["=", "<=", ">="]
    terms: tuple[Term, ...]
    left_constant: int
    right_constant: int

    @property
    def net(self) -> tuple[tuple[str, int], ...]:
        """Left minus right: (cell, coefficient), a cell of the previous period with ``prev.`` before its code."""
        total: dict[str, int] = {}
        for term in self.terms:
            key = PREVIOUS * term.lag + term.cell_code
            total[key] = total.get(key, 0) + (term.coefficient if term.side == "left" else -term.coefficient)
        return tuple((key, coefficient) for key, coefficient in total.items() if coefficient)

    @property
    def target(self) -> Term:
        """The first cell of the left side: where a violation is shown."""
        return self.terms[0]

    def over(self, known: KnownCells) -> Expression | None:
        """The expression over the cells of forms that a workbook has; None where it says nothing then.

        What is not printed is not applicable and adds nothing; a side of which no cell of a form is left cannot be
        assessed, a rule whose target is not printed is not evaluated, and a sum of the level below is in no one
        workbook. Cells of the register and of the previous period stand outside the workbook and stay.
        """
        if self.target.cell_code not in known or any(term.cell_code.startswith(BELOW) for term in self.terms):
            return None
        terms = tuple(term for term in self.terms if term.is_external or term.cell_code in known)
        for side in ("left", "right"):
            if _of_forms(self.terms, side) and not _of_forms(terms, side):
                return None
        return Expression(self.operator, terms, self.left_constant, self.right_constant)


def _of_forms(terms: Iterable[Term], side: str) -> list[Term]:
    return [term for term in terms if term.side == side and not term.cell_code.startswith(REGISTER)]
