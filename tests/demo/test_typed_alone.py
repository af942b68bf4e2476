"""What the clerk's bench counts is enough: a blank workbook with these cells typed says the whole of the demo's one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bench.clerk import TYPE, Typed, contents_of, forms_of, typed
from demo.committees import plan_committees
from demo.deployment import demo_reference
from ingest.catalogue import Catalogue, load_catalogue
from ingest.catalogue.model import VALUE_COLUMN, cell_code
from ingest.normalise import Normalised, normalise_cells
from ingest.receive import read_files
from ingest.reference import Reference
from ingest.template import WorkbookContent, write_workbook
from ingest.template.layout import FIRST_VALUE_COLUMN, SheetLayout, layouts
from ingest.words import EVERYWHERE, NOTHING, words

BEFORE, NOW = "2025H2", "2026H1"
COMMITTEE, ORGANIZATION = "LDC", "LDC-021"
MARKS = {"mark": NOTHING, "mark of all sheets": EVERYWHERE}


def known(last: WorkbookContent, this: WorkbookContent, sheets: list[SheetLayout]) -> WorkbookContent:
    """The blank workbook of ``this``, with what `khoi template` fills in where ``last`` is published."""
    matrix: dict[str, dict[tuple[str, str], Any]] = {}
    records: dict[str, list[dict[str, Any]]] = {}
    for form in (layout.form for layout in sheets):
        if form.kind == "matrix":
            cells = last.matrix.get(form.form, {})
            matrix[form.form] = {place: value for place, value in cells.items() if form.is_carried(*place)}
        elif form.carried:
            records[form.form] = [{name: one[name] for name in form.carried} for one in last.records[form.form]]
            registered = {name for name, field in form.fields.items() if field.registered_as}
            for record in records[form.form]:
                record |= {name: this.records[form.form][0][name] for name in registered}
    opening = ("OPEN", VALUE_COLUMN)
    matrix["membership_change"][opening] = this.matrix["membership_change"][opening]
    whose = (this.committee_code, this.organization_code, this.organization_name, this.period_code)
    return WorkbookContent(*whose, matrix=matrix, records=records, is_prefilled=True)


def type_in(path: Path, one: Typed, this: WorkbookContent, sheets: list[SheetLayout], reference: Reference) -> None:
    """What a clerk does: put in the counted cells, and nothing else."""
    labels = reference["codes"].set_index(["code_list", "code"])["label_vi"].to_dict()
    book, by_sheet = openpyxl.load_workbook(path), {layout.sheet: layout for layout in sheets}
    for layout, cell in [(by_sheet[sheet], cell) for sheet, cells in one.cells.items() for cell in cells]:
        sheet, (place, _, value) = book[layout.sheet], cell.partition("=")
        if place in MARKS:
            sheet[layout.mark_cell] = words().nil_answers[MARKS[place]][0]
        elif layout.form.kind == "matrix":
            item, _, column = place.partition(".")
            sheet.cell(layout.lines[item], layout.heads[column or VALUE_COLUMN]).value = int(value)
        elif layout.form.kind == "list":
            number, name = place.split(".")
            field, said = layout.form.fields[name], this.records[layout.form.form][int(number) - 1][name]
            row = layout.first_body_row + int(number) - 1
            sheet.cell(row, layout.heads[name]).value = labels[field.code_list, said] if field.code_list else said
        else:
            sheet.cell(layout.lines[place], FIRST_VALUE_COLUMN).value = "Chi ủy viên"
    book.save(path)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[WorkbookContent, Normalised, list[SheetLayout]]:
    """The demo's workbook of one cell, and what is read of the blank one with the counted cells typed."""
    catalogue: Catalogue = load_catalogue()
    reference = demo_reference()
    (plan,) = [one for one in plan_committees(reference) if one.committee_code == COMMITTEE]
    last, this = (contents_of(plan, catalogue, reference, period)[ORGANIZATION] for period in (BEFORE, NOW))
    sheets = layouts(forms_of(catalogue, reference, NOW), TYPE)
    path = tmp_path_factory.mktemp("typed") / "blank.xlsx"
    write_workbook(path, known(last, this, sheets), catalogue, reference)
    type_in(path, typed(this, sheets, last), this, sheets, reference)
    read = read_files([path], catalogue, reference)
    return this, normalise_cells(read.cells, read.submissions, catalogue, reference), sheets


@pytest.mark.long
def test_the_cells_that_are_counted_say_every_figure(filled) -> None:
    this, result, sheets = filled
    values = result.observations.set_index("cell_code")["value"].to_dict()
    expected = {
        cell_code(layout.form.form, *place): value
        for layout in sheets
        for place, value in this.matrix.get(layout.form.form, {}).items()
        if layout.is_asked(*place)
    }
    assert len(expected) > 150
    assert {code: values[code] for code in expected} == expected
    assert result.findings["rule_id"].tolist() == []


@pytest.mark.long
def test_and_every_record(filled) -> None:
    this, result, _ = filled
    for form in ("study", "transfers", "discipline_cases"):
        entries = result.entries[(result.entries["form"] == form) & result.entries["value"].notna()]
        read = {(row.record_no, row.field): row.value for row in entries.itertuples()}
        counts = {
            (number, name): value
            for number, record in enumerate(this.records[form], start=1)
            for name, value in record.items()
            if isinstance(value, int)
        }
        assert counts.items() <= read.items(), form
