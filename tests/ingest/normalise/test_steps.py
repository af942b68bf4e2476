"""A step that is left out because it has no row to work on says just what it would have said."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from workbook_rows import Sheets, random_content, submissions_of

from ingest.normalise import Normalised, normalise_cells, tables
from ingest.words import NOTHING, words

PERIOD = "2025H2"
FIRST, LIST = "Biểu 1", "Chuyển sinh hoạt"


@pytest.fixture(scope="module")
def blank(catalogue, reference, tmp_path_factory: pytest.TempPathFactory) -> Sheets:
    content = random_content(3, catalogue, reference, period=PERIOD)
    return Sheets.of(content, catalogue, reference, Path(tmp_path_factory.mktemp("steps")))


def _total_of_a_list(sheets: Sheets) -> None:
    header, first = sheets.find(LIST, "Chiều")
    below = max(row for row, column in sheets.cells[LIST] if column == first and row > header) + 1
    sheets.cells[LIST] |= {(below, first): "Tổng cộng", (below, first + 3): 99_999}


def _a_sheet_of_nobody(sheets: Sheets) -> None:
    sheets.cells["Ghi chú riêng"] = {(1, 1): "Kết nạp", (1, 2): 7}


def _a_copy_of_a_form(sheets: Sheets) -> None:
    sheets.cells["Bản nháp"] = dict(sheets.cells[FIRST])


def _a_figure_beside_the_table(sheets: Sheets) -> None:
    row, column = max(place for place, value in sheets.cells[FIRST].items() if isinstance(value, float))
    sheets.cells[FIRST][row, column + 2] = 12


def _a_mark_that_nothing_happened(sheets: Sheets) -> None:
    row, column = next(
        (place for cells in [sheets.cells[FIRST]] for place, value in cells.items() if value == words().nil_question),
        (3, 1),
    )
    sheets.cells[FIRST][row, column + 2] = words().nil_answers[NOTHING][0]


CHANGES = {
    "as it is": lambda _: None,
    "total of a list": _total_of_a_list,
    "a sheet of nobody": _a_sheet_of_nobody,
    "a copy of a form": _a_copy_of_a_form,
    "a figure beside": _a_figure_beside_the_table,
    "a mark": _a_mark_that_nothing_happened,
    "formulas that add up": lambda _: None,
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_normalised_is_the_same_as_when_every_step_runs(
    blank: Sheets, catalogue, reference, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    sheets = Sheets({sheet: dict(cells) for sheet, cells in blank.cells.items()})
    CHANGES[name](sheets)
    cells = sheets.frame()
    if name == "formulas that add up":
        cells["marks"] = cells["marks"].where(cells["kind"] != "number", "summed")
    given = cells, submissions_of("f", period=PERIOD), catalogue, reference
    left_out: list[str] = []
    asks = tables._has_work

    def noted(connection: object, step: str) -> bool:
        has_work = asks(connection, step)
        left_out.extend([] if has_work else [step])
        return True

    guarded = normalise_cells(*given)
    monkeypatch.setattr(tables, "_has_work", noted)
    whole: Normalised = normalise_cells(*given)
    for table in ("observations", "entries", "findings"):
        pd.testing.assert_frame_equal(getattr(guarded, table), getattr(whole, table))
    assert WORKING[name].isdisjoint(left_out)
    assert name != "as it is" or {"list_totals", "totals", "other_sheets"} <= set(left_out)


WORKING = {
    "as it is": set(),
    "total of a list": {"list_totals"},
    "a sheet of nobody": {"other_sheets"},
    "a copy of a form": {"other_sheets"},
    "a figure beside": {"unread_cells"},
    "a mark": {"nil_marked"},
    "formulas that add up": {"totals"},
}
"""The steps that have something to do after each change."""
