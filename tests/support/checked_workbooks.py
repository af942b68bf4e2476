"""Workbooks with a check sheet: random contents, what LibreOffice computes of them, what the reader makes of them."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from workbook_rows import COMMITTEE, form_set_of, random_content

from ingest.addresses import a1_address
from ingest.catalogue import Catalogue, Form
from ingest.check_sheets import CHECK_SHEET
from ingest.lake import CELLS, SUBMISSIONS
from ingest.normalise import Normalised, normalise_cells
from ingest.reading.limits import Limits
from ingest.reading.preflight import preflight, read_cells
from ingest.reference import Reference
from ingest.template import WorkbookContent
from ingest.words import EVERYWHERE, NOTHING, NOTHING_ELSE

UNREADABLE = "chưa rõ"
_FIRST_CHECK_ROW = 7
# Mostly zeros, so that sums hold often enough to tell passing from failing.
_FIGURES: tuple[Any, ...] = (*[0] * 40, *[1] * 6, 2, 2, 12, None, None, UNREADABLE, "-")


@dataclass(frozen=True)
class Workbook:
    """One organization's workbook of one period, under a name that serves as its hash."""

    name: str
    content: WorkbookContent


def scattered_content(
    seed: int, catalogue: Catalogue, reference: Reference, organization: str, period: str
) -> WorkbookContent:
    """A workbook of small figures, empty cells, signs for nothing and words; records with gaps and unknown codes."""
    chance = random.Random(f"scattered/{seed}/{organization}/{period}")
    drawn = random_content(seed, catalogue, reference, organization, period)
    matrix = {form: {place: chance.choice(_FIGURES) for place in cells} for form, cells in drawn.matrix.items()}
    kinds = {form.form: form for form, _ in form_set_of(catalogue, reference, period, organization).forms}
    records: dict[str, list[dict[str, Any]]] = {}
    for form, rows in drawn.records.items():
        records[form] = [dict(row) for row in rows]
        for record in records[form]:
            for name, field in kinds[form].fields.items():
                if name not in record:
                    continue
                if field.type == "count":
                    empty = [None] if kinds[form].zero_under(name) else []
                    record[name] = chance.choice([0, 0, 1, 2, 3, *empty])
                if chance.random() < 0.04:
                    record[name] = chance.choice([None, UNREADABLE if field.type in ("code", "count") else None])
            if kinds[form].kind == "list":
                first = next(iter(kinds[form].versions[0].columns)).column
                record[first] = record.get(first) or "-"  # a row stays a record of the list
    marks = _drawn_marks(chance, kinds, matrix)
    kind = reference.organization_type(organization, reference.period_ends[period]) or ""
    for form in kinds.values():
        _leave_out(form.not_of.get(kind, []), matrix.get(form.form, {}), records.get(form.form, []))
    return WorkbookContent(COMMITTEE, organization, organization, period, 1, matrix, records, marks)


def _drawn_marks(chance: random.Random, kinds: dict[str, Form], matrix: dict[str, dict[Any, Any]]) -> dict[str, str]:
    """A mark on every other sheet that may have one; most that say "nothing" hold no figure."""
    marks = {
        form.form: said
        for form in kinds.values()
        if form.nil_mark and form.kind == "matrix"
        for said in chance.choices([None, NOTHING, NOTHING_ELSE], [2, 1, 1])
        if said
    }
    marks |= {form: NOTHING_ELSE for form in ("study",) if form in kinds and chance.random() < 0.3}
    if "membership_change" in kinds and chance.random() < 0.4:
        marks["membership_change"] = EVERYWHERE
    for form in [form for form, said in marks.items() if said == NOTHING and chance.random() < 0.7]:
        matrix[form] = {place: None if isinstance(value, int) else value for place, value in matrix[form].items()}
    return marks


def _leave_out(names: list[str], cells: dict[Any, Any], records: list[dict[str, Any]]) -> None:
    """Take away what is not asked of the organization."""
    for place in [place for place in cells if place[0] in names]:
        del cells[place]
    for record in records:
        for name in set(names) & set(record):
            del record[name]


def recalculated(files: Sequence[Path], folder: Path) -> dict[str, pd.DataFrame]:
    """Per file name the lines of its check sheet after LibreOffice has computed them, indexed by rule id.

    Columns: observed, expected, state. One start of LibreOffice for all files.
    """
    program = shutil.which("soffice")
    assert program is not None
    profile = (folder / "profile").resolve().as_uri()
    command = [program, "--headless", f"-env:UserInstallation={profile}", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    computed = folder / "computed"
    subprocess.run([*command, "--outdir", computed, *files], check=True, capture_output=True, timeout=600)
    return {path.stem: _lines(computed / path.name) for path in files}


def _lines(path: Path) -> pd.DataFrame:
    book = openpyxl.load_workbook(path, data_only=True, read_only=True)
    rows = [row for row in book[CHECK_SHEET].iter_rows(min_row=_FIRST_CHECK_ROW, values_only=True) if row[1]]
    columns = {"rule_id": 1, "observed": 5, "expected": 7, "state": 9}
    return pd.DataFrame({name: [row[at] for row in rows] for name, at in columns.items()}).set_index("rule_id")


def normalised_files(
    files: dict[str, Path], contents: Sequence[Workbook], catalogue: Catalogue, reference: Reference
) -> tuple[pd.DataFrame, Normalised]:
    """(submissions, what the reader makes of the files), each file under the name of its workbook."""
    rows = []
    for name, path in files.items():
        content = path.read_bytes()
        for sheet, row, column, *rest in read_cells(preflight(content, Limits())):
            rows.append((name, sheet, row, column, a1_address(row, column), *rest))
    submissions = pd.DataFrame(
        [
            {
                "file_hash": one.name,
                "file_name": f"{one.name}.xlsx",
                "received_at": pd.Timestamp("2030-01-01", tz="UTC"),
                "read_state": "identified",
                "committee_code": one.content.committee_code,
                "organization_code": one.content.organization_code,
                "period_code": one.content.period_code,
                "submission_no": 1,
            }
            for one in contents
        ]
    ).reindex(columns=SUBMISSIONS.names)
    submissions["part_of"] = None
    cells = pd.DataFrame(rows, columns=CELLS.names)
    return submissions, normalise_cells(cells, submissions, catalogue, reference)
