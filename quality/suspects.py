"""Which cell is probably wrong: the localiser's answer beside every linear finding, for all failing workbooks at once.

The joins are set-wise; a problem is cut out only for workbooks that break a linear rule. The last period's accepted
workbook gives each cell what it held before, and itself stands apart from blame unless everything speaks against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import duckdb
import pandas as pd

from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.catalogue.grammar import REGISTER
from quality.catalogue.model import LinearRule
from quality.localise import Cell, Diagnosis, Edit, Problem, load_weights, localise
from quality.localise.expectation import with_growth

SHOWN_FROM = 0.5
"""Cells below this probability are not named: the rule and its cells are all that can be said."""
ACCEPTED_BEFORE = 3.0
"""Log units that speak against blaming a workbook that was accepted in its own period."""

_CELLS = """
SELECT o.file_hash, o.cell_code, o.value, o.state, o.sheet, o.cell, o.row_no, o.column_no, p.value AS previous
FROM observations o
JOIN failing f USING (file_hash)
LEFT JOIN observations p ON p.file_hash = f.previous_file_hash AND p.cell_code = o.cell_code
    AND p.state IN ('value', 'zero')
WHERE o.cell_code IN (SELECT cell_code FROM rule_cells) AND o.state IN ('value', 'zero', 'missing')
"""
_REGISTER = """
SELECT f.file_hash, r.cell_code, sum(r.value) AS value
FROM register_observations r JOIN failing f USING (organization_code, period_code)
GROUP BY ALL
"""


def suggestions(
    connection: duckdb.DuckDBPyConnection,
    violations: pd.DataFrame,
    versions: pd.DataFrame,
    applicable: pd.DataFrame,
    rules: RuleCatalogue,
    reference: Reference,
) -> pd.DataFrame:
    """One row per failing workbook and violated linear rule of which a cell can be named.

    Columns: file_hash, rule_id, suggested (``Biểu 1!C27: 52 → 43 (99 %)``, several joined by ``; ``). ``connection``
    has observations and register_observations; ``versions`` carries previous_file_hash.
    """
    failing = violations[violations["rule_id"].isin({rule.id for rule in rules.linear})]
    if failing.empty:
        return pd.DataFrame(columns=["file_hash", "rule_id", "suggested"])
    records = versions[versions["file_hash"].isin(failing["file_hash"])]
    rows = [
        (file_hash, rule, text)
        for file_hash, problem, places in record_problems(connection, records, applicable, rules, reference)
        for rule, text in _told(localise(problem), places)
    ]
    return pd.DataFrame(rows, columns=["file_hash", "rule_id", "suggested"])


def record_problems(
    connection: duckdb.DuckDBPyConnection,
    records: pd.DataFrame,
    applicable: pd.DataFrame,
    rules: RuleCatalogue,
    reference: Reference,
) -> Iterator[tuple[str, Problem, dict[str, str]]]:
    """(file_hash, problem, place of every cell) of each workbook of ``records``, in order of file_hash."""
    figures, register = _figures(connection, records, rules)
    natures = _natures(reference)
    linear = {rule.id for rule in rules.linear}
    holding = dict(tuple(applicable[applicable["rule_id"].isin(linear)].groupby("stratum")))
    for record in records.sort_values("file_hash").itertuples():
        mine = figures.get(record.file_hash)
        if mine is None or record.stratum not in holding:
            continue
        cells = _cells(mine, register.get(record.file_hash, {}), natures)
        problem = Problem.of(cells, _edits(holding[record.stratum], rules, {cell.key for cell in cells}))
        places = {str(row.cell_code): f"{row.sheet}!{row.cell}" for row in mine.itertuples() if row.cell}
        yield str(record.file_hash), problem, places


def _figures(
    connection: duckdb.DuckDBPyConnection, records: pd.DataFrame, rules: RuleCatalogue
) -> tuple[dict[Any, pd.DataFrame], dict[Any, dict[str, float]]]:
    named = sorted({term.cell_code for rule in rules.linear for term in rules.expressions[rule.id].terms})
    columns = ["file_hash", "organization_code", "period_code", "previous_file_hash"]
    connection.register("failing", records[columns].astype("str"))
    connection.register("rule_cells", pd.DataFrame({"cell_code": named}))
    cells = connection.execute(_CELLS).df()
    # A figure whose sheet or line is not in the workbook stands nowhere; pandas would say NaN, which is true.
    places = cells[["sheet", "cell"]].astype(object)
    cells[["sheet", "cell"]] = places.where(places.notna(), None)
    register = connection.execute(_REGISTER).df()
    for name in ("failing", "rule_cells"):
        connection.unregister(name)
    moved: dict[Any, dict[str, float]] = {}
    for row in register.itertuples():
        moved.setdefault(row.file_hash, {})[str(row.cell_code)] = float(str(row.value))
    return dict(tuple(cells.groupby("file_hash"))), moved


def _natures(reference: Reference) -> dict[str, str]:
    """cell code -> ``stock`` or ``flow``, as the measures that use it say."""
    terms = reference["measure_terms"].merge(reference["measures"][["measure_code", "aggregation"]], on="measure_code")
    return dict(zip(terms["cell_code"], terms["aggregation"], strict=True))


def _cells(figures: pd.DataFrame, register: dict[str, float], natures: dict[str, str]) -> list[Cell]:
    cells = [
        Cell(
            key=row.cell_code,
            observed=_whole(row.value) if row.state != "missing" else None,
            previous=_whole(row.previous),
            nature=natures.get(row.cell_code, "flow"),
            sheet=row.sheet or "",
            row=_whole(row.row_no) or 0,
            column=_whole(row.column_no) or 0,
            # An aggregate is counted from records by us, not written by the sender.
            fixed=bool(row.cell) and ":" in row.cell,
        )
        for row in figures.sort_values("cell_code").itertuples()
    ]
    lagged = [
        Cell(key=f"prev.{row.cell_code}", observed=_whole(row.previous), nature="stock", trust=ACCEPTED_BEFORE)
        for row in figures.itertuples()
        if not pd.isna(row.previous)
    ]
    moved = [Cell(key=code, observed=_whole(value), fixed=True) for code, value in register.items()]
    return with_growth(cells) + lagged + moved


def _edits(applicable: pd.DataFrame, rules: RuleCatalogue, known: set[str]) -> list[Edit]:
    soft = load_weights().soft_rule
    edits = []
    for row in applicable.itertuples():
        expression = rules.expressions[str(row.rule_id)]
        terms = [(key, factor) for key, factor in expression.net if key in known or not key.startswith(REGISTER)]
        if all(key in known for key, _ in terms):
            weight = None if row.severity == "hard" else soft
            constant = int(expression.left_constant - expression.right_constant)
            tolerance = int(float(str(row.tolerance)))
            missing = _missing_means(rules.by_id[str(row.rule_id)])
            edits.append(
                Edit(str(row.rule_id), tuple(terms), expression.operator, constant, tolerance, weight, missing)
            )
    return edits


def _missing_means(rule: object) -> Literal["zero", "skip"]:
    """An empty cell is unknown to the localiser where the rule's target side passes it over, else nothing."""
    return "skip" if isinstance(rule, LinearRule) and rule.missing.left == "skip" else "zero"


def _told(diagnosis: Diagnosis, places: dict[str, str]) -> list[tuple[str, str]]:
    rows = []
    for component in diagnosis.components:
        named = [one for one in component.suspects if one.probability >= SHOWN_FROM and one.cell in places]
        if not named:
            continue
        parts = []
        for one in named:
            change = "" if one.proposed is None else f": {one.observed} → {one.proposed}"
            parts.append(f"{places[one.cell]}{change} ({one.probability:.0%})")
        rows += [(edit, "; ".join(parts)) for edit in component.edits]
    return rows


def _whole(value: object) -> int | None:
    return None if value is None or pd.isna(value) else round(float(str(value)))
