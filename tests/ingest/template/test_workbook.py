"""The blank and the filled workbook: everything the catalogue declares is printed, protected and checked."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from shared_seeds import shared_reference

from ingest.catalogue import CatalogueError, load_catalogue
from ingest.catalogue.tables import printed_labels
from ingest.template import (
    CODES_SHEET,
    IDENTITY_SHEET,
    WorkbookContent,
    cell_addresses,
    template_id,
    write_workbook,
)
from ingest.template.layout import MARK_ROW


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="module")
def reference():
    seeds = shared_reference()
    committee = {"committee_code": "LD", "name_vi": "Đảng ủy ví dụ", "valid_from": "2000-01-01"}
    return dataclasses.replace(
        seeds, tables={**seeds.tables, "committees": pd.DataFrame([committee])}, fingerprint="test"
    )


def content(period: str, **filled) -> WorkbookContent:
    return WorkbookContent("LD", "LD-001", "Tổ chức ví dụ", period, **filled)


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory, catalogue, reference):
    path = tmp_path_factory.mktemp("blank") / "blank.xlsx"
    write_workbook(path, content("2021H2"), catalogue, reference)
    return openpyxl.load_workbook(path)


def test_every_printed_label_stands_on_its_sheet(blank, catalogue) -> None:
    form_set = catalogue.form_set(dt.date(2021, 12, 31), "H2", "organization")
    labels = printed_labels(catalogue)
    for form, version in form_set.forms:
        texts = {cell.value for row in blank[version.sheet].iter_rows() for cell in row}
        mine = labels[(labels["form"] == form.form) & (labels["version"] == version.version) & labels["canonical"]]
        printed = set(mine[mine["axis"].isin(["row", "column"])]["label"])
        assert printed <= texts, (form.form, printed - texts)


def test_value_cells_are_open_and_all_else_is_locked(blank, catalogue) -> None:
    form_set = catalogue.form_set(dt.date(2021, 12, 31), "H2", "organization")
    addresses = cell_addresses(form_set)
    for row in addresses[addresses["form"] != "cover"].itertuples():
        assert not blank[row.sheet][row.cell].protection.locked, (row.sheet, row.cell)
    for sheet in blank.worksheets:
        if sheet.title != IDENTITY_SHEET:
            assert sheet.protection.sheet, sheet.title
    assert blank["Biểu 1"]["B10"].protection.locked


def test_counts_codes_and_dates_are_validated(blank) -> None:
    kinds = {
        sheet: {rule.type for rule in blank[sheet].data_validations.dataValidation}
        for sheet in ("Biểu 1", "DS kỷ luật")
    }
    assert kinds["Biểu 1"] == {"whole", "list"}  # the list is that of the mark above the table
    assert {"list", "date"} <= kinds["DS kỷ luật"]


def test_prints_on_paper_one_page_wide(blank) -> None:
    sheet = blank["Biểu 1"]
    assert sheet.page_setup.paperSize == 9
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows
    assert "LD-001" in sheet.oddFooter.left.text
    assert sheet.oddFooter.right.size == 8, "a template id that begins with a digit is not part of the font size"
    assert {blank[name].page_setup.orientation for name in ("Xếp loại", "DS kỷ luật")} == {"landscape"}


def test_a_drop_down_offers_the_labels_of_its_list(blank, reference) -> None:
    sheet = blank["DS kỷ luật"]
    rule = next(rule for rule in sheet.data_validations.dataValidation if "C8" in rule.sqref)
    area = blank[CODES_SHEET][rule.formula1.split("!")[1]]
    codes = reference["codes"]
    assert [row[0].value for row in area] == list(codes.loc[codes["code_list"] == "discipline_subject", "label_vi"])


def test_a_code_out_of_force_is_not_offered(tmp_path: Path, catalogue, reference) -> None:
    """Townships ended on 30/6/2025: the drop-down of later periods must not offer them."""
    offered = {}
    for period in ("2025H1", "2025H2"):
        write_workbook(tmp_path / "blank.xlsx", content(period), catalogue, reference)
        sheet = openpyxl.load_workbook(tmp_path / "blank.xlsx")[CODES_SHEET]
        offered[period] = {cell.value for row in sheet.iter_rows() for cell in row}
    assert offered["2025H1"] - offered["2025H2"] == {"Thị trấn"}


def test_hidden_sheets_hold_lists_and_identity(blank, catalogue) -> None:
    assert blank[CODES_SHEET].sheet_state == "hidden"
    assert blank[IDENTITY_SHEET].sheet_state == "veryHidden"
    identity = {row[0].value: row[1].value for row in blank[IDENTITY_SHEET].iter_rows()}
    form_set = catalogue.form_set(dt.date(2021, 12, 31), "H2", "organization")
    assert identity["template_id"] == template_id(form_set)
    assert (identity["organization_code"], identity["period_code"]) == ("LD-001", "2021H2")


def test_the_period_chooses_the_edition(tmp_path: Path, catalogue, reference) -> None:
    rows = {}
    for period in ("2021H1", "2021H2"):
        write_workbook(tmp_path / f"{period}.xlsx", content(period), catalogue, reference)
        sheet = openpyxl.load_workbook(tmp_path / f"{period}.xlsx")["Biểu 1"]
        rows[period] = {cell.value for cell in sheet["A"] if len(str(cell.value)) <= 3}
    assert rows["2021H1"] - rows["2021H2"] == {"E", "G"}


def test_values_are_written_where_the_layout_says(tmp_path: Path, catalogue, reference) -> None:
    filled = content(
        "2021H2",
        matrix={"membership_change": {("CLOSE", "value"): 61771}, "ratings": {("DV", "HTT"): 7}},
        records={"discipline_cases": [{"CASE_NO": "LD-001/1", "SUBJECT": "DV", "DECIDED_ON": dt.date(2021, 9, 1)}]},
    )
    write_workbook(tmp_path / "filled.xlsx", filled, catalogue, reference)
    book = openpyxl.load_workbook(tmp_path / "filled.xlsx")
    at = cell_addresses(catalogue.form_set(dt.date(2021, 12, 31), "H2", "organization")).set_index(
        ["form", "item", "column"]
    )
    expected = {
        ("membership_change", "CLOSE", "value"): 61771,
        ("ratings", "DV", "HTT"): 7,
        ("discipline_cases", "SUBJECT", "SUBJECT"): "Đảng viên chính thức",
        ("discipline_cases", "DECIDED_ON", "DECIDED_ON"): dt.datetime(2021, 9, 1),
        ("cover", "PERIOD_CODE", "value"): "2021H2",
    }
    for key, value in expected.items():
        place = at.loc[key]
        assert book[place["sheet"]][place["cell"]].value == value, key


def test_a_changed_label_changes_the_template_id(catalogue) -> None:
    before = catalogue.form_set(dt.date(2021, 6, 30), "H1", "organization")
    after = catalogue.form_set(dt.date(2022, 6, 30), "H1", "organization")
    assert template_id(before) == template_id(catalogue.form_set(dt.date(2021, 6, 30), "H1", "organization"))
    assert template_id(before) != template_id(after)


def test_a_period_before_any_edition_is_refused(catalogue) -> None:
    with pytest.raises(CatalogueError, match="2001"):
        catalogue.form_set(dt.date(2001, 6, 30), "H1")


def test_more_records_than_blank_rows_push_the_signatures_down(tmp_path: Path, catalogue, reference) -> None:
    cases = [{"CASE_NO": f"LD-001/{number}", "SUBJECT": "DV"} for number in range(1, 41)]
    write_workbook(tmp_path / "long.xlsx", content("2021H2", records={"discipline_cases": cases}), catalogue, reference)
    sheet = openpyxl.load_workbook(tmp_path / "long.xlsx")["DS kỷ luật"]
    first = [cell.value for cell in sheet["A"]]
    numbers = [cell.value for cell in sheet["B"] if str(cell.value).startswith("LD-001/")]
    assert numbers == [case["CASE_NO"] for case in cases]
    assert first.index("NGƯỜI LẬP BIỂU") > first.index(40)
    assert all(
        area.max_row in (first.index(40) + 1, MARK_ROW)
        for rule in sheet.data_validations.dataValidation
        for area in rule.sqref
    )


def test_the_opening_is_filled_in_beforehand(tmp_path: Path, catalogue, reference) -> None:
    opening = content("2022H1", matrix={"membership_change": {("OPEN", "value"): 104}})
    write_workbook(tmp_path / "blank.xlsx", opening, catalogue, reference)
    sheet = openpyxl.load_workbook(tmp_path / "blank.xlsx")["Biểu 1"]
    values = [row[2].value for row in sheet.iter_rows(min_row=9) if isinstance(row[2].value, int)]
    assert values == [104]
