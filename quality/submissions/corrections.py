"""Corrections and confirmations: decided records laid over what was submitted, before anything is checked.

`seeds/corrections.csv` says which cell of whose workbook, what stands there and what is to count instead; a record
whose new value is the old one confirms it. What was submitted stays as it is: a record only covers it, and only
while the workbook still says what the record expects. Where it no longer does, nothing is applied and a hard
finding says so.
"""

from __future__ import annotations

import datetime as dt

import duckdb
import pandas as pd

from ingest.addresses import a1_address
from ingest.catalogue import Catalogue
from ingest.catalogue.tables import form_cells
from ingest.lake import CORRECTIONS
from ingest.reference import SEED_COLUMNS, Reference
from quality.catalogue import RuleCatalogue
from quality.catalogue.schema_checks import CORRECTION_EXPIRED, CORRECTION_IMPOSSIBLE, CORRECTION_OUTDATED
from quality.engine import SUBJECT, VIOLATION_COLUMNS
from quality.engine.context import latest_versions

SEED = "corrections"
APPLIED, CONFIRMED, OUTDATED, REPLACED = "applied", "confirmed", "does_not_hold", "replaced"
EXPIRED, IMPOSSIBLE, WAITING = "expired", "impossible", "no_workbook"
_TOLD = {OUTDATED: CORRECTION_OUTDATED, IMPOSSIBLE: CORRECTION_IMPOSSIBLE, EXPIRED: CORRECTION_EXPIRED}

# Of several records that hold for one cell the one decided last counts.
_JUDGE = f"""
WITH held AS (
    SELECT d.*, v.file_hash, coalesce(v.is_latest, true) AS is_latest, o.cell_code IS NOT NULL AS has_cell,
        CASE WHEN o.state = 'zero' THEN 0 ELSE o.value END AS observed
    FROM declared_corrections d
    LEFT JOIN correctable_versions v USING (organization_code, period_code)
    LEFT JOIN submitted_observations o ON o.file_hash = v.file_hash AND o.cell_code = d.cell_code
), judged AS (
    SELECT *, CASE
        WHEN NOT is_possible OR (file_hash IS NOT NULL AND NOT has_cell) THEN '{IMPOSSIBLE}'
        WHEN is_expired THEN '{EXPIRED}'
        WHEN file_hash IS NULL THEN '{WAITING}'
        WHEN observed IS DISTINCT FROM expected_old THEN '{OUTDATED}'
        WHEN new_value IS NOT DISTINCT FROM expected_old THEN '{CONFIRMED}'
        ELSE '{APPLIED}' END AS found
    FROM held
)
SELECT * EXCLUDE (found), CASE
    WHEN found = '{APPLIED}' AND 1 < row_number() OVER (
        PARTITION BY file_hash, cell_code, found ORDER BY decided_on DESC, correction_id DESC) THEN '{REPLACED}'
    ELSE found END AS status
FROM judged ORDER BY correction_id, file_hash
"""
_COVER = f"""
CREATE OR REPLACE TEMP VIEW observations AS
SELECT o.* REPLACE (
    CASE WHEN c.correction_id IS NULL THEN o.value ELSE c.new_value END AS value,
    CASE WHEN c.correction_id IS NULL THEN o.state WHEN c.new_value = 0 THEN 'zero' ELSE 'value' END AS state)
FROM submitted_observations o
LEFT JOIN (SELECT * FROM judged_corrections WHERE status = '{APPLIED}') c
    ON o.file_hash = c.file_hash AND o.cell_code = c.cell_code
"""


def cover_observations(
    connection: duckdb.DuckDBPyConnection,
    versions: pd.DataFrame,
    catalogue: Catalogue,
    reference: Reference,
    today: dt.date,
) -> pd.DataFrame:
    """Create the relation ``observations``: ``submitted_observations`` with the corrections that hold laid over.

    Returns one row per record and file version it was held against (`ingest.lake.CORRECTIONS`), with ``is_latest``
    and the number of the record's ``row`` in the seed; one row without a file where no workbook came.
    """
    declared = _declared(catalogue, reference, today)
    if declared.empty:
        connection.execute("CREATE OR REPLACE TEMP VIEW observations AS SELECT * FROM submitted_observations")
        return pd.DataFrame(columns=[*CORRECTIONS.names, "is_latest", "row"])
    latest = latest_versions(versions)["file_hash"]
    connection.register(
        "correctable_versions",
        versions[["organization_code", "period_code", "file_hash"]].assign(
            is_latest=versions["file_hash"].isin(latest)
        ),
    )
    connection.register("declared_corrections", declared)
    judged = connection.execute(_JUDGE).df()
    connection.unregister("declared_corrections")
    connection.unregister("correctable_versions")
    connection.execute("CREATE OR REPLACE TEMP TABLE judged_corrections AS SELECT * FROM judged")
    connection.execute(_COVER)
    return judged


def correction_violations(judged: pd.DataFrame, rules: RuleCatalogue) -> pd.DataFrame:
    """Violations (`VIOLATION_COLUMNS`) of records that were not applied, one each, at their line of the seed."""
    told = judged[judged["status"].isin(list(_TOLD)) & judged["is_latest"].astype(bool)]
    told = told.drop_duplicates(["correction_id", "status"])
    column = SEED_COLUMNS[SEED].index("expected_old") + 1
    places = [a1_address(int(row) + 2, column) for row in told["row"]]
    found = [rules.by_check[_TOLD[status]] for status in told["status"]]
    observed = [f"{row.correction_id}, {row.cell_code}: {_shown(row.observed)}" for row in told.itertuples()]
    said = {"vi": "{} (báo cáo ghi {})", "en": "{} (the report says {})"}
    stands = {
        f"observed_{language}": [text.format(row.correction_id, _shown(row.observed)) for row in told.itertuples()]
        for language, text in said.items()
    }
    return (
        told[SUBJECT]
        .assign(
            rule_id=[rule.id for rule in found],
            engine="correction",
            severity=[rule.severity for rule in found],
            file_name=f"{SEED}.csv",
            sheet=SEED,
            cell=places,
            cell_code=told["cell_code"],
            cells=[f"{SEED}.csv!{place}" for place in places],
            observed=observed,
            expected=[_shown(value) for value in told["expected_old"]],
            **stands,
        )
        .reindex(columns=VIOLATION_COLUMNS)
    )


def _declared(catalogue: Catalogue, reference: Reference, today: dt.date) -> pd.DataFrame:
    """The records of the seed, typed; a cell that is counted from a list, or is none, cannot be corrected."""
    declared = reference[SEED].copy()
    cells = form_cells(catalogue, reference["codes"])
    submitted = cells.loc[cells["source"] != "aggregate", "cell_code"]
    for column in ("expected_old", "new_value"):
        declared[column] = pd.to_numeric(declared[column], errors="coerce")
    text = [column for column in declared.columns if column not in ("expected_old", "new_value")]
    declared[text] = declared[text].astype("str")
    expires = reference[SEED]["expires"]
    return declared.assign(
        row=declared.index,
        is_possible=declared["cell_code"].isin(submitted) & declared["new_value"].notna(),
        is_expired=expires.notna() & (expires.fillna("9999-12-31") < today.isoformat()),
    )


def _shown(value: float) -> str:
    return "∅" if pd.isna(value) else f"{value:g}"
