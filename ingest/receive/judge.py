"""What the results of reading mean: one submission a file (of a known layout: one an organization), and findings."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

import pandas as pd
import pyarrow.parquet as pq

from ingest.catalogue import Catalogue, CatalogueError
from ingest.findings import reading_findings
from ingest.lake import CELLS, SUBMISSIONS, write_arrow
from ingest.layouts import LayoutReader, LayoutReading, Part, Refusal
from ingest.layouts.spelling import code_spellings
from ingest.privacy import file_name_without_persons, without_persons
from ingest.reading.cover import Cover
from ingest.reading.envelope import SEPARATOR
from ingest.reading.worker import FileResult
from ingest.receive.submission_number import submission_number
from ingest.reference import Reference
from ingest.rosters import Period, rosters_of

FURTHER_COVER = "second_cover"
"""In place of a layout's name: the submission is another organization's sheets in a workbook of our own forms."""
SUBJECT = ("committee_code", "organization_code", "period_code")
Row = dict[str, Any]
Reading = LayoutReading | Refusal
_ENVELOPES = (".msg", ".eml", ".zip", ".rar", ".7z", ".gz", ".tar")
_YEAR = "Y"
# What programs for mail make of attachments in rich text, and of mail that is signed or encrypted.
_WRAPPED = frozenset({"winmail.dat", "smime.p7m"})
_CELL = ["sheet", "row_no", "column_no", "kind", "text"]


class ReceivedFile(Protocol):
    """What is known of a file before it is read."""

    @property
    def name(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def received_at(self) -> dt.datetime: ...
    @property
    def file_time(self) -> dt.datetime | None: ...
    @property
    def basis(self) -> str: ...


class Judge:
    """Decides whose every workbook is. Made once per run: registers and forms become look-ups."""

    def __init__(
        self, catalogue: Catalogue, reference: Reference, cells_folder: Path, *, keeps_unidentified: bool = False
    ) -> None:
        self._catalogue = catalogue
        self._rosters = rosters_of(reference)
        self._layouts = LayoutReader(catalogue.layouts, self._rosters, code_spellings(reference))
        self._cells_folder = cells_folder
        self._keeps_unidentified = keeps_unidentified
        self._form_sets: dict[str, str | None] = {}

    def judge(
        self, results: list[FileResult], files: Mapping[str, ReceivedFile], cells_file: str
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Submissions (one row per file, of a known layout one per organization) and findings of a batch."""
        submissions, findings = [], []
        open_files = {result.file_hash: result.cover for result in results if not result.refused}
        readings = self.readings(open_files, cells_file)
        for result in results:
            received = _received(result, files, cells_file)
            if result.is_envelope:
                claims = iter([_opened(result, received)])
            elif result.refused:
                refusal = {"name": _refusal_of(result.refused, str(received["file_name"])), "detail": result.detail}
                claims = iter([({**received, "read_state": "unreadable"}, [refusal])])
            else:
                claims = self.claims(received, result.cover, readings.get(result.file_hash))
            met = _met(result)
            for submission, found in claims:
                found = [*found, *self.likely(submission)]
                submissions.append(submission)
                findings += [{**_subject(submission), **row} for row in [*met, *found]]
        if not self._keeps_unidentified:
            self._forget_unidentified(submissions, cells_file)
        return pd.DataFrame(submissions, columns=SUBMISSIONS.names), reading_findings(findings)

    def likely(self, submission: Row) -> list[Row]:
        """Fill in whom to ask about a file that cannot be used, by its name and folders; it still is nobody's."""
        if submission["read_state"] not in ("unreadable", "unidentified") or submission.get("organization_code"):
            return []
        owner = self._rosters.likely_owner(str(submission["file_name"]))
        committee = self._rosters.committee_in(*owner) if owner else None
        if owner is None or committee is None:
            return []
        submission |= dict(zip(SUBJECT, (committee, owner[0], owner[1].code), strict=True))
        return [
            {"name": "likely_owner", "observed": submission["file_name"], "expected": f"{owner[0]} {owner[1].code}"}
        ]

    def _forget_unidentified(self, submissions: list[Row], cells_file: str) -> None:
        """The cells of a file that is nobody's do not stay in the lake: it is read again when the registers change."""
        identified = {_source(row) for row in submissions if row["read_state"] == "identified"}
        nobodys = {_source(row) for row in submissions if row["read_state"] == "unidentified"} - identified
        if not nobodys:
            return
        path = self._cells_folder / cells_file
        others = pq.read_table(path, filters=[("file_hash", "not in", sorted(nobodys))])
        write_arrow(others, CELLS, path)
        for row in submissions:
            if _source(row) in nobodys:
                row["cells_file"] = ""

    def readings(self, covers: Mapping[str, Cover], cells_file: str) -> dict[str, Reading]:
        """By file hash what the files without a cover are by the known layouts, from their cells in the lake."""
        without = sorted(name for name, cover in covers.items() if not cover.values and not cover.hidden)
        if not without or not self._catalogue.layouts:
            return {}
        path = self._cells_folder / cells_file
        table = pq.read_table(path, columns=["file_hash", *_CELL], filters=[("file_hash", "in", without)]).to_pandas()
        found = {
            str(name): self._layouts.read(cells[_CELL].itertuples(index=False, name=None))
            for name, cells in table.groupby("file_hash")
        }
        return {name: reading for name, reading in found.items() if reading is not None}

    def claims(self, received: Row, cover: Cover, reading: Reading | None) -> Iterator[tuple[Row, list[Row]]]:
        """The submissions in one file with their findings; ``received``: what is known of the file itself."""
        if isinstance(reading, LayoutReading) and reading.parts:
            yield from (self._part(received, reading, part) for part in reading.parts)
            return
        submission = dict(received)
        found = self.identify(cover, submission)
        if isinstance(reading, LayoutReading):
            reading = Refusal("layout_organization", reading.period_sheet, None, "", reading.layout.layout)
        yield submission, [_refused(reading)] if reading else [*found, *self._named_otherwise(submission)]
        yield from self._further(received, cover, submission)

    def _named_otherwise(self, submission: Row) -> list[Row]:
        """What the file's own name says against the cover: a neighbour's or the last period's workbook, filled anew.

        The cover counts. A name that also says what the cover says, a code of digits alone and a year, which may be
        that of a day, say nothing against it.
        """
        if submission["read_state"] != "identified":
            return []
        own_name = str(submission["file_name"]).rpartition(SEPARATOR)[2].rpartition("/")[2]
        codes, period = self._rosters.named_in(own_name)
        others = sorted(code for code in codes if not code.isdigit())
        said = others if others and submission["organization_code"] not in codes else []
        if period and period.kind != _YEAR and period.code != submission["period_code"]:
            said = [*said, period.code]
        counted = f"{submission['organization_code']} {submission['period_code']}"
        return [{"name": "name_disagrees", "observed": ", ".join(said), "expected": counted}] if said else []

    def _further(self, received: Row, cover: Cover, first: Row) -> Iterator[tuple[Row, list[Row]]]:
        """Organizations whose sheets lie in another one's workbook: not read, but not absent either."""
        told = {(first["organization_code"], first["period_code"])}
        for other in cover.others:
            digest = hashlib.sha256(f"{received['file_hash']}\0{other.sheet}".encode()).hexdigest()
            submission = {**received, "file_hash": digest, "part_of": received["file_hash"], "layout": FURTHER_COVER}
            submission |= {"read_state": "unidentified", **dict.fromkeys(SUBJECT)}
            self._resolve(other.values.get("ORGANIZATION_CODE", ""), other.values.get("PERIOD_CODE", ""), submission)
            subject = submission["organization_code"], submission["period_code"]
            if submission["committee_code"] and subject not in told:
                told.add(subject)
                first_code = first["organization_code"] or "–"
                yield (
                    submission,
                    [
                        _on_cover(
                            other, "ORGANIZATION_CODE", "second_organization", str(subject[0]), expected=first_code
                        )
                    ],
                )

    def _part(self, received: Row, reading: LayoutReading, part: Part) -> tuple[Row, list[Row]]:
        """One organization's part: what a cover would say stands in the table and its title."""
        source, layout = received["file_hash"], reading.layout
        submission = {**received, "file_hash": part.submission_hash(source), "part_of": source, "layout": layout.layout}
        values = {
            "ORGANIZATION_CODE": part.organization,
            "PERIOD_CODE": reading.period.code,
            "FORM_SET": self._form_set(reading.period) or "",
        }
        places = dict.fromkeys(values, reading.period_cell) if part.sheet == reading.period_sheet else {}
        cover = Cover(part.sheet, values, places={**places, "ORGANIZATION_CODE": part.cell})
        found = self.identify(cover, submission)
        committee = submission["committee_code"]
        if part.repeated:
            found.append(_on_cover(cover, "ORGANIZATION_CODE", "organization_twice", part.organization))
        elif committee and layout.committees and committee not in layout.committees:
            found.append(_on_cover(cover, "ORGANIZATION_CODE", "layout_committee", committee, detail=layout.layout))
        else:
            return submission, found
        submission["read_state"] = "unidentified"
        return submission, found

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
        return submission_number(cover.kinds["SUBMISSION_NO"], cover.values["SUBMISSION_NO"])

    def _against(self, cover: Cover, submission: Row, told: list[Row]) -> Row | None:
        """The first thing that keeps the workbook from being used, or None; fills in what is certain."""
        if not {"ORGANIZATION_CODE", "PERIOD_CODE"} <= set(cover.values):
            self._resolve(cover.hidden.get("organization_code", ""), cover.hidden.get("period_code", ""), submission)
            return {"name": "no_cover", "sheet": cover.sheet}
        organization_text, period_text = cover.values["ORGANIZATION_CODE"], cover.values["PERIOD_CODE"]
        period = self._resolve(organization_text, period_text, submission)
        if period is None:
            return _on_cover(cover, "PERIOD_CODE", "unknown_period", period_text, **_issued(cover, period_text))
        if submission["organization_code"] is None:
            return _on_cover(cover, "ORGANIZATION_CODE", "unknown_organization", organization_text)
        if submission["committee_code"] is None:
            return self._not_on_roster(cover, submission["organization_code"], period)
        for name, text, code in (
            ("ORGANIZATION_CODE", organization_text, submission["organization_code"]),
            ("PERIOD_CODE", period_text, period.code),
        ):
            if text != code:
                told.append(_on_cover(cover, name, "code_variant", text, expected=code))
        return self._against_subject(cover, submission, period)

    def _not_on_roster(self, cover: Cover, organization: str, period: Period) -> Row:
        """Code or period is wrong: the period, where the form was issued to this organization for one of its own."""
        issued = self._rosters.period(str(cover.hidden.get("period_code", "")))
        is_its_own = str(cover.hidden.get("organization_code", organization)) == organization
        if issued and issued.code != period.code and is_its_own and self._rosters.committee_in(organization, issued):
            return _on_cover(cover, "PERIOD_CODE", "cover_disagrees", period.code, expected=issued.code)
        return _on_cover(cover, "ORGANIZATION_CODE", "not_on_roster", organization, expected=period.code)

    def _against_subject(self, cover: Cover, submission: Row, period: Period) -> Row | None:
        if (submission["committee_code"], period.code) not in self._rosters.open:
            return _on_cover(cover, "PERIOD_CODE", "period_not_open", period.code, **_issued(cover, period.code))
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
            submission["committee_code"] = self._rosters.committee_in(organization, period)
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


def _source(submission: Row) -> str:
    """The hash of the bytes a submission was read from."""
    return str((submission.get("layout") and submission.get("part_of")) or submission["file_hash"])


def register_fingerprint(catalogue: Catalogue, reference: Reference) -> str:
    """A hash of what identification rests on: forms, layouts, rosters, periods, the columns of a submission."""
    digest = hashlib.sha256(f"{catalogue.fingerprint}\0{SUBMISSIONS.names}".encode())
    for name in ("organizations", "periods", "reporting_periods"):
        digest.update(reference[name].to_csv(index=False).encode())
    return digest.hexdigest()


def _received(result: FileResult, files: Mapping[str, ReceivedFile], cells_file: str) -> Row:
    """What is known of a file before it says whose it is; of one from a mail, when and in what it came."""
    inside = result.inside
    file = files[inside.part_of if inside else result.file_hash]
    name = f"{file.name}{SEPARATOR}{inside.name}" if inside else file.name
    return {
        "file_hash": result.file_hash,
        "file_name": file_name_without_persons(name),
        "size_bytes": inside.size if inside else file.size,
        "received_at": file.received_at,
        "file_time": file.file_time.isoformat() if file.file_time else None,
        "received_basis": file.basis,
        "container": result.container,
        "cells_file": cells_file,
        "part_of": inside.part_of if inside else None,
    }


def _refusal_of(finding: str, file_name: str) -> str:
    """A damaged mail or archive cannot be opened in Excel and saved again, as a damaged workbook can."""
    is_envelope = PurePosixPath(file_name).suffix.lower() in _ENVELOPES
    return "damaged_envelope" if finding == "damaged" and is_envelope else finding


def _opened(result: FileResult, received: Row) -> tuple[Row, list[Row]]:
    """A mail or an archive: opened, where there was a workbook in it; what was none is named."""
    taken = [file_name_without_persons(member.inside.name) for member in result.members if member.inside]
    others = ", ".join(map(file_name_without_persons, result.others))
    if not taken and not result.repeated:
        is_wrapped = any(name.rpartition(SEPARATOR)[2].casefold() in _WRAPPED for name in result.others)
        name = "wrapped_inside" if is_wrapped else "nothing_inside"
        return {**received, "read_state": "unreadable"}, [{"name": name, "detail": others or "–"}]
    told: list[Row] = [{"name": "opened", "observed": len(taken), "detail": ", ".join(taken)}] if taken else []
    told += [] if taken else [{"name": "nothing_new_inside"}]
    told += [{"name": "known_inside", "observed": file_name_without_persons(name)} for name in result.repeated]
    told += [{"name": "others_inside", "detail": others}] if others else []
    return {**received, "read_state": "opened"}, told


def _met(result: FileResult) -> list[Row]:
    told = [
        {"name": "identity_column", "sheet": sheet, "cell": cell, "observed": without_persons(text)}
        for sheet, cell, text in result.identity
    ]
    return [*told, {"name": "active_content", "detail": result.active}] if result.active else told


def _refused(refusal: Refusal) -> Row:
    place = {"sheet": refusal.sheet, "cell": refusal.cell}
    return {"name": refusal.finding, **place, "observed": refusal.observed, "detail": refusal.detail}


def _subject(submission: Row) -> Row:
    return {key: submission.get(key) for key in ("file_hash", "file_name", *SUBJECT)}


def _issued(cover: Cover, written: str) -> dict[str, str]:
    """The period that a blank form was issued for, where it is known and another one is ``written``."""
    issued = cover.hidden.get("period_code")
    return {"expected": str(issued)} if issued and issued != written else {}


def _on_cover(cover: Cover, field: str, name: str, observed: str, **more: str) -> Row:
    return {"name": name, "sheet": cover.sheet, "cell": cover.places.get(field), "observed": observed, **more}
