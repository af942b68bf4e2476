"""Cells of a form that were merged: whose figure stands in them nobody knows, so it is asked, and nothing is 0."""

from __future__ import annotations

import pandas as pd
import pytest
from workbook_rows import Sheets, random_content, submissions_of

from ingest.normalise import Normalised, normalise_cells

PERIOD = "2021H2"
RATINGS = "Xếp loại"


@pytest.fixture
def sheets(catalogue, reference, tmp_path) -> Sheets:
    return Sheets.of(random_content(7, catalogue, reference, period=PERIOD), catalogue, reference, tmp_path)


@pytest.fixture
def merged(catalogue, reference, sheets: Sheets):
    """What is read where the cell of members rated excellent is merged with so many rows and columns."""

    def run(rows: int, columns: int, *, more: str = "") -> Normalised:
        row, column = sheets.find(RATINGS, "Đảng viên")[0], sheets.find(RATINGS, "Hoàn thành xuất sắc")[1]
        places = {(row + down, column + across) for down in range(rows) for across in range(columns)} - {(row, column)}
        sheets.cells[RATINGS] = {at: value for at, value in sheets.cells[RATINGS].items() if at not in places}
        cells = sheets.frame()
        at = (cells["sheet"] == RATINGS) & (cells["row_no"] == row) & (cells["column_no"] == column)
        assert at.sum() == 1
        cells.loc[at, "marks"] = f"{more}merged_{rows}x{columns}"
        cells.loc[at, "shown"] = cells.loc[at, "text"] + " đ/c" if more else None
        return normalise_cells(cells, submissions_of("f", period=PERIOD), catalogue, reference)

    return run


def states(result: Normalised) -> pd.Series:
    return result.observations.set_index("cell_code")["state"]


def test_two_figures_that_were_merged_are_asked_for_apart(merged) -> None:
    result = merged(1, 2)
    (told,) = result.findings.to_dict("records")
    assert (told["rule_id"], told["severity"], told["cell_code"]) == ("merged_cells", "hard", "ratings.DV.HTXS")
    first = told["cell"]
    assert f"Các ô {first}:" in told["message_vi"]
    assert "ghi riêng từng số" in told["message_vi"]
    found = states(result)
    assert set(found[["ratings.DV.HTXS", "ratings.DV.HTT"]]) == {"unreadable"}
    assert found["ratings.DV.HTNV"] in ("value", "zero")


def test_other_marks_of_the_cell_stay(merged) -> None:
    """A figure dressed as 12 đ/c is read for its mark says so."""
    assert list(merged(3, 1, more="dressed ").findings["rule_id"]) == []


def test_a_figure_merged_with_no_other_cell_of_the_form_is_that_figure(merged) -> None:
    """Below the last row of the form nothing is asked for."""
    result = merged(3, 1)
    assert list(result.findings["rule_id"]) == []
    assert states(result)["ratings.DV.HTXS"] in ("value", "zero")
