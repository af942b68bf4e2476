"""The one builder from rules and figures to problems: for the check stage, `khoi explain`, the audit and the benches.

What a rule says of one workbook depends on what the workbook prints and could be read of it; what a figure is like
(flow, stock, signed) stands in the form catalogue. Both are decided here and nowhere else, so that a published accuracy
is that of the shipped path. Does not belong here: reading figures (`quality.suspects`), solving (`locate`).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from ingest.catalogue import Catalogue
from ingest.catalogue.tables import declared_totals, form_cells
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.catalogue.grammar import PREVIOUS, REGISTER, Expression
from quality.catalogue.model import LinearRule
from quality.localise.alike import usual
from quality.localise.expectation import with_growth
from quality.localise.list_reader import ListReader
from quality.localise.problem import Cell, Constraint, Problem
from quality.localise.reckoned import over_parts, parts_written
from quality.localise.weights import Weights, load_weights
from quality.outliers.settings import load_settings

SIGNED = "signed"
"""The nature of a balance, which may be negative and moves anywhere."""


@dataclass(frozen=True)
class WorkbookFigures:
    """What one workbook says.

    ``cells``: one row per cell of the rules, and per cell that stands beside them on a sheet, as far as the workbook's
    forms have it (cell_code, value, state, sheet, cell,
    row_no, column_no, previous, last_known; ``is_reckoned``, where it is there: a formula of the workbook adds it
    up), ``state`` as in `ingest.lake.OBSERVATIONS`, ``previous`` the same cell's
    accepted value of the period before, ``last_known`` that of the last of the two periods before that has one;
    ``register``: what the register says of the organization in the period, by register cell;
    ``entries``: the fields of its list records (`ingest.lake.ENTRIES`); ``half_read``: sheets on which something could
    not be read, so that their lists are not known whole; ``period_end``: ISO text, decides which codes are valid.
    """

    cells: pd.DataFrame
    register: Mapping[str, float]
    entries: pd.DataFrame
    half_read: frozenset[str]
    period_end: str


class ProblemBuilder:
    """Constraints and problems of any workbook, from one set of rules and forms."""

    def __init__(self, rules: RuleCatalogue, catalogue: Catalogue, reference: Reference) -> None:
        self.rules = rules
        cells = form_cells(catalogue, reference["codes"])
        self.natures = _natures(catalogue, cells)
        self.named = frozenset(term.cell_code for rule in rules.linear for term in rules.expressions[rule.id].terms)
        """The cells that linear rules name."""
        self.beside = _beside(cells, self.named)
        """Those of the same forms that no linear rule names: what goes along a line goes over them as well."""
        self.fresh = frozenset(load_settings().cells("repeats", self.natures))
        self.lists = ListReader(catalogue, reference)
        self.totals = declared_totals(catalogue)
        self.weights: Weights = load_weights()

    def constraints(
        self, holding: pd.DataFrame, states: Mapping[str, str], earlier: frozenset[str] | None = None
    ) -> tuple[Constraint, ...]:
        """The linear rules of ``holding`` (rule_id, severity, tolerance) as they can be assessed, in order of their id.

        ``states`` are the states of the workbook's cells by code; what is not there is not printed. ``earlier`` are the
        cells that the period before has (None: all). What only informs contradicts nothing and is left out.
        """
        return tuple(self._constraints(holding, states, earlier))

    def _constraints(
        self, holding: pd.DataFrame, states: Mapping[str, str], earlier: frozenset[str] | None
    ) -> Iterator[Constraint]:
        printed = frozenset(code for code, state in states.items() if state != "not_applicable")
        for row in holding.sort_values("rule_id").itertuples():
            rule = self.rules.by_id[str(row.rule_id)]
            if not isinstance(rule, LinearRule) or row.severity == "info":
                continue
            expression = self.rules.expressions[rule.id].over(printed)
            if expression is None or not _assessable(expression, rule, states, earlier):
                continue
            constant = expression.left_constant - expression.right_constant
            weight = None if row.severity == "hard" else self.weights.soft_rule
            tolerance = int(float(str(row.tolerance)))
            yield Constraint(rule.id, expression.net, expression.operator, constant, tolerance, weight)

    def problem(self, figures: WorkbookFigures, holding: pd.DataFrame) -> Problem:
        """The problem of one workbook under the rules that hold for it."""
        cells = figures.cells
        states = dict(zip(cells["cell_code"].astype(str), cells["state"].astype(str), strict=True))
        states |= {name: "unreadable" for name, value in figures.register.items() if math.isnan(value)}
        ruled = cells[~cells["cell_code"].isin(self.beside)]
        known = frozenset(ruled.loc[ruled["previous"].notna(), "cell_code"].astype(str))
        own = list(self._own(cells))
        parts = self._parts(cells, {cell.key for cell in own})
        written = self.constraints(holding, states, known)
        constraints = tuple(over_parts(written, parts))
        lists = list(self.lists.of(cells, figures.entries, figures.half_read, figures.period_end))
        whole_lists = {one.form for one in lists}
        silent = {one.key for one in constraints if not self.lists.explainable(one, whole_lists)}
        return Problem.of(
            [
                *(cell for cell in own if cell.key not in parts),
                *self._earlier(ruled),
                *_registered(figures.register, constraints),
            ],
            (one for one in constraints if one.key not in silent),
            lists,
            (one for one in constraints if one.key in silent),
            over_parts(usual(written, {cell.key: cell for cell in own}), parts),
        )

    def _parts(self, cells: pd.DataFrame, written: set[str]) -> dict[str, dict[str, int]]:
        """The totals that this workbook adds up by itself, as sums of what was written."""
        if "is_reckoned" not in cells:
            return {}
        reckoned = set(cells.loc[cells["is_reckoned"], "cell_code"].astype(str))
        return parts_written(self.totals, reckoned, written)

    def _own(self, cells: pd.DataFrame) -> list[Cell]:
        there = cells[cells["state"].isin(["value", "zero", "missing"])]
        return with_growth(
            Cell(
                key=str(row.cell_code),
                observed=None if row.state == "missing" else whole(row.value),
                previous=whole(row.last_known),
                nature=self.natures[str(row.cell_code)],
                sheet=row.sheet or "",
                row=whole(row.row_no) or 0,
                column=whole(row.column_no) or 0,
                # What we count from records nobody has written: their records are to blame (`record_errors`).
                fixed=self.lists.counts(str(row.cell_code)),
                label=f"{row.sheet}!{row.cell}" if row.cell else "",
                fresh=str(row.cell_code) in self.fresh,
                yearly=bool(pd.isna(row.previous)) and not pd.isna(row.last_known),
            )
            for row in there.sort_values("cell_code").itertuples()
        )

    def _earlier(self, cells: pd.DataFrame) -> Iterator[Cell]:
        """The accepted figures of the period before; they are hard to blame."""
        for row in cells[cells["previous"].notna()].itertuples():
            code = str(row.cell_code)
            yield Cell(
                f"{PREVIOUS}{code}",
                whole(row.previous),
                nature=self.natures[code],
                trust=self.weights.accepted_before,
            )


_RECENT: deque[tuple[tuple[object, object, object], ProblemBuilder]] = deque(maxlen=4)


def builder_of(rules: RuleCatalogue, catalogue: Catalogue, reference: Reference) -> ProblemBuilder:
    """The builder of these very rules, forms and registers; those last asked for are kept.

    Making one takes longer than checking a workbook again (0.07 s), and who checks many has the catalogues loaded once.
    """
    given = (rules, catalogue, reference)
    for made_of, builder in _RECENT:
        if all(one is other for one, other in zip(made_of, given, strict=True)):
            return builder
    _RECENT.append((given, ProblemBuilder(rules, catalogue, reference)))
    return _RECENT[-1][1]


def trusted_cells(constraints: Iterable[Constraint]) -> frozenset[str]:
    """Cells of the constraints that the audit never takes for wrong: registers and the accepted past."""
    names = {name for constraint in constraints for name, _ in constraint.terms}
    return frozenset(name for name in names if name.startswith((PREVIOUS, REGISTER)))


def whole(value: object) -> int | None:
    """A figure as an integer; None for an empty one."""
    return None if value is None or pd.isna(value) else round(float(str(value)))


def _natures(catalogue: Catalogue, cells: pd.DataFrame) -> dict[str, str]:
    """The nature of every cell of the forms: as the catalogue says, balances apart."""
    signed = {form.form: {name for name, item in form.items.items() if item.signed} for form in catalogue.forms}
    return {
        str(row.cell_code): SIGNED if row.source == "matrix" and row.item in signed[row.form] else str(row.nature)
        for row in cells.itertuples()
    }


def _beside(cells: pd.DataFrame, named: frozenset[str]) -> frozenset[str]:
    """The cells of matrices that stand on a sheet with the named ones and are not named themselves."""
    matrices = cells[cells["source"] == "matrix"]
    forms = set(matrices.loc[matrices["cell_code"].isin(named), "form"])
    return frozenset(matrices.loc[matrices["form"].isin(forms), "cell_code"].astype(str)) - named


def _assessable(
    expression: Expression, rule: LinearRule, states: Mapping[str, str], earlier: frozenset[str] | None
) -> bool:
    """False where a cell cannot be read, is empty on a side that does not take that for nothing, or is not known."""
    modes = {"left": rule.missing.left, "right": rule.missing.right}
    for term in expression.terms:
        if term.lag:
            if earlier is not None and term.cell_code not in earlier:
                return False
        elif term.cell_code in states or not term.is_external:
            state = states[term.cell_code]
            if state == "unreadable" or (state == "missing" and modes[term.side] == "skip"):
                return False
    return True


def _registered(register: Mapping[str, float], constraints: Iterable[Constraint]) -> Iterator[Cell]:
    """The register's cells that constraints name; the register is complete by itself, so what it does not say is 0."""
    named = {name for constraint in constraints for name, _ in constraint.terms if name.startswith(REGISTER)}
    for name in sorted(named):
        yield Cell(name, round(register.get(name, 0)), fixed=True)
