"""All workbooks of some periods at once: cells in; observations, entries and findings out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ingest.catalogue import Catalogue, FormSet
from ingest.catalogue.tables import printed_labels
from ingest.findings import reading_findings
from ingest.lake import ENTRIES, FINDINGS, OBSERVATIONS
from ingest.normalise.aggregates import aggregate_observations
from ingest.normalise.codes import code_keys
from ingest.normalise.geometry import PLACE, Geometry, keyed, labels_in_force, locate
from ingest.normalise.matrix import expected_cells, matrix_observations, missing_lines, strangers
from ingest.normalise.records import record_entries
from ingest.reference import Reference
from ingest.template.layout import cell_addresses

SUBJECT = ["committee_code", "organization_code", "period_code"]


@dataclass(frozen=True)
class Normalised:
    """The canonical tables of some submissions, in the schemas of the lake."""

    observations: pd.DataFrame
    entries: pd.DataFrame
    findings: pd.DataFrame


def normalise_cells(
    cells: pd.DataFrame, submissions: pd.DataFrame, catalogue: Catalogue, reference: Reference
) -> Normalised:
    """Normalise the ``cells`` of the identified ``submissions``, whatever their periods.

    The form versions follow each period's last day. The order of rows in either frame does not matter.
    """
    identified = submissions[submissions["read_state"] == "identified"]
    parts = [
        _normalise_period(cells, group, period, catalogue, reference)
        for period, group in identified.sort_values("file_hash").groupby("period_code", sort=True)
    ]
    return Normalised(
        _union([part.observations for part in parts], OBSERVATIONS.names),
        _union([part.entries for part in parts], ENTRIES.names),
        _union([part.findings for part in parts], FINDINGS.names),
    )


def _union(frames: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=columns)


def _normalise_period(
    cells: pd.DataFrame,
    submissions: pd.DataFrame,
    period_code: str,
    catalogue: Catalogue,
    reference: Reference,
) -> Normalised:
    period = reference["periods"].set_index("period_code").loc[period_code]
    day = dt.date.fromisoformat(str(period["period_end"]))
    form_set = catalogue.form_set(day, str(period["kind"]))
    labels = labels_in_force(printed_labels(catalogue), form_set)
    files = submissions["file_hash"]
    mine = keyed(cells[cells["file_hash"].isin(files)].sort_values(["file_hash", "sheet", "row_no", "column_no"]))
    geometry = locate(mine, files, labels)
    expected = expected_cells(form_set)
    matrix, matrix_findings = matrix_observations(files, expected, geometry)
    entries, entry_findings = record_entries(geometry, form_set, code_keys(reference, day))
    aggregates = aggregate_observations(files, entries, geometry, form_set, reference)
    findings = [
        *_lost(geometry, form_set),
        *missing_lines(files, expected, geometry, form_set),
        *strangers(geometry, labels, form_set),
        *_moved(geometry, form_set),
        *matrix_findings,
        *entry_findings,
    ]
    return Normalised(
        _with_subject(_union([matrix, aggregates], OBSERVATIONS.names), submissions, OBSERVATIONS.names, "cell_code"),
        _with_subject(entries, submissions, ENTRIES.names, "field"),
        _told(findings, submissions),
    )


def _with_subject(frame: pd.DataFrame, submissions: pd.DataFrame, columns: list[str], last_key: str) -> pd.DataFrame:
    if frame.empty:
        return pd.DataFrame(columns=columns)
    whole = frame.drop(columns=[name for name in SUBJECT if name in frame]).merge(
        submissions[["file_hash", *SUBJECT]], on="file_hash"
    )
    order = [
        "organization_code",
        "period_code",
        "file_hash",
        "form",
        *(["record_no"] if "record_no" in columns else []),
        last_key,
    ]
    return whole.sort_values(order, ignore_index=True)[columns]


def _told(findings: list[dict[str, Any]], submissions: pd.DataFrame) -> pd.DataFrame:
    subjects = submissions.set_index("file_hash")[["file_name", *SUBJECT]].to_dict("index")
    told = reading_findings([{**row, **subjects[row["file_hash"]]} for row in findings])
    return told.drop_duplicates("finding_id").sort_values(["file_hash", "sheet", "cell", "rule_id"], ignore_index=True)


def _lost(geometry: Geometry, form_set: FormSet) -> list[dict[str, Any]]:
    titles = {form.form: form.label.vi for form, _ in form_set.forms}
    findings = [
        {
            "name": "sheet_missing",
            "file_hash": row.file_hash,
            "expected": row.label,
            "detail": titles[row.form],
        }
        for row in geometry.missing_sheets.itertuples()
    ]
    findings += [
        {
            "name": "table_not_found",
            "file_hash": row.file_hash,
            "sheet": row.sheet,
            "detail": titles[row.form],
        }
        for row in geometry.missing_tables.itertuples()
    ]
    findings += [
        {
            "name": "duplicate_label",
            "file_hash": row.file_hash,
            "sheet": row.sheet,
            "cell": row.cell,
            "observed": row.text,
        }
        for row in geometry.duplicates.itertuples()
    ]
    return findings


def _moved(geometry: Geometry, form_set: FormSet) -> list[dict[str, Any]]:
    """One finding per place whose lines or columns stand elsewhere than the blank form prints them."""
    printed = cell_addresses(form_set)
    printed = printed[printed["column"] == "value"].assign(
        row=printed["cell"].str.extract(r"([0-9]+)$")[0].astype("int64")
    )
    lines = geometry.lines.merge(printed[["form", "item", "row"]], left_on=["form", "code"], right_on=["form", "item"])
    moved = lines[lines["row_no"] != lines["row"]].drop_duplicates(PLACE)
    return [{"name": "moved", "file_hash": row.file_hash, "sheet": row.sheet} for row in moved.itertuples()]
