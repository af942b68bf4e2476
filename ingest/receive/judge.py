"""What the results of reading mean: one submission a file, and findings where something is not as it must be."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any, Protocol

import pandas as pd

from ingest.catalogue import Catalogue, CatalogueError
from ingest.findings import reading_findings
from ingest.lake import SUBMISSIONS
from ingest.normalise.values import parse_count
from ingest.reading.cover import Cover
from ingest.reading.worker import FileResult
from ingest.receive.rosters import Period, Rosters
from ingest.reference import Reference

SUBJECT = ("committee_code", "organization_code", "period_code")
Row = dict[str, Any]


class ReceivedFile(Protocol):
    """What is known of a file before it is read."""

    @property
    def name(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def received_at(self) -> dt.datetime: ...


class Judge:
    """Decides whose every workbook is. Made once per run: registers and forms become look-ups."""

    def __init__(self, catalogue: Catalogue, reference: Reference) -> None:
        self._catalogue = catalogue
        self._rosters = Rosters(reference)
        self._form_sets: dict[str, str | None] = {}

    def judge(
        self, results: list[FileResult], files: Mapping[str, ReceivedFile], cells_file: str
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Submissions (one row per file) and findings of a batch of reading results."""
        submissions, findings = [], []
        for result in results:
            file = files[result.file_hash]
            submission: Row = {
                "file_hash": result.file_hash,
                "file_name": file.name,
                "size_bytes": file.size,
                "received_at": file.received_at,
                "container": result.container,
                "cells_file": cells_file,
            }
            if result.refused:
                submission |= {"read_state": "unreadable"}
                found: list[Row] = [{"name": result.refused, "detail": result.detail}]
            else:
                found = [*_met(result), *self.identify(result.cover, submission)]
            submissions.append(submission)
            findings += [{**_subject(submission), **row} for row in found]
        return pd.DataFrame(submissions, columns=SUBMISSIONS.names), reading_findings(findings)

    def identify(self, cover: Cover, submission: Row) -> list[Row]:
        """Fill in whose ``submission`` it is; returns the findings. Identified where nothing hard stands against it."""
        number = self._number(cover)
        submission |= {
            "read_state": "unidentified",
            **dict.fromkeys(SUBJECT),
            "template_id": cover.hidden.get("template_id"),
            "form_set": cover.values.get("FORM_SET") or cover.hidden.get("form_set"),
            "submission_no": number or 1,
        }
        told: list[Row] = []
        if number is None and "SUBMISSION_NO" in cover.values:
            told.append(_on_cover(cover, "SUBMISSION_NO", "submission_number", cover.values["SUBMISSION_NO"]))
        against = self._against(cover, submission, told)
        if against is None:
            submission["read_state"] = "identified"
            return told
        return [*told, against]

    def _number(self, cover: Cover) -> int | None:
        if "SUBMISSION_NO" not in cover.values:
            return None
        parsed = parse_count(cover.kinds["SUBMISSION_NO"], cover.values["SUBMISSION_NO"])
        return int(parsed.value) if parsed.value and parsed.value < 1000 else None

    def _against(self, cover: Cover, submission: Row, told: list[Row]) -> Row | None:
        """The first thing that keeps the workbook from being used, or None; fills in what is certain."""
        if not {"ORGANIZATION_CODE", "PERIOD_CODE"} <= set(cover.values):
            self._resolve(cover.hidden.get("organization_code", ""), cover.hidden.get("period_code", ""), submission)
            return {"name": "no_cover", "sheet": cover.sheet}
        organization_text, period_text = cover.values["ORGANIZATION_CODE"], cover.values["PERIOD_CODE"]
        period = self._resolve(organization_text, period_text, submission)
        if period is None:
            return _on_cover(cover, "PERIOD_CODE", "unknown_period", period_text)
        if submission["organization_code"] is None:
            return _on_cover(cover, "ORGANIZATION_CODE", "unknown_organization", organization_text)
        if submission["committee_code"] is None:
            return _on_cover(
                cover, "ORGANIZATION_CODE", "not_on_roster", submission["organization_code"], expected=period.code
            )
        for name, text, code in (
            ("ORGANIZATION_CODE", organization_text, submission["organization_code"]),
            ("PERIOD_CODE", period_text, period.code),
        ):
            if text != code:
                told.append(_on_cover(cover, name, "code_variant", text, expected=code))
        return self._against_subject(cover, submission, period)

    def _against_subject(self, cover: Cover, submission: Row, period: Period) -> Row | None:
        if (submission["committee_code"], period.code) not in self._rosters.open:
            return _on_cover(cover, "PERIOD_CODE", "period_not_open", period.code)
        for name, key in (("ORGANIZATION_CODE", "organization_code"), ("PERIOD_CODE", "period_code")):
            issued = str(cover.hidden.get(key, submission[key]))
            if issued != submission[key]:
                return _on_cover(cover, name, "cover_disagrees", submission[key], expected=issued)
        declared, in_force = submission["form_set"] or "", self._form_set(period)
        if declared != in_force:
            return _on_cover(cover, "FORM_SET", "wrong_form_set", declared, expected=in_force or "-")
        issued = cover.hidden.get("form_set", declared)
        if issued != declared:
            return _on_cover(cover, "FORM_SET", "cover_disagrees", declared, expected=issued)
        return None

    def _resolve(self, organization_text: str, period_text: str, submission: Row) -> Period | None:
        period = self._rosters.period(period_text)
        organization = self._rosters.organization(organization_text)
        submission["period_code"] = period.code if period else None
        submission["organization_code"] = organization
        if period and organization:
            submission["committee_code"] = self._rosters.committee_of(organization, period.end)
        return period

    def _form_set(self, period: Period) -> str | None:
        """The code of the set in force, None where no form was: an unknown period never counts as the latest."""
        if period.code not in self._form_sets:
            try:
                code = self._catalogue.form_set(dt.date.fromisoformat(period.end), period.kind).code
            except CatalogueError:
                code = None
            self._form_sets[period.code] = code
        return self._form_sets[period.code]


def register_fingerprint(catalogue: Catalogue, reference: Reference) -> str:
    """A hash of what identification rests on: forms, rosters, periods."""
    digest = hashlib.sha256(catalogue.fingerprint.encode())
    for name in ("organizations", "periods", "reporting_periods"):
        digest.update(reference[name].to_csv(index=False).encode())
    return digest.hexdigest()


def _met(result: FileResult) -> list[Row]:
    told = [
        {"name": "identity_column", "sheet": sheet, "cell": cell, "observed": text}
        for sheet, cell, text in result.identity
    ]
    return [*told, {"name": "active_content", "detail": result.active}] if result.active else told


def _subject(submission: Row) -> Row:
    return {key: submission.get(key) for key in ("file_hash", "file_name", *SUBJECT)}


def _on_cover(cover: Cover, field: str, name: str, observed: str, **more: str) -> Row:
    return {"name": name, "sheet": cover.sheet, "cell": cover.places.get(field), "observed": observed, **more}
