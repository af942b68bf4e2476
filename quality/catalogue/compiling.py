"""Expressions of rules from text to integers; what the language can say stands in `quality.catalogue.grammar`.

Apart from it because a parser takes its time to load: what was compiled once is kept as data
(`khoi.deployment.prepared`).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput, VisitError

from quality.catalogue.grammar import BELOW, PREVIOUS, REGISTER, Expression, GrammarError, Side, Term

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
