"""How a cell looks decides whether what it holds is taken: once for numbers, once for words."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.styles import Font, PatternFill
from workbook_rows import PERIOD, Sheets, random_content, submissions_of

from ingest.normalise import normalise_cells
from ingest.normalise.contents import CodeWords, Content, read
from ingest.reading.number_formats import shown_otherwise
from ingest.receive import read_files
from ingest.template import write_workbook

CHANGE, LABELS = "Biểu 1", "Phong trào"


@pytest.fixture
def sheets(catalogue, reference, tmp_path: Path) -> Sheets:
    return Sheets.of(random_content(7, catalogue, reference), catalogue, reference, tmp_path)


def looking(sheets: Sheets, sheet: str, cell: str, **looks: Any) -> pd.DataFrame:
    """The cells of a workbook, one of them with a look."""
    frame = sheets.frame()
    at = (frame["sheet"] == sheet) & (frame["cell"] == cell)
    assert at.sum() == 1
    for name, value in looks.items():
        frame.loc[at, name] = value
    return frame


def test_a_label_raised_as_a_whole_is_the_label_it_is(sheets: Sheets, catalogue, reference) -> None:
    """A cell whose font is a superscript has the mark, but no run that shows otherwise; the run of all files died."""
    row, column = next(place for place, value in sheets.cells[CHANGE].items() if value == "Nội dung")
    cells = looking(sheets, CHANGE, f"{'ABCDEF'[column - 1]}{row}", marks="raised")
    findings = normalise_cells(cells, submissions_of("f", period=PERIOD), catalogue, reference).findings
    assert set(findings["severity"]) <= {"info"}


@pytest.mark.parametrize("separator", ["\u00a0", "\u202f", "\u2009", " ", "\u200b", "\u2028"])
def test_a_number_grouped_by_any_space_is_a_figure_beside_the_table(
    separator: str, sheets: Sheets, catalogue, reference
) -> None:
    row, _ = next(place for place, value in sheets.cells[CHANGE].items() if value == "Nội dung")
    sheets.cells[CHANGE][row + 3, 6] = f"30{separator}006{separator}010"
    findings = normalise_cells(sheets.frame(), submissions_of("f", period=PERIOD), catalogue, reference).findings
    assert "hard" in set(findings.loc[findings["cell"] == f"F{row + 3}", "severity"])


def test_a_number_shown_with_something_around_it_is_a_number_and_another_word() -> None:
    codes = CodeWords({"40 năm": "N40", "40": "N40", "15": "OTHER"}, {})
    looks = {"kind": "number", "marks": "dressed"}
    count = Content("count", None, None, None, text="45", shown="45 đ/c", **looks)
    assert read(count, CodeWords()).parsed.value == 45
    code = Content("code", "badge", None, None, text="40", shown="40 năm", **looks)
    assert read(code, codes).parsed.text == "N40"
    other = Content("code", "badge", None, None, text="15", shown="015", **looks)
    assert read(other, codes).parsed.state == "unreadable"
    text = Content("text", None, None, None, text="15", shown="015", **looks)
    assert read(text, CodeWords()).parsed.finding == "shown_differs"


ROUNDED = [
    ("1.5", "2", "not_a_count"),
    ("2.5", "3", "not_a_count"),
    ("0.4", "0", "not_a_count"),
    ("1234.5", "1.235", "not_a_count"),
    ("0.45", "45%", "shown_differs"),
    ("45.4", "", "shown_differs"),
    ("2", "3", "shown_differs"),
    ("1.5", "20", "shown_differs"),
]


@pytest.mark.parametrize(("stored", "seen", "finding"), ROUNDED)
def test_a_fraction_that_shows_rounded_is_no_count_whatever_its_format(stored: str, seen: str, finding: str) -> None:
    """1.5 typed into a cell for members shows 2: the sender was told to clear a format that was as it should be."""
    content = Content("count", None, None, None, kind="number", text=stored, shown=seen)
    reading = read(content, CodeWords())
    assert (reading.parsed.state, reading.parsed.finding) == ("unreadable", finding)
    assert reading.raw_text == f"{stored.replace('.', ',')} (hiện {seen})"


@pytest.mark.parametrize(
    ("stored", "seen", "told"),
    [
        ("10.74", "10.7", "10,74 (hiện 10,7)"),
        ("0.457", "45.7%", "0,457 (hiện 45,7%)"),
        ("1234.5", "1.235", "1234,5 (hiện 1.235)"),
        ("-2.25", "(2.3)", "-2,25 (hiện (2,3))"),
    ],
)
def test_what_is_seen_of_a_fraction_has_its_comma_as_well(stored: str, seen: str, told: str) -> None:
    """Thousands keep their point: 1.235 is no decimal of 1234.5."""
    content = Content("count", None, None, None, kind="number", text=stored, shown=seen)
    assert read(content, CodeWords()).raw_text == told


@pytest.mark.parametrize(("kind", "text", "told"), [("number", "6.177", "6,177"), ("text", "10.75", "10.75")])
def test_a_fraction_is_quoted_with_its_comma_and_a_text_as_it_was_typed(kind: str, text: str, told: str) -> None:
    """6.177 in a Vietnamese sentence is six thousand."""
    reading = read(Content("count", None, None, None, kind=kind, text=text), CodeWords())
    assert (reading.parsed.finding, reading.raw_text) == ("not_a_count", told)


def test_a_day_or_a_code_that_shows_rounded_is_no_count() -> None:
    content = Content("date", None, None, None, kind="number", text="1.5", shown="2")
    assert read(content, CodeWords()).parsed.finding == "shown_differs"


@pytest.mark.parametrize("fill", ["FFFF00", "FF0000", "C6EFCE"])
def test_colour_alone_carries_nothing_and_changes_nothing(fill: str, tmp_path: Path, catalogue, reference) -> None:
    """A cell coloured "done" or "wrong" is read as the same cell without colour; an empty coloured cell stays empty."""
    path = tmp_path / "plain.xlsx"
    write_workbook(path, random_content(7, catalogue, reference), catalogue, reference)
    book = openpyxl.load_workbook(path)
    for row in book[CHANGE].iter_rows(min_row=5, max_row=40, max_col=8):
        for cell in row:
            cell.fill = PatternFill("solid", start_color=fill)
            cell.font = Font(color=fill, bold=True, italic=True)
    book.save(tmp_path / "coloured.xlsx")

    def told(name: str) -> tuple[list[Any], list[Any]]:
        got = read_files([tmp_path / name], catalogue, reference)
        tables = normalise_cells(got.cells, got.submissions, catalogue, reference)
        figures = tables.observations[["form", "cell_code", "state", "value", "cell"]]
        return figures.astype(str).to_numpy().tolist(), sorted(tables.findings["rule_id"])

    assert told("coloured.xlsx") == told("plain.xlsx")


def test_a_colour_written_into_the_number_format_is_no_number() -> None:
    """``[Red]`` alone shows nothing of the number: what is seen is an empty cell, what is stored is not taken."""
    assert shown_otherwise(45, "[Red]") is not None
    assert shown_otherwise(45, "[Red]0") is None


def test_a_day_that_does_not_show_as_one_is_a_number_above_the_table(sheets: Sheets, catalogue, reference) -> None:
    """101 under ``[>=1000]d/m/yyyy;[=0]0`` shows 101; it was left aside as if it were a day in the title."""
    sheets.cells[CHANGE][3, 6] = dt.date(1900, 4, 10)
    for shown, told in ((None, []), ("101", ["unread_number"])):
        cells = looking(sheets, CHANGE, "F3", shown=shown)
        findings = normalise_cells(cells, submissions_of("f", period=PERIOD), catalogue, reference).findings
        assert findings.loc[findings["cell"] == "F3", "rule_id"].tolist() == told
