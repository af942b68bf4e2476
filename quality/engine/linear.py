"""Linear rules, all at once: the rule terms joined with the long table of cells. The query never changes.

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

import duckdb
import pandas as pd

from ingest.database import ask, give, give_declared
from ingest.derived_once import derived_once
from quality.catalogue import RuleCatalogue
from quality.catalogue.grammar import REGISTER
from quality.catalogue.model import LinearRule
from quality.engine import OUTCOME_COLUMNS, VIOLATION_COLUMNS, Verdicts
from quality.engine.levels import LEVEL_BELOW_COLUMNS

# Bits of a side's states: 1 something counts, 2 missing, 4 unreadable. Both sides stand in one number, the right one
# three bits up, and 64 says that the target is there: one aggregate instead of three is a fifth of the time.
FACTS = """
CREATE OR REPLACE TEMP VIEW facts AS
    SELECT c.file_no, o.cell_code, 0::TINYINT AS lag, o.value, o.state, o.sheet, o.cell, NULL AS period_code
    FROM observations o JOIN context c USING (file_hash)
  UNION ALL
    SELECT c.file_no, o.cell_code, 1::TINYINT, o.value, o.state, o.sheet, o.cell, c.previous_period_code
    FROM observations o JOIN context c ON o.file_hash = c.previous_file_hash
    WHERE o.cell_code IN (SELECT cell_code FROM terms WHERE lag = 1)
  UNION ALL
    SELECT
        c.file_no, r.cell_code, 0::TINYINT, sum(r.value),
        CASE WHEN count(*) > count(r.value) THEN 'register_unknown' ELSE 'register' END, NULL, NULL, NULL
    FROM register_observations r JOIN context c USING (organization_code, period_code)
    GROUP BY c.file_no, r.cell_code
  UNION ALL
    SELECT c.file_no, b.cell_code, 0::TINYINT, b.value, b.state, b.sheet, b.cell, NULL
    FROM level_below b JOIN context c USING (organization_code, period_code)
"""

EVALUATE = """
CREATE OR REPLACE TEMP TABLE evaluated AS
WITH summed AS (
    SELECT
        t.rule_no,
        f.file_no,
        sum(t.left_coefficient * f.value) AS left_sum,
        sum(t.right_coefficient * f.value) AS right_sum,
        bit_or(t.target_bit | CASE WHEN t.on_left THEN s.bits ELSE s.bits << 3 END) AS bits,
        sum(t.lag) AS lagged
    FROM facts f
    JOIN terms t USING (cell_code, lag)
    JOIN state_bits s USING (state)
    GROUP BY t.rule_no, f.file_no
),
unpacked AS (
    SELECT *, bits & 7 AS left_bits, (bits >> 3) & 7 AS right_bits, bits & 64 > 0 AS has_target FROM summed
),
judged AS (
    SELECT
        s.rule_no,
        s.file_no,
        a.severity,
        coalesce(s.left_sum, 0) + r.left_constant AS observed,
        coalesce(s.right_sum, 0) + r.right_constant AS expected,
        (s.left_bits & 2 > 0 AND r.missing_left = 'fail') OR (s.right_bits & 2 > 0 AND r.missing_right = 'fail') AS gap,
        s.left_bits & 4 > 0 OR s.right_bits & 4 > 0
            OR (s.left_bits & 2 > 0 AND r.missing_left = 'skip')
            OR (s.right_bits & 2 > 0 AND r.missing_right = 'skip')
            OR s.left_bits = 0
            OR (s.right_bits = 0 AND r.right_needs_cells)
            OR s.lagged < r.lagged AS undecided,
        a.tolerance,
        r.operator
    FROM unpacked s
    JOIN context c USING (file_no)
    JOIN rules r USING (rule_no)
    JOIN applicable a ON a.rule_no = s.rule_no AND a.workbook_kind = c.workbook_kind
    WHERE s.has_target
)
SELECT
    rule_no, file_no, severity, observed, expected, gap,
    CASE
        WHEN undecided THEN 'not_assessable'
        WHEN gap THEN 'fail'
        WHEN operator = '=' AND abs(observed - expected) > tolerance THEN 'fail'
        WHEN operator = '<=' AND observed > expected + tolerance THEN 'fail'
        WHEN operator = '>=' AND observed < expected - tolerance THEN 'fail'
        ELSE 'pass'
    END AS outcome
FROM judged
"""

# An aggregate's address is a range shared by many codes, so its code is named and its zeros are left out.
DESCRIBE = """
WITH failed AS (SELECT * FROM evaluated WHERE outcome = 'fail'),
spelled AS (
    SELECT
        x.rule_no, x.file_no, t.position, t.is_target, t.cell_code, f.sheet, f.cell,
        CASE WHEN f.period_code IS NULL THEN '' ELSE f.period_code || ' ' END
        || CASE
            WHEN f.cell IS NULL THEN f.cell_code
            WHEN contains(f.cell, ':') THEN f.sheet || '!' || f.cell || ' [' || split_part(f.cell_code, '.', -1) || ']'
            ELSE f.sheet || '!' || f.cell
           END
        || '=' || coalesce(format('{:d}', f.value::BIGINT), '') AS spelled,
        t.is_target OR f.state = 'missing' OR f.value <> 0
            OR (f.cell IS NOT NULL AND NOT contains(f.cell, ':')) AS shown
    FROM failed x
    JOIN facts f USING (file_no)
    JOIN terms t ON t.rule_no = x.rule_no AND t.cell_code = f.cell_code AND t.lag = f.lag
)
SELECT
    r.rule_id, 'rule' AS engine, x.severity, c.committee_code, c.organization_code, c.period_code, c.file_hash,
    any_value(s.sheet) FILTER (s.is_target) AS sheet,
    any_value(s.cell) FILTER (s.is_target) AS cell,
    any_value(s.cell_code) FILTER (s.is_target) AS cell_code,
    string_agg(s.spelled, '; ' ORDER BY s.position) FILTER (s.shown) AS cells,
    CASE WHEN x.gap THEN '' ELSE format('{:d}', (x.observed / r.display_divisor)::BIGINT) END AS observed,
    format('{:d}', floor(x.expected / r.display_divisor)::BIGINT) AS expected,
    CASE WHEN x.gap THEN '' ELSE format('{:d}', ((x.observed / r.display_divisor) - floor(x.expected /
    r.display_divisor))::BIGINT) END AS difference FROM failed x JOIN spelled s USING (rule_no, file_no) JOIN rules r
    USING (rule_no) JOIN context c USING (file_no) GROUP BY ALL ORDER BY r.rule_id, c.file_hash
"""

COUNT = """
SELECT
    r.rule_id, c.committee_code, c.period_code,
    count(*) FILTER (outcome = 'pass') AS passed,
    count(*) FILTER (outcome = 'fail') AS failed,
    count(*) FILTER (outcome = 'not_assessable') AS not_assessable
FROM evaluated JOIN rules r USING (rule_no) JOIN context c USING (file_no)
GROUP BY ALL
"""

_STATE_BITS = pd.DataFrame(
    [
        *(("value", 1), ("zero", 1), ("missing", 3), ("unreadable", 5), ("not_applicable", 0)),
        *(("register", 0), ("register_unknown", 4)),
    ],
    columns=["state", "bits"],
)


def check_linear(
    connection: duckdb.DuckDBPyConnection,
    rules: RuleCatalogue,
    scope: str,
    context: pd.DataFrame,
    applicable: pd.DataFrame,
    below: pd.DataFrame | None = None,
) -> Verdicts:
    """Evaluate the linear rules of ``scope`` over the file versions of ``context`` (with previous_file_hash).

    ``connection`` must have the relations ``observations`` and ``register_observations``.
    ``below`` are the sums of `quality.engine.levels`, for the scope ``levels``.
    """
    chosen = _chosen(rules, scope)
    if not chosen or context.empty:
        return Verdicts(pd.DataFrame(columns=VIOLATION_COLUMNS), pd.DataFrame(columns=OUTCOME_COLUMNS))
    numbers = {rule.id: number for number, rule in enumerate(chosen)}
    holding = applicable[applicable["rule_id"].isin(numbers)]
    give_declared(connection, _declared(rules, scope))
    give(
        connection,
        {
            "applicable": holding.assign(rule_no=holding["rule_id"].map(numbers)),
            "context": context.assign(previous_file_hash=context.get("previous_file_hash")).astype(
                {"previous_file_hash": "str"}
            ),
            "level_below": _NOTHING_BELOW if below is None else _typed(below),
        },
    )
    ask(connection, FACTS)
    ask(connection, EVALUATE)
    outcomes = ask(connection, COUNT).df()
    if not outcomes["failed"].any():
        return Verdicts(pd.DataFrame(columns=VIOLATION_COLUMNS), outcomes)
    return Verdicts(ask(connection, DESCRIBE).df().reindex(columns=VIOLATION_COLUMNS), outcomes)


def _typed(below: pd.DataFrame) -> pd.DataFrame:
    return below.astype({column: "float64" if column == "value" else "str" for column in LEVEL_BELOW_COLUMNS})


_NOTHING_BELOW = _typed(pd.DataFrame(columns=LEVEL_BELOW_COLUMNS))


@derived_once
def _declared(rules: RuleCatalogue, scope: str) -> dict[str, pd.DataFrame]:
    """The relations that no workbook changes."""
    return {"rules": _rule_rows(rules, scope), "terms": _term_rows(rules, scope), "state_bits": _STATE_BITS}


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
            "target_bit": 0 if position else 64,
        }
        for number, rule in enumerate(_chosen(rules, scope))
        for position, term in enumerate(rules.expressions[rule.id].terms)
    ]
    return pd.DataFrame(rows).astype({"lag": "int8"})
