"""What the results of reading mean: one submission a file, and findings where something is not as it must be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Protocol

import pandas as pd

from ingest.catalogue import Catalogue, CatalogueError
from ingest.findings import reading_findings
from ingest.lake import SUBMISSIONS
from ingest.receive.identify import Cover
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
        found = (
            [{"name": result.refused, "detail": result.detail}]
            if result.refused
            else _identify(result, submission, catalogue, rosters)
        )
        keys = {key: submission.get(key) for key in ("committee_code", "organization_code", "period_code")}
        submissions.append(submission)
        findings += [{**base, **keys, **row} for row in found]
    return pd.DataFrame(submissions, columns=SUBMISSIONS.names), reading_findings(findings)


class _Rosters:
    """Who reports when, as look-ups."""

    def __init__(self, reference: Reference) -> None:
        self.periods: dict[str, Any] = {str(row.period_code): row for row in reference["periods"].itertuples()}
        self.open = set(
            zip(
                reference["reporting_periods"]["committee_code"],
                reference["reporting_periods"]["period_code"],
                strict=True,
            )
        )
        self.spans: dict[str, list[Any]] = {}
        for row in reference["organizations"].itertuples():
            self.spans.setdefault(str(row.organization_code).upper(), []).append(row)

    def committee_of(self, organization: str, day: str) -> tuple[str, str] | None:
        """(organization code, committee code) of the stretch valid on ``day``, or None."""
        for row in self.spans.get(organization.upper().replace(" ", ""), []):
            if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to):
                return row.organization_code, row.committee_code
        return None


def _identify(
    result: FileResult, submission: dict[str, Any], catalogue: Catalogue, rosters: _Rosters
) -> list[dict[str, Any]]:
    """Fill in whose submission it is; returns the findings. It is identified where nothing stands against it."""
    cover = result.cover
    told = [
        {"name": "identity_column", "sheet": sheet, "cell": cell, "observed": text}
        for sheet, cell, text in result.identity
    ]
    if result.macros:
        told.append({"name": "macros"})
    number = cover.values.get("SUBMISSION_NO", "")
    submission |= {
        "template_id": cover.hidden.get("template_id"),
        "form_set": cover.values.get("FORM_SET"),
        "submission_no": int(number) if number.isdigit() and len(number) < 6 else 1,
    }
    against = _against(cover, submission, catalogue, rosters)
    if against is None:
        submission["read_state"] = "identified"
        return told
    return [*told, against]


def _against(
    cover: Cover, submission: dict[str, Any], catalogue: Catalogue, rosters: _Rosters
) -> dict[str, Any] | None:
    """The first thing on the cover that keeps the workbook from being used, or None."""
    if not {"ORGANIZATION_CODE", "PERIOD_CODE"} <= set(cover.values):
        return {"name": "no_cover"}
    period_code = cover.values["PERIOD_CODE"].upper().replace(" ", "")
    period = rosters.periods.get(period_code)
    if period is None:
        return _on_cover(cover, "PERIOD_CODE", "unknown_period", cover.values["PERIOD_CODE"])
    submission["period_code"] = period_code
    place = rosters.committee_of(cover.values["ORGANIZATION_CODE"], period.period_end)
    if place is None:
        return _on_cover(cover, "ORGANIZATION_CODE", "unknown_organization", cover.values["ORGANIZATION_CODE"])
    submission["organization_code"], submission["committee_code"] = place
    if (place[1], period_code) not in rosters.open:
        return _on_cover(cover, "PERIOD_CODE", "period_not_open", period_code)
    for field, key in (("ORGANIZATION_CODE", "organization_code"), ("PERIOD_CODE", "period_code")):
        issued = cover.hidden.get(key, submission[key])
        if issued != submission[key]:
            return _on_cover(cover, field, "cover_disagrees", submission[key], expected=issued)
    in_force = _form_set(catalogue, period)
    if cover.values.get("FORM_SET", "") != in_force:
        return _on_cover(cover, "FORM_SET", "wrong_form_set", cover.values.get("FORM_SET", ""), expected=in_force)
    return None


def _on_cover(cover: Cover, field: str, name: str, observed: str, **more: str) -> dict[str, Any]:
    return {"name": name, "sheet": cover.sheet, "cell": cover.places.get(field), "observed": observed, **more}


def _form_set(catalogue: Catalogue, period: Any) -> str:
    try:
        return catalogue.form_set(dt.date.fromisoformat(period.period_end), period.kind).code
    except CatalogueError:
        return "-"
