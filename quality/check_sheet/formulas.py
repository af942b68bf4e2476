"""A rule's life in the blank workbook: linear rules as plain Excel formulas over the workbook's figures.

The formulas keep missing and zero apart per side like the set-wise engine (`quality.engine.linear`): the same rule
gives the same outcome before a workbook is sent and after it has come in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ingest.template import ExcelCheck, PrintedFigures, WorkbookChecks, figure_cell
from ingest.template.checks import FAILED, PASSED, UNDECIDED
from quality.catalogue import RuleCatalogue
from quality.catalogue.grammar import PREVIOUS, REGISTER, Expression, Side, Term
from quality.catalogue.model import LinearRule, Missing, Severity
from quality.catalogue.words import CellLabels, rule_in_words


@dataclass(frozen=True)
class HoldingRule:
    """One linear rule that holds for a workbook, with its severity and tolerance there (`engine.context`)."""

    rule_id: str
    severity: Severity
    tolerance: float


def workbook_checks(
    holding: Iterable[HoldingRule],
    rules: RuleCatalogue,
    printed: PrintedFigures,
    labels: CellLabels,
    known: Mapping[str, float | None],
) -> WorkbookChecks:
    """Compile the rules that hold and can be assessed in a workbook that prints ``printed``.

    ``known``: values of ``prev.`` and ``register.`` cells (None: missing). A register cell without a value is 0; a
    previous cell without one leaves its rules undecided.
    """
    usable = [
        (one, expression)
        for one in sorted(holding, key=lambda one: one.rule_id)
        if (expression := rules.expressions[one.rule_id].over(printed)) is not None
    ]
    keys = tuple(dict.fromkeys(_key(term) for _, expression in usable for term in expression.terms))
    numbers = {key: number for number, key in enumerate(keys)}
    checks = []
    for one, expression in usable:
        rule = rules.by_id[one.rule_id]
        assert isinstance(rule, LinearRule)
        formulas = _Formulas(expression, numbers)
        checks.append(
            ExcelCheck(
                rule.id,
                rule.title.vi,
                rule_in_words(rule, rules, labels, "vi"),
                one.severity,
                printed.place(expression.target.cell_code),
                formulas.told("left", rule.display_divisor),
                expression.operator,
                formulas.told("right", rule.display_divisor),
                formulas.state(rule.missing, one.tolerance),
            )
        )
    texts = {key: labels.label(key.removeprefix(PREVIOUS), "vi") for key in keys}
    return WorkbookChecks(keys, tuple(checks), texts, _with_register(keys, known))


def lagged_cells(rules: RuleCatalogue) -> list[str]:
    """The cells of the period before that any linear rule uses, sorted."""
    return sorted({term.cell_code for found in rules.expressions.values() for term in found.terms if term.lag})


def _key(term: Term) -> str:
    return PREVIOUS * term.lag + term.cell_code


def _with_register(keys: Iterable[str], known: Mapping[str, float | None]) -> dict[str, float | None]:
    """What is known of ``keys``; the register is complete by itself."""
    return {key: known.get(key, 0) for key in keys if key in known or key.startswith(REGISTER)}


class _Formulas:
    """The formulas of one rule, without ``=``."""

    def __init__(self, expression: Expression, numbers: Mapping[str, int]) -> None:
        self._expression = expression
        self._numbers = numbers

    def total(self, side: Side) -> str:
        """The sum of a side."""
        constant = self._expression.left_constant if side == "left" else self._expression.right_constant
        terms = [term for term in self._expression.terms if term.side == side]
        parts = [f"{_factor(term.coefficient)}{self._cell(term, 'value')}" for term in terms]
        if constant or not parts:
            parts.append(f"{constant:+d}")
        return "".join(parts).removeprefix("+")

    def told(self, side: Side, unit: int) -> str:
        """The sum of a side as people read it; the right side of a share is the most that is still within it."""
        if unit == 1:
            return self.total(side)
        return f"({self.total(side)})/{unit}" if side == "left" else f"INT(({self.total(side)})/{unit})"

    def state(self, missing: Missing, tolerance: float) -> str:
        """What the check comes to, in the order of the engine: undecided, a gap, a violation."""
        terms = self._expression.terms
        undecided = [self._any(terms, "unreadable")]
        gaps = []
        modes = {"left": missing.left, "right": missing.right}
        for side, mode in modes.items():
            part = [term for term in terms if term.side == side]
            if part and mode == "skip":
                undecided.append(self._any(part, "missing"))
            if part and mode == "fail":
                gaps.append(self._any(part, "missing"))
        failed = f"OR({','.join([*gaps, self._violated(tolerance)])})"
        return f'IF(OR({",".join(undecided)}),"{UNDECIDED}",IF({failed},"{FAILED}","{PASSED}"))'

    def _violated(self, tolerance: float) -> str:
        left, right = self.total("left"), self.total("right")
        return {
            "=": f"ABS({left}-({right}))>{tolerance:g}",
            "<=": f"{left}>{right}+{tolerance:g}",
            ">=": f"{left}<{right}-{tolerance:g}",
        }[self._expression.operator]

    def _any(self, terms: Iterable[Term], part: str) -> str:
        return f"{'+'.join(self._cell(term, part) for term in terms)}>0"

    def _cell(self, term: Term, part: str) -> str:
        return figure_cell(self._numbers[_key(term)], part)


def _factor(coefficient: int) -> str:
    sign = "-" if coefficient < 0 else "+"
    return sign if abs(coefficient) == 1 else f"{sign}{abs(coefficient)}*"
