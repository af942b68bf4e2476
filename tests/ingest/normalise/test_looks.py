"""How a cell looks decides whether what it holds is taken: once for numbers, once for words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from workbook_rows import PERIOD, Sheets, random_content, submissions_of

from ingest.normalise import normalise_cells
from ingest.normalise.contents import CodeWords, Content, read

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


@pytest.mark.parametrize("separator", ["\u00a0", "\u202f", "\u2009", " ", "\u200b"])
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
