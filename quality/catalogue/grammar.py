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

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal, Protocol

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput, VisitError

Side = Literal["left", "right"]
PREVIOUS = "prev."
REGISTER = "register."
BELOW = "below."
"""Before a form's cell: the sum of all organizations of the committee, in what the committee itself sends."""

_GRAMMAR = r"""
comparison: side OPERATOR side
side: SIGN? term (SIGN term)*
?term: NUMBER "*" factor -> scaled
     | NUMBER            -> constant
     | factor
?factor: CELL                                 -> cell
       | "sum" "(" PATTERN ("," PATTERN)* ")" -> sum_of
       | "(" side ")"
OPERATOR: "<=" | ">=" | "="
SIGN: "+" | "-"
NUMBER: /[0-9]+/
CELL: /(prev\.)?[a-z][a-z_]*(\.[A-Za-z0-9_]+)+/
PATTERN: /(prev\.)?[a-z][a-z_]*(\.[A-Za-z0-9_*]+)+/
%ignore /\s+/
"""

Linear = dict[tuple[str, int] | None, int]
"""(cell code, lag) -> integer coefficient; the key None holds the constant."""


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


class _Compiler(Transformer[Token, "Expression"]):
    """Turns the parse tree into coefficients; a pattern is expanded over the known cells, in their order."""

    def __init__(self, cells: Collection[str]) -> None:
        super().__init__()
        self._cells = cells

    def cell(self, parts: list[Token]) -> Linear:
        code, lag = _lagged(str(parts[0]))
        if code not in self._cells:
            raise GrammarError(f"unknown cell {code!r}")
        return {(code, lag): 1}

    def sum_of(self, parts: list[Token]) -> Linear:
        found: Linear = {}
        for part in parts:
            code, lag = _lagged(str(part))
            shape = re.compile(re.escape(code).replace(r"\*", "[^.]*"))
            matches = [known for known in self._cells if shape.fullmatch(known)]
            if not matches:
                raise GrammarError(f"no cell matches {code!r}")
            found.update({(match, lag): 1 for match in matches})
        return found

    def constant(self, parts: list[Token]) -> Linear:
        return {None: int(parts[0])}

    def scaled(self, parts: list[Token | Linear]) -> Linear:
        factor = int(str(parts[0]))
        inner = parts[1]
        assert isinstance(inner, dict)
        return {key: factor * coefficient for key, coefficient in inner.items()}

    def side(self, parts: list[Token | Linear]) -> Linear:
        total: Linear = {}
        sign = 1
        for part in parts:
            if not isinstance(part, dict):
                sign = -1 if str(part) == "-" else 1
                continue
            for key, coefficient in part.items():
                total[key] = total.get(key, 0) + sign * coefficient
        return {key: coefficient for key, coefficient in total.items() if coefficient or key is None}

    def comparison(self, parts: list[Token | Linear]) -> Expression:
        left, operator, right = parts
        assert isinstance(left, dict)
        assert isinstance(right, dict)
        terms = (*_terms(left, "left"), *_terms(right, "right"))
        return Expression(str(operator), terms, left.get(None, 0), right.get(None, 0))  # type: ignore[arg-type]


def compile_expression(text: str, cells: Collection[str]) -> Expression:
    """Compile ``text`` over the known ``cells`` (form and register cell codes, as printed) into integer terms.

    Raises GrammarError for bad grammar, an unknown cell, a pattern without a match, or a left side that
    does not begin with a cell of this period's forms (a violation would have no place to be shown).
    """
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        spot = error.get_context(text, span=30).rstrip()
        raise GrammarError(f"cannot be read at column {error.column}:\n{spot}") from error
    try:
        compiled: Expression = _Compiler(cells).transform(tree)
    except VisitError as error:
        raise GrammarError(str(error.orig_exc)) from error
    _check_target(compiled)
    return compiled


def _check_target(expression: Expression) -> None:
    first = expression.terms[0] if expression.terms else None
    if first is None or first.side != "left" or first.lag or first.cell_code.startswith((REGISTER, BELOW)):
        raise GrammarError("the left side must begin with a cell of a form of this period")
    if any(term.lag and term.cell_code.startswith((REGISTER, BELOW)) for term in expression.terms):
        raise GrammarError("register cells belong to this period, sums of the level below too; write no 'prev.'")


def _terms(side: Linear, name: Side) -> list[Term]:
    return [Term(key[0], key[1], coefficient, name) for key, coefficient in side.items() if key is not None]


def _lagged(name: str) -> tuple[str, int]:
    return (name[len(PREVIOUS) :], 1) if name.startswith(PREVIOUS) else (name, 0)


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, start="comparison", parser="lalr", lexer="contextual")
