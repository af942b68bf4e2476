"""What the results of reading mean: one submission a file, and findings where something is not as it must be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Protocol

import pandas as pd

from ingest.catalogue import Catalogue, CatalogueError
from ingest.findings import reading_findings
from ingest.lake import SUBMISSIONS
from ingest.receive.worker import FileResult
from ingest.reference import Reference


class ReceivedFile(Protocol):
    """What is known of a file before it is read."""

    @property
    def name(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def received_at(self) -> dt.datetime: ...


def judge(
    results: list[FileResult],
    files: Mapping[str, ReceivedFile],
    cells_file: str,
    catalogue: Catalogue,
    reference: Reference,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Submissions (one row per file) and findings of a batch of reading results."""
    rosters = _Rosters(reference)
    submissions, findings = [], []
    for result in results:
        file = files[result.file_hash]
        base = {"file_hash": result.file_hash, "file_name": file.name}
        submission: dict[str, Any] = {
            **base,
            "size_bytes": file.size,
            "received_at": file.received_at,
            "container": result.container,
            "read_state": "unreadable" if result.refused else "unidentified",
            "cells_file": cells_file,
        }
        found = [{"name": result.refused, "detail": result.detail}] if result.refused else _identify(result, submission, catalogue, rosters)
        keys = {key: submission.get(key) for key in ("committee_code", "organization_code", "period_code")}
        submissions.append(submission)
        findings += [{**base, **keys, **row} for row in found]
    return pd.DataFrame(submissions, columns=SUBMISSIONS.names), reading_findings(findings)


class _Rosters:
    """Who reports when, as look-ups."""

    def __init__(self, reference: Reference) -> None:
        self.periods = {row.period_code: row for row in reference["periods"].itertuples()}
        self.open = set(zip(reference["reporting_periods"]["committee_code"], reference["reporting_periods"]["period_code"], strict=True))
        self.spans: dict[str, list[Any]] = {}
        for row in reference["organizations"].itertuples():
            self.spans.setdefault(str(row.organization_code).upper(), []).append(row)

    def committee_of(self, organization: str, day: str) -> tuple[str, str] | None:
        """(organization code, committee code) of the stretch valid on ``day``, or None."""
        for row in self.spans.get(organization.upper().replace(" ", ""), []):
            if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to):
                return row.organization_code, row.committee_code
        return None


def _identify(result: FileResult, submission: dict[str, Any], catalogue: Catalogue, rosters: _Rosters) -> list[dict[str, Any]]:
    cover = result.cover
    found = [{"name": "identity_column", "sheet": sheet, "cell": cell, "observed": text} for sheet, cell, text in result.identity]
    if result.macros:
        found.append({"name": "macros"})
    submission["template_id"] = cover.hidden.get("template_id")
    submission["form_set"] = cover.values.get("FORM_SET")
    number = cover.values.get("SUBMISSION_NO", "")
    submission["submission_no"] = int(number) if number.isdigit() and len(number) < 6 else 1
    if not {"ORGANIZATION_CODE", "PERIOD_CODE"} <= set(cover.values):
        return [*found, {"name": "no_cover"}]

    def at(field: str, name: str, observed: str, **more: str) -> dict[str, Any]:
        return {"name": name, "sheet": cover.sheet, "cell": cover.places.get(field), "observed": observed, **more}

    period_text, organization_text = cover.values["PERIOD_CODE"].upper().replace(" ", ""), cover.values["ORGANIZATION_CODE"]
    period = rosters.periods.get(period_text)
    if period is None:
        return [*found, at("PERIOD_CODE", "unknown_period", cover.values["PERIOD_CODE"])]
    submission["period_code"] = period_text
    place = rosters.committee_of(organization_text, period.period_end)
    if place is None:
        return [*found, at("ORGANIZATION_CODE", "unknown_organization", organization_text)]
    submission["organization_code"], submission["committee_code"] = place
    if (place[1], period_text) not in rosters.open:
        return [*found, at("PERIOD_CODE", "period_not_open", period_text)]
    for field, key, value in (("ORGANIZATION_CODE", "organization_code", place[0]), ("PERIOD_CODE", "period_code", period_text)):
        issued = cover.hidden.get(key, value)
        if issued != value:
            found.append(at(field, "cover_disagrees", value, expected=issued))
            return found
    try:
        in_force = catalogue.form_set(dt.date.fromisoformat(period.period_end), period.kind).code
    except CatalogueError:
        in_force = "-"
    if cover.values.get("FORM_SET", "") != in_force:
        return [*found, at("FORM_SET", "wrong_form_set", cover.values.get("FORM_SET", ""), expected=in_force)]
    submission["read_state"] = "identified"
    return found
