"""Every filled cell of a form's sheet is a value, left aside for a named reason, or a finding: nothing is lost."""

from __future__ import annotations

import datetime as dt
import random
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from workbook_rows import PERIOD, Sheets, random_content, small_reference, submissions_of

from ingest.findings import finding_texts
from ingest.normalise import account_of, account_reasons, normalise_cells

CHANGE, CASES, STUDY, BADGES, PROFILE = "Biểu 1", "DS kỷ luật", "Học tập", "Huy hiệu Đảng", "Tổ chức"
RECORD = ["Chuyên đề toàn khóa và hằng năm", 1, 10, 9, 9, 9]


@pytest.fixture
def sheets(catalogue, reference, tmp_path: Path) -> Sheets:
    return Sheets.of(random_content(7, catalogue, reference), catalogue, reference, tmp_path)


@pytest.fixture
def told(catalogue, reference):
    """Rule, severity and cell of every finding but what is only information."""

    def run(sheets: Sheets) -> set[tuple[str, str, str | None]]:
        found = normalise_cells(sheets.frame(), submissions_of("f", period=PERIOD), catalogue, reference).findings
        found = found[found["severity"] != "info"].astype(object)
        found = found.where(found.notna(), None)
        return {(row.rule_id, row.severity, row.cell) for row in found.itertuples()}

    return run


@pytest.fixture
def states(catalogue, reference):
    """The states of a form's cells."""

    def run(sheets: Sheets, form: str) -> set[str]:
        found = normalise_cells(sheets.frame(), submissions_of("f", period=PERIOD), catalogue, reference).observations
        return set(found.loc[found["form"] == form, "state"])

    return run


def fill(sheets: Sheets, sheet: str, first_heading: str, records: list[list[Any]]) -> int:
    """``records`` instead of what stands in the list of ``sheet``; returns the first row."""
    header, first = sheets.find(sheet, first_heading)
    foot = min(row for (row, _), value in sheets.cells[sheet].items() if value == "NGƯỜI LẬP BIỂU")
    for place in [place for place in sheets.cells[sheet] if header < place[0] < foot - 1 and place[1] >= first]:
        del sheets.cells[sheet][place]
    for offset, record in enumerate(records):
        for column, value in enumerate(record):
            if value is not None:
                sheets.cells[sheet][header + 1 + offset, first + column] = value
    return header + 1


def test_a_clean_workbook_has_no_cell_unread(catalogue, reference, sheets) -> None:
    account = account_of(sheets.frame(), submissions_of("f", period=PERIOD), catalogue, reference)
    assert set(account["outcome"]) == {"value", "ignored"}
    assert set(account["reason"]) <= set(account_reasons())
    forms = set(sheets.cells) - {"_danh_muc", "_khoi", "_kiem_tra", "Kiểm tra"}
    filled = {(name, *place) for name in forms for place in sheets.cells[name]}
    assert {(row.sheet, row.row_no, row.column_no) for row in account.itertuples()} == filled


@pytest.mark.long
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(seed=190495)  # a text right of the headings of a form of answers
@given(seed=st.integers(0, 10**6))
def test_whatever_is_added_anywhere_is_told_at_its_cell(seed: int, catalogue, reference, tmp_path: Path) -> None:
    """A number in an empty cell of any form's sheet is read, or it is in a finding, and is never information only."""
    sheets = Sheets.of(random_content(seed % 50, catalogue, reference), catalogue, reference, tmp_path)
    chance = random.Random(seed)
    name = chance.choice([name for name in sheets.cells if name not in ("_danh_muc", "_khoi", "_kiem_tra", "Kiểm tra")])
    rows, columns = (max(place[axis] for place in sheets.cells[name]) for axis in (0, 1))
    place = chance.randint(1, rows + 6), chance.randint(1, columns + 4)
    if place in sheets.cells[name]:
        return
    sheets.cells[name][place] = chance.choice([7, 45, "45", "1.234", "12 đ/c"])
    submissions = submissions_of("f", period=PERIOD)
    cells = sheets.frame()
    account = account_of(cells, submissions, catalogue, reference)
    mine = account[(account["sheet"] == name) & (account["row_no"] == place[0]) & (account["column_no"] == place[1])]
    assert len(mine) == 1
    address = mine["cell"].iloc[0]
    findings = normalise_cells(cells, submissions, catalogue, reference).findings
    hard_or_soft = findings[(findings["sheet"] == name) & findings["severity"].isin(["hard", "soft"])]
    named = "; ".join(hard_or_soft["cells"].dropna()).split("; ")
    outcome, reason = mine["outcome"].iloc[0], mine["reason"].iloc[0]
    if outcome in ("unread", "unreadable"):
        assert f"{name}!{address}" in named or reason == "duplicate_label"
    elif outcome == "ignored":
        assert reason in {"ordinal", "ignored_column", "title", "note", "help", "total"}
        assert reason not in {"title", "note", "help"} or not str(sheets.cells[name][place]).isdigit()


def test_every_reason_has_words_and_what_lies_in_the_table_is_hard() -> None:
    sql = (Path(__file__).parents[3] / "ingest/normalise/sql/account.sql").read_text(encoding="utf-8")
    verdicts = set(re.findall(r"(?:then|else) '-?(\w+)'", sql)) - {"unread", "ignored", "unreadable", "", "cover"}
    assert "heading" in verdicts
    assert verdicts <= set(account_reasons())
    for name in (
        "beside_table",
        "row_below_end",
        "unknown_label",
        "unknown_header",
        "blocked_cell",
        "unread_form_sheet",
    ):
        assert finding_texts()[name]["severity"] == "hard"
    assert finding_texts()["unknown_sheet"]["severity"] == "soft"


def test_a_row_below_a_note_is_told_and_the_list_is_missing(sheets, told, states) -> None:
    row = fill(sheets, STUDY, "Nội dung", [RECORD, ["Ghi chú: số liệu cả quý"], RECORD])
    assert told(sheets) == {("row_below_end", "hard", f"B{row + 2}")}
    assert states(sheets, "study") == {"missing"}


def test_a_row_below_the_signatures_is_told(sheets, told, states) -> None:
    fill(sheets, BADGES, "Loại Huy hiệu", [["Huy hiệu 30 năm tuổi Đảng", 1, 1]])
    foot, _ = sheets.find(BADGES, "NGƯỜI LẬP BIỂU")
    sheets.cells[BADGES] |= {(foot + 4, 2): "Huy hiệu 40 năm tuổi Đảng", (foot + 4, 3): 2, (foot + 4, 4): 2}
    assert told(sheets) == {("row_below_end", "hard", f"B{foot + 4}")}
    assert states(sheets, "party_badges") == {"missing"}


def test_a_note_below_the_records_ends_them_without_a_word(sheets, told) -> None:
    fill(sheets, STUDY, "Nội dung", [RECORD, ["Ghi chú: số liệu cả quý"]])
    assert told(sheets) == set()


def test_a_code_that_begins_like_a_signature_or_a_total_is_a_record(sheets, told, reference, catalogue) -> None:
    codes = reference["codes"]
    added = codes.iloc[[0]].assign(code_list="study_topic", code="BI_THU", label_vi="Bí thư phổ biến", aliases=None)
    larger = small_reference(codes=pd.concat([codes, added]))
    row = fill(sheets, STUDY, "Nội dung", [["Bí thư phổ biến", None, None], RECORD])
    result = normalise_cells(sheets.frame(), submissions_of("f", period=PERIOD), catalogue, larger)
    study = result.entries[(result.entries["form"] == "study") & (result.entries["field"] == "TOPIC")]
    assert list(study["value_text"]) == ["BI_THU", study["value_text"].iloc[1]]
    assert f"C{row}" in set(result.findings.loc[result.findings["rule_id"] == "required_missing", "cell"])


@pytest.mark.parametrize("texts", [("1", "40", "3"), (40, 3, 2), ("40", "3", "2"), (2, 3, 4)])
def test_figures_right_below_the_headings_are_a_record(texts, sheets, told) -> None:
    row = fill(sheets, BADGES, "Loại Huy hiệu", [list(texts)])
    assert ("unknown_code", "hard", f"B{row}") in told(sheets)


@pytest.mark.parametrize("texts", [("(1)", "(2)", "(3)"), ("1", "2", "3"), ("B", "1", "2"), ("2", "3", "(4)=(2)+(3)")])
def test_what_counts_up_right_below_the_headings_numbers_the_columns(texts, sheets, told) -> None:
    fill(sheets, BADGES, "Loại Huy hiệu", [list(texts), ["Huy hiệu 30 năm tuổi Đảng", 1, 1]])
    assert told(sheets) == set()


def test_a_repeated_heading_is_no_record(sheets, told) -> None:
    years = ("30", "40", "45", "50", "55")
    records = [[f"Huy hiệu {year} năm tuổi Đảng", 1, 1] for year in years]
    fill(sheets, BADGES, "Loại Huy hiệu", [*records[:4], ["Loại Huy hiệu", "Đề nghị tặng", "Đã trao tặng"], records[4]])
    assert told(sheets) == set()


def test_a_form_continued_on_a_second_sheet_is_told_and_its_list_is_missing(sheets, told, states) -> None:
    row = fill(sheets, BADGES, "Loại Huy hiệu", [["Huy hiệu 30 năm tuổi Đảng", 1, 1]])
    sheets.cells["Huy hiệu (tiếp)"] = dict(sheets.cells[BADGES])
    assert told(sheets) == {("unread_form_sheet", "hard", f"C{row}")}
    assert states(sheets, "party_badges") == {"missing"}


def test_a_second_matrix_sheet_and_a_second_cover_are_told(sheets, told) -> None:
    sheets.cells["Biểu 1 (2)"] = dict(sheets.cells[CHANGE])
    sheets.cells["Bìa (2)"] = dict(sheets.cells["Bìa"])
    assert {(rule, severity) for rule, severity, _ in told(sheets)} == {
        ("unread_form_sheet", "hard"),
        ("second_cover", "hard"),
    }


def test_a_blank_copy_of_a_form_is_only_a_sheet_too_many(sheets, told) -> None:
    fill(sheets, BADGES, "Loại Huy hiệu", [])
    sheets.cells["Huy hiệu (2)"] = dict(sheets.cells[BADGES])
    assert told(sheets) == {("unknown_sheet", "soft", None)}


def test_numbers_beside_a_table_are_hard_and_words_are_soft(sheets, told) -> None:
    row, column = sheets.find(CHANGE, "Từ trần")
    sheets.cells[CHANGE][row, column + 3] = 5
    sheets.cells[CHANGE][row + 1, column + 3] = "đã đối chiếu"
    assert told(sheets) == {("beside_table", "hard", f"E{row}"), ("unread_text", "soft", f"E{row + 1}")}


def test_numbers_in_the_row_that_numbers_the_columns_are_told(sheets, told) -> None:
    header, column = sheets.find(CHANGE, "Kỳ này")
    sheets.cells[CHANGE][header + 1, column] = 45
    assert ("unknown_label", "hard") in {(rule, severity) for rule, severity, _ in told(sheets)}


def test_a_figure_below_the_last_line_is_told(sheets, told) -> None:
    last = max(
        row for row, column in sheets.cells[CHANGE] if column == 3 and isinstance(sheets.cells[CHANGE][row, 3], float)
    )
    sheets.cells[CHANGE][last + 2, 3] = 45
    assert ("unknown_label", "hard") in {(rule, severity) for rule, severity, _ in told(sheets)}


def test_signature_words_beside_the_table_are_a_named_reason(sheets, told) -> None:
    header, column = sheets.find(CHANGE, "Kỳ này")
    sheets.cells[CHANGE][header + 1, column + 2] = "Người lập biểu"
    sheets.cells[CHANGE][header + 4, column + 2] = "Người lập biểu"
    assert told(sheets) == set()


def test_an_answer_one_cell_too_far_is_hard(sheets, told) -> None:
    row, column = sheets.find(PROFILE, "Loại hình tổ chức cơ sở đảng")
    sheets.cells[PROFILE][row, column + 2] = sheets.cells[PROFILE].pop((row, column + 1))
    assert ("beside_table", "hard", f"D{row}") in told(sheets)


def test_a_date_above_the_table_is_no_figure(sheets, told) -> None:
    sheets.cells[CHANGE][2, 4] = dt.date(2022, 6, 30)
    assert told(sheets) == set()


LOOKS = [
    ("hidden_row", {"row_hidden"}),
    ("hidden_column", {"column_hidden"}),
    ("hidden_sheet", {"sheet_hidden"}),
    ("struck", {"row_struck"}),
    ("covered", {"covered_cell"}),
    ("personal", set()),
]


@pytest.mark.parametrize(("mark", "expected"), LOOKS)
def test_what_the_eye_does_not_meet_is_said(mark: str, expected: set[str], catalogue, reference, sheets) -> None:
    row, column = sheets.find(CHANGE, "Từ trần")
    cells = sheets.frame()
    at = (cells["sheet"] == CHANGE) & (cells["row_no"] == row) & (cells["column_no"] == column + 1)
    cells.loc[at, "marks"] = mark
    result = normalise_cells(cells, submissions_of("f", period=PERIOD), catalogue, reference)
    assert set(result.findings["rule_id"]) == expected
    observed = result.observations.set_index("cell_code").loc["membership_change.OUT_DEATH", "state"]
    assert (observed == "unreadable") == (mark == "covered")


def test_what_is_shown_decides_over_what_is_stored(catalogue, reference, sheets) -> None:
    row, column = sheets.find(CHANGE, "Từ trần")
    cells = sheets.frame()
    at = (cells["sheet"] == CHANGE) & (cells["row_no"] == row) & (cells["column_no"] == column + 1)
    cells.loc[at, ["kind", "text", "shown"]] = ["number", "1", "100%"]
    result = normalise_cells(cells, submissions_of("f", period=PERIOD), catalogue, reference)
    told = result.findings[["rule_id", "severity", "cell", "observed"]].to_numpy().tolist()
    assert told == [["shown_differs", "hard", f"C{row}", "1 (hiện 100%)"]]
    assert result.observations.set_index("cell_code").loc["membership_change.OUT_DEATH", "state"] == "unreadable"


def test_a_footnote_mark_is_no_part_of_a_label(catalogue, reference, sheets) -> None:
    row, column = sheets.find(CHANGE, "Từ trần")
    cells = sheets.frame()
    at = (cells["sheet"] == CHANGE) & (cells["row_no"] == row) & (cells["column_no"] == column)
    cells.loc[at, ["text", "shown", "marks"]] = ["Từ trần1", "Từ trần¹", "raised"]
    result = normalise_cells(cells, submissions_of("f", period=PERIOD), catalogue, reference)
    assert list(result.findings["rule_id"]) == []
