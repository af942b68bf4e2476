"""Pairs of codes in the records of list forms against the allowed pairs of `code_combinations`, all at once.

A record of which one of the two fields is missing or unreadable is not assessable, and so is a left code
without any listed pair on the period's last day: what is not known is not forbidden.
"""

from __future__ import annotations

import duckdb
import pandas as pd

from ingest.catalogue import Catalogue
from ingest.codes import as_called_now
from ingest.database import ask, give, give_declared
from ingest.derived_once import derived_once
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.engine import VIOLATION_COLUMNS, Verdicts, nothing_found

_HAS_RECORDS = "SELECT 1 FROM entries WHERE list_contains($forms, form) LIMIT 1"

EVALUATE = """
CREATE OR REPLACE TEMP TABLE judged_pairs AS
WITH allowed AS (
    SELECT c.workbook_kind, p.combination, p.left_code, p.right_code, k.label_vi, k.label_en, k.code_list, k.sort_order
    FROM pairs p
    JOIN workbook_kinds c ON coalesce(p.valid_from, '') <= c.period_end AND c.period_end <= coalesce(p.valid_to, '9999')
    LEFT JOIN labels k ON k.code = p.right_code
),
listed AS (
    SELECT workbook_kind, combination, left_code, code_list, list(right_code) AS codes,
        string_agg(right_code, ', ' ORDER BY sort_order, right_code) AS expected,
        string_agg(label_vi, ', ' ORDER BY sort_order, right_code) AS expected_vi,
        string_agg(label_en, ', ' ORDER BY sort_order, right_code) AS expected_en
    FROM allowed GROUP BY ALL
),
records AS (
    SELECT r.*, c.workbook_kind, c.file_hash, c.committee_code, c.organization_code, c.period_code, e.record_no,
        max(e.value_text) FILTER (e.field = r.left_field AND e.state = 'value') AS left_code,
        max(e.value_text) FILTER (e.field = r.right_field AND e.state = 'value') AS right_code,
        any_value(e.sheet) AS sheet,
        any_value(e.cell) FILTER (e.field = r.left_field) AS left_cell,
        any_value(e.cell) FILTER (e.field = r.right_field) AS right_cell
    FROM entries e
    JOIN context c USING (file_hash)
    JOIN rules r ON r.form = e.form AND e.field IN (r.left_field, r.right_field)
    GROUP BY ALL
)
SELECT x.*, a.severity, l.expected, l.expected_vi, l.expected_en,
    CASE
        WHEN x.left_code IS NULL OR x.right_code IS NULL OR l.codes IS NULL THEN 'not_assessable'
        WHEN list_contains(l.codes, x.right_code) THEN 'pass'
        ELSE 'fail'
    END AS outcome
FROM records x
JOIN applicable a ON a.rule_id = x.rule_id AND a.workbook_kind = x.workbook_kind
LEFT JOIN listed l ON l.workbook_kind = x.workbook_kind AND l.combination = x.combination AND l.left_code = x.left_code
    AND l.code_list = x.right_list
WHERE (x.chosen = '' OR x.left_code IS NULL OR list_contains(string_split(x.chosen, ','), x.left_code))
  AND (x.left_code IS NULL OR NOT list_contains(string_split(x.other_than, ','), x.left_code))
"""

DESCRIBE = """
SELECT rule_id, 'rule' AS engine, severity, committee_code, organization_code, period_code, file_hash, sheet,
    right_cell AS cell,
    form || '.' || right_field AS cell_code,
    sheet || '!' || left_cell || '=' || left_code || '; ' || sheet || '!' || right_cell || '=' || right_code AS cells,
    right_code AS observed, expected,
    coalesce(k.label_vi, right_code) AS observed_vi, coalesce(k.label_en, right_code) AS observed_en,
    expected_vi, expected_en,
    coalesce(l.label_vi, left_code) AS thing_vi, coalesce(l.label_en, left_code) AS thing_en,
    concat(sheet, '!', left_cell, '=', thing_vi, '; ', sheet, '!', right_cell, '=', observed_vi) AS cells_vi,
    concat(sheet, '!', left_cell, '=', thing_en, '; ', sheet, '!', right_cell, '=', observed_en) AS cells_en
FROM judged_pairs
LEFT JOIN labels k ON k.code = right_code AND k.code_list = right_list
LEFT JOIN labels l ON l.code = left_code AND l.code_list = left_list
WHERE outcome = 'fail'
ORDER BY rule_id, file_hash, record_no
"""

COUNT = """
SELECT rule_id, committee_code, period_code,
    count(*) FILTER (outcome = 'pass') AS passed,
    count(*) FILTER (outcome = 'fail') AS failed,
    count(*) FILTER (outcome = 'not_assessable') AS not_assessable
FROM judged_pairs GROUP BY ALL
"""


def check_combinations(
    connection: duckdb.DuckDBPyConnection,
    rules: RuleCatalogue,
    catalogue: Catalogue,
    reference: Reference,
    context: pd.DataFrame,
    applicable: pd.DataFrame,
) -> Verdicts:
    """Evaluate every combination rule over the records of the file versions in ``context``.

    ``connection`` must have the relation ``entries``. One violation per record; its cell is the right field's.
    """
    forms = sorted({rule.form for rule in rules.combinations})
    if not forms or context.empty or not ask(connection, _HAS_RECORDS, {"forms": forms}).fetchall():
        return nothing_found()
    give_declared(connection, _declared(reference, rules, catalogue))
    kinds = context[["workbook_kind", "period_end"]].drop_duplicates()
    give(connection, {"workbook_kinds": kinds, "context": context, "applicable": applicable})
    ask(connection, EVALUATE)
    outcomes = ask(connection, COUNT).df()
    if not outcomes["failed"].any():
        return Verdicts(pd.DataFrame(columns=VIOLATION_COLUMNS), outcomes)
    return Verdicts(ask(connection, DESCRIBE).df().reindex(columns=VIOLATION_COLUMNS), outcomes)


@derived_once
def _declared(reference: Reference, rules: RuleCatalogue, catalogue: Catalogue) -> dict[str, pd.DataFrame]:
    """The relations that no workbook changes."""
    codes = as_called_now(reference["codes"])
    return {
        "rules": _rule_rows(rules, catalogue),
        "pairs": reference["code_combinations"],
        "labels": codes.assign(sort_order=pd.to_numeric(codes["sort_order"], errors="coerce")),
    }


def _rule_rows(rules: RuleCatalogue, catalogue: Catalogue) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "rule_id": rule.id,
            "form": rule.form,
            "combination": rule.combination,
            "left_field": rule.left,
            "right_field": rule.right,
            "left_list": catalogue.by_name[rule.form].fields[rule.left].code_list,
            "right_list": catalogue.by_name[rule.form].fields[rule.right].code_list,
            "chosen": ",".join(rule.only),
            "other_than": ",".join(rule.other_than),
        }
        for rule in rules.combinations
    )
