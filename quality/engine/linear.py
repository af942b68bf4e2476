"""Linear rules, all at once: what cells a rule names is asked in one query that never changes, and judged as arrays.

How the states of cells are kept apart, per side of a rule:

* ``zero`` and ``value`` count; ``not_applicable`` (also a cell its form version does not print) adds nothing,
  and a side of which nothing applies makes the rule not assessable;
* ``missing`` follows the rule (skip, zero, fail); ``unreadable`` is never guessed: not assessable;
* a cell of the previous period that is not there at all makes the rule not assessable;
* the sum of the level below is there once every organization that was due has it in a workbook that counts, else it
  is missing;
* a register cell without an event is zero: the register is complete by itself, and says nothing of whether the
  cells of a form beside it apply; an event whose number is unknown makes the rule not assessable.

A rule is evaluated for the submissions that have its target cell; where the form is not due there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import numpy as np
import pandas as pd

from ingest.database import ask, give, give_declared
from ingest.derived_once import derived_once
from quality.catalogue import RuleCatalogue
from quality.catalogue.grammar import REGISTER
from quality.catalogue.model import LinearRule
from quality.engine import OUTCOME_COLUMNS, SUBJECT, VIOLATION_COLUMNS, Verdicts, nothing_found
from quality.engine.judging import FAIL, NOT_ASSESSABLE, PASS, STATE_BITS, Figures, Holding, Judged, Terms, judged
from quality.engine.levels import LEVEL_BELOW_COLUMNS

_OWN = """
    SELECT
        c.file_no, c.workbook_no, o.cell_code, 0::TINYINT AS lag, o.value, o.state, o.sheet, o.cell,
        NULL::VARCHAR AS period_code
    FROM observations o JOIN context c USING (file_hash)
"""
_BEFORE = """
    SELECT c.file_no, c.workbook_no, o.cell_code, 1::TINYINT, o.value, o.state, o.sheet, o.cell, c.previous_period_code
    FROM observations o JOIN context c ON o.file_hash = c.previous_file_hash
    WHERE o.cell_code IN (SELECT cell_code FROM terms WHERE lag = 1)
"""
_REGISTER = """
    SELECT
        c.file_no, c.workbook_no, r.cell_code, 0::TINYINT, sum(r.value),
        CASE WHEN count(*) > count(r.value) THEN 'register_unknown' ELSE 'register' END, NULL, NULL, NULL
    FROM register_observations r JOIN context c USING (organization_code, period_code)
    GROUP BY c.file_no, c.workbook_no, r.cell_code
"""
_BELOW = """
    SELECT c.file_no, c.workbook_no, b.cell_code, 0::TINYINT, b.value, b.state, b.sheet, b.cell, NULL
    FROM level_below b JOIN context c USING (organization_code, period_code)
"""
_PARTS = {"record": (_OWN, _REGISTER), "previous": (_OWN, _BEFORE, _REGISTER), "levels": (_OWN, _REGISTER, _BELOW)}
FACTS = {scope: "CREATE OR REPLACE TEMP VIEW facts AS" + "UNION ALL".join(parts) for scope, parts in _PARTS.items()}
"""What the rules of a scope can name; only those of ``previous`` look back, only those of ``levels`` below."""

_BITS = " ".join(f"WHEN '{state}' THEN {bits}" for state, bits in STATE_BITS.items())
POINTS = f"""
SELECT f.workbook_no, n.cell_no, f.value, (CASE f.state {_BITS} END)::UTINYINT AS bits
FROM facts f
JOIN asked_cells n USING (cell_code, lag)
"""

# The cells of the broken workbooks are asked three times and looked for once.
# Counts and sums over a list share the address of a column, so their codes are named and their zeros left out; of a
# list of one row, or of a drop-down, this is the address of a cell, which holds what none of them says: beside a zero
# it stands with the code that was chosen there, or alone. Where nothing but zeros stands against the target, their
# places are named, to be compared with it.
DESCRIBE = """
WITH named AS MATERIALIZED (SELECT * FROM facts),
shared AS (
    SELECT file_no, lag, sheet, cell FROM named WHERE cell IS NOT NULL
    GROUP BY ALL HAVING count(DISTINCT cell_code) > 1
),
answered AS (
    SELECT file_no, lag, sheet, cell, rtrim(cell_code, '_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') AS field,
        any_value(cell_code) AS chosen
    FROM named WHERE value = 1 AND split_part(cell_code, '.', 3) <> '' GROUP BY ALL HAVING count(*) = 1
),
spelled AS (
    SELECT
        x.rule_no, x.file_no, t.position, t.is_target, t.cell_code, f.sheet, f.cell,
        CASE WHEN f.period_code IS NULL THEN '' ELSE f.period_code || ' ' END AS period,
        period || f.sheet || '!' || f.cell AS place,
        concat_ws('=', place, a.chosen) AS standing,
        any_value(place) FILTER (t.is_target) OVER (PARTITION BY x.rule_no, x.file_no) AS target_place,
        s.cell IS NOT NULL OR coalesce(contains(f.cell, ':'), false) AS is_counted,
        CASE
            WHEN f.cell IS NULL THEN period || f.cell_code
            WHEN is_counted THEN place || ' [' || split_part(f.cell_code, '.', -1) || ']'
            ELSE place
        END || '=' || coalesce(format('{:d}', f.value::BIGINT), '') AS valued,
        CASE
            WHEN is_counted AND f.value = 0 AND NOT contains(f.cell, ':') THEN standing
            ELSE valued
        END AS spelled,
        t.is_named AND (t.is_target OR f.state = 'missing' OR f.value <> 0 OR (f.cell IS NOT NULL AND NOT is_counted))
            AS shown
    FROM failed x
    JOIN named f USING (file_no)
    JOIN terms t ON t.rule_no = x.rule_no AND t.cell_code = f.cell_code AND t.lag = f.lag
    LEFT JOIN shared s ON s.file_no = f.file_no AND s.lag = f.lag AND s.sheet = f.sheet AND s.cell = f.cell
    LEFT JOIN answered a ON a.file_no = f.file_no AND a.lag = f.lag AND a.sheet = f.sheet AND a.cell = f.cell
        AND f.cell_code = a.field || split_part(f.cell_code, '.', 3)
)
SELECT
    r.rule_id, 'rule' AS engine, x.severity, c.committee_code, c.organization_code, c.period_code, c.file_hash,
    any_value(s.sheet) FILTER (s.is_target) AS sheet,
    any_value(s.cell) FILTER (s.is_target) AS cell,
    any_value(s.cell_code) FILTER (s.is_target) AS cell_code,
    concat_ws('; ', string_agg(s.spelled, '; ' ORDER BY s.position) FILTER (s.shown),
        CASE WHEN NOT bool_or(s.shown AND NOT s.is_target)
            THEN string_agg(DISTINCT s.standing, '; ' ORDER BY s.standing)
                FILTER (s.place <> coalesce(s.target_place, '')) END) AS cells,
    CASE WHEN x.gap THEN '' ELSE format('{:d}', (x.observed / r.display_divisor)::BIGINT) END AS observed,
    format('{:d}', floor(x.expected / r.display_divisor)::BIGINT) AS expected,
    CASE WHEN x.gap THEN '' ELSE format('{:d}', ((x.observed / r.display_divisor) - floor(x.expected /
    r.display_divisor))::BIGINT) END AS difference FROM failed x JOIN spelled s USING (rule_no, file_no) JOIN rules r
    USING (rule_no) JOIN context c USING (file_no) GROUP BY ALL ORDER BY r.rule_id, c.file_hash
"""


_TEXTS = [*SUBJECT, "file_hash", "previous_period_code"]
_OF_WORKBOOKS = ["file_no", *_TEXTS, "workbook_kind"]
"""What the queries ask of a file version; a column more is a hundred texts more to hand over."""


def check_linear(
    connection: duckdb.DuckDBPyConnection,
    rules: RuleCatalogue,
    scope: str,
    context: pd.DataFrame,
    applicable: pd.DataFrame,
    below: pd.DataFrame | None = None,
    *,
    counted: bool = True,
) -> Verdicts:
    """Evaluate the linear rules of ``scope`` over the file versions of ``context`` (with previous_file_hash).

    ``connection`` must have the relations ``observations`` and ``register_observations``.
    ``below`` are the sums of `quality.engine.levels`, for ``levels``. Unless ``counted`` there are no outcomes.
    """
    chosen = _chosen(rules, scope)
    if not chosen or context.empty:
        return nothing_found()
    workbooks = _workbooks(context)
    outcomes, failed = _Outcomes(chosen, workbooks) if counted else None, []
    for part in _judged(connection, rules, scope, workbooks, applicable, below):
        if outcomes is not None:
            outcomes.add(part)
        failed.append(part.rows(FAIL))
    broken = pd.concat(failed, ignore_index=True)
    nothing = nothing_found()
    told = nothing.outcomes if outcomes is None else outcomes.counted()
    if broken.empty:
        return Verdicts(nothing.violations, told)
    broken = broken.astype({"severity": "str", "outcome": "str"}).merge(workbooks[["workbook_no", "file_no"]])
    give(connection, {"failed": broken, "context": workbooks[workbooks["workbook_no"].isin(broken["workbook_no"])]})
    return Verdicts(ask(connection, DESCRIBE).df().reindex(columns=VIOLATION_COLUMNS), told)


def verdicts_by_file(
    connection: duckdb.DuckDBPyConnection,
    rules: RuleCatalogue,
    scope: str,
    context: pd.DataFrame,
    applicable: pd.DataFrame,
) -> pd.DataFrame:
    """One row per rule of ``scope`` and file version it was held against: rule_id, file_hash, outcome, observed,

    expected. For who wants to know what holds as well; see `check_linear`.
    """
    workbooks = _workbooks(context)
    parts = _judged(connection, rules, scope, workbooks, applicable, None)
    found = pd.concat([part.rows(PASS, FAIL, NOT_ASSESSABLE) for part in parts], ignore_index=True)
    ids = pd.Series([rule.id for rule in _chosen(rules, scope)])
    named = found.assign(rule_id=ids.reindex(found["rule_no"]).to_numpy())
    return named.merge(workbooks[["workbook_no", "file_hash"]], on="workbook_no")


def _workbooks(context: pd.DataFrame) -> pd.DataFrame:
    """The file versions of ``context`` with a ``workbook_no``, those of a committee and period beside each other."""
    ordered = context.sort_values(["committee_code", "period_code", "file_no"], ignore_index=True)
    before = ordered["previous_file_hash"] if "previous_file_hash" in ordered else pd.Series(None, ordered.index)
    told = ordered[_OF_WORKBOOKS].astype(dict.fromkeys(_TEXTS, "str"))
    return told.assign(
        workbook_no=np.arange(len(ordered), dtype="int32"), previous_file_hash=before.astype("str").to_numpy()
    )


def _judged(
    connection: duckdb.DuckDBPyConnection,
    rules: RuleCatalogue,
    scope: str,
    workbooks: pd.DataFrame,
    applicable: pd.DataFrame,
    below: pd.DataFrame | None,
) -> Iterator[Judged]:
    declared, terms = _declared(rules, scope), _terms(rules, scope)
    give_declared(connection, declared)
    give(connection, {"context": workbooks})
    if scope == "levels":
        give(connection, {"level_below": _NOTHING_BELOW if below is None else _typed(below)})
    ask(connection, FACTS[scope])
    points = connection.sql(POINTS).to_arrow_reader(_BATCH)
    figures = Figures.of(points, len(terms.cells), len(workbooks))
    numbers = {rule.id: number for number, rule in enumerate(_chosen(rules, scope))}
    holding = applicable[applicable["rule_id"].isin(numbers)]
    holding = holding.assign(rule_no=holding["rule_id"].map(numbers))
    return judged(terms, figures, Holding.of(holding, workbooks["workbook_kind"], len(numbers)))


class _Outcomes:
    """How often each rule passed, failed and could not be assessed, by committee and period."""

    def __init__(self, chosen: Sequence[LinearRule], workbooks: pd.DataFrame) -> None:
        self._ids = [rule.id for rule in chosen]
        subjects = workbooks.groupby(["committee_code", "period_code"], sort=True)
        self._group = subjects.ngroup().to_numpy()
        self._subjects = workbooks[["committee_code", "period_code"]].drop_duplicates(ignore_index=True)
        self._counts = np.zeros((3, len(chosen), len(self._subjects)), dtype="int64")

    def add(self, part: Judged) -> None:
        """Count the verdicts of some workbooks."""
        groups = self._group[part.first : part.first + part.outcome.shape[1]]
        begins = np.flatnonzero(np.diff(groups, prepend=-1))
        for number, name in enumerate((PASS, FAIL, NOT_ASSESSABLE)):
            counted = np.add.reduceat(part.count(name), begins, axis=1, dtype="int64")
            self._counts[number][:, groups[begins]] += counted

    def counted(self) -> pd.DataFrame:
        """One row per rule, committee and period in which it was held against anything (`OUTCOME_COLUMNS`)."""
        rule_no, subject = np.nonzero(self._counts.sum(axis=0))
        columns = dict(zip(OUTCOME_COLUMNS[3:], self._counts[:, rule_no, subject], strict=True))
        found = self._subjects.iloc[subject].reset_index(drop=True)
        found.insert(0, "rule_id", [self._ids[number] for number in rule_no])
        return found.assign(**columns)


def _typed(below: pd.DataFrame) -> pd.DataFrame:
    return below.astype({column: "float64" if column == "value" else "str" for column in LEVEL_BELOW_COLUMNS})


_BATCH = 1_000_000
_NOTHING_BELOW = _typed(pd.DataFrame(columns=LEVEL_BELOW_COLUMNS))


@derived_once
def _declared(rules: RuleCatalogue, scope: str) -> dict[str, pd.DataFrame]:
    """The relations that no workbook changes."""
    terms = _terms(rules, scope)
    return {"rules": terms.rules, "terms": _term_rows(rules, scope), "asked_cells": terms.cells}


@derived_once
def _terms(rules: RuleCatalogue, scope: str) -> Terms:
    return Terms.of(_rule_rows(rules, scope), _term_rows(rules, scope))


@derived_once
def _chosen(rules: RuleCatalogue, scope: str) -> tuple[LinearRule, ...]:
    return tuple(rule for rule in rules.linear if rule.scope == scope)


def _rule_rows(rules: RuleCatalogue, scope: str) -> pd.DataFrame:
    rows = []
    for number, rule in enumerate(_chosen(rules, scope)):
        expression = rules.expressions[rule.id]
        right = [term for term in expression.terms if term.side == "right"]
        rows.append(
            {
                "rule_no": number,
                "rule_id": rule.id,
                "operator": expression.operator,
                "display_divisor": rule.display_divisor,
                "left_constant": expression.left_constant,
                "right_constant": expression.right_constant,
                "missing_left": rule.missing.left,
                "missing_right": rule.missing.right,
                "lagged": sum(term.lag for term in expression.terms),
                "right_needs_cells": any(not term.cell_code.startswith(REGISTER) for term in right),
            }
        )
    return pd.DataFrame(rows)


def _term_rows(rules: RuleCatalogue, scope: str) -> pd.DataFrame:
    rows = [
        {
            "rule_no": number,
            "position": position,
            "cell_code": term.cell_code,
            "lag": term.lag,
            "left_coefficient": float(term.coefficient) if term.side == "left" else 0.0,
            "right_coefficient": float(term.coefficient) if term.side == "right" else 0.0,
            "on_left": term.side == "left",
            "is_target": position == 0,
        }
        for number, rule in enumerate(_chosen(rules, scope))
        for position, term in enumerate(rules.expressions[rule.id].terms)
    ]
    terms = pd.DataFrame(rows).astype({"lag": "int8"})
    # A cell may stand on both sides of a rule; it is named once.
    return terms.assign(is_named=~terms.duplicated(["rule_no", "cell_code", "lag"]))
