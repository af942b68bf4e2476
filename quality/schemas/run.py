"""All schemas over all tables in one batch, their failures as violations."""

from __future__ import annotations

import datetime as dt

import duckdb
import pandas as pd

from ingest.catalogue import Catalogue
from ingest.catalogue.load import COVER_FORM
from ingest.database import ask
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.engine import VIOLATION_COLUMNS
from quality.schemas.derived import derived_cells, matrix_cells
from quality.schemas.observations import empty_forms, looked_through, observation_failures
from quality.schemas.records import record_failures
from quality.schemas.registered import registered_otherwise

_ENTRIES = """
SELECT committee_code, organization_code, period_code, file_hash, form, record_no, field, value_text, value, state,
    sheet, cell, row_no
FROM entries SEMI JOIN context USING (file_hash)
"""


def check_schemas(
    connection: duckdb.DuckDBPyConnection,
    versions: pd.DataFrame,
    catalogue: Catalogue,
    reference: Reference,
    rules: RuleCatalogue,
    applicable: pd.DataFrame,
    *,
    directly: bool = False,
) -> pd.DataFrame:
    """The violations (`VIOLATION_COLUMNS`) of every schema: observations, list and record forms.

    ``versions`` are the identified file versions; ``applicable`` the rules that hold for each kind of them;
    ``connection`` has the relations observations and entries. ``directly``: a few workbooks, without pandera.
    """
    codes = reference["codes"]
    suspected, gaps = looked_through(connection, versions, catalogue, codes)
    derived = derived_cells(connection, gaps, applicable, rules, matrix_cells(catalogue))
    parts = [
        observation_failures(connection, suspected, catalogue, codes, directly=directly),
        derived,
        empty_forms(connection, gaps, catalogue, derived),
        registered_otherwise(connection, versions, catalogue, reference),
        *_all_records(connection, versions, catalogue, reference, directly),
    ]
    return as_violations(pd.concat(parts, ignore_index=True), rules, reference)


def _all_records(
    connection: duckdb.DuckDBPyConnection,
    versions: pd.DataFrame,
    catalogue: Catalogue,
    reference: Reference,
    directly: bool,
) -> list[pd.DataFrame]:
    connection.register("context", versions[["file_hash"]])
    entries = ask(connection, _ENTRIES).df()
    connection.unregister("context")
    # The cover is judged by identification; a form without a record has none that could be wrong.
    filled = {str(name): rows for name, rows in entries.groupby("form") if name != COVER_FORM}
    forms = [form for form in catalogue.forms if form.kind != "matrix" and form.form in filled]
    return [record_failures(filled[form.form], form, reference["periods"], directly=directly) for form in forms]


def as_violations(failures: pd.DataFrame, rules: RuleCatalogue, reference: Reference) -> pd.DataFrame:
    """Rule ids and severities of the checks; a seed's failure has no period and the rule's plain severity."""
    told = failures.reindex(columns=[*VIOLATION_COLUMNS, "check"])
    ends = told["period_code"].map(reference.period_ends)
    found = [rules.by_check[check] for check in told["check"]]
    severities = [
        rule.severity_on(end) if isinstance(end, dt.date) else rule.severity
        for rule, end in zip(found, ends, strict=True)
    ]
    return told.assign(rule_id=[rule.id for rule in found], severity=severities, engine="schema")[VIOLATION_COLUMNS]
