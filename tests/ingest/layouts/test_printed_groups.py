"""Biểu 4 and 2B as they are printed: a line for each ethnic group and religion, two sheets of one list."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rows_as_grid import Rows, grid
from shared_seeds import shared_reference
from workbook_rows import small_reference

from ingest.catalogue import Catalogue, load_catalogue
from ingest.catalogue.printed import PrintedLine
from ingest.layouts.fit import Fit
from ingest.layouts.official import best_printed_fits
from ingest.layouts.spelling import code_spellings
from ingest.normalise import normalise_cells
from ingest.receive import read_files
from ingest.reference import Reference

CATALOGUE = load_catalogue()
EDITION = next(layout for layout in CATALOGUE.layouts if layout.layout == "bieu_2021")
CODES = code_spellings(shared_reference())
PEOPLE: Rows = [[1, "Kinh", 40, 12], [2, "Tày", 7, 3], [48, "Cống", 2, 1], [55, "Người gốc nước ngoài", 1, 0]]
BELIEVERS: Rows = [[1, "Thiên Chúa giáo", 5, 2], [2, "Khác", 3, 1]]


def rows_of(number: str, title: str, people: Rows = PEOPLE, believers: Rows = BELIEVERS) -> Rows:
    """One sheet: titles, headings, a total, groups, religions, a signature."""
    return [
        ["ĐẢNG BỘ CẤP TRÊN", None, f"Biểu số {number}-BTCTW"],
        ["Đơn vị: AA-1"],
        [title],
        ["Năm 2024"],
        ["TT", "Dân tộc, tôn giáo", "Số lượng", "Trong đó nữ"],
        [None, "Tổng số", 50, 16],
        [None, "I. Dân tộc"],
        *people,
        [None, "II. Tôn giáo"],
        *believers,
        [],
        [None, "NGƯỜI LẬP BIỂU"],
    ]


FOURTH = rows_of("4", "ĐẢNG VIÊN CHIA THEO DÂN TỘC VÀ TRONG CÁC TÔN GIÁO")
ADMITTED = rows_of("2B", "ĐẢNG VIÊN MỚI KẾT NẠP CHIA THEO DÂN TỘC, TÔN GIÁO", [[1, "Kinh", 3, 1]], [])


def fits(rows: Rows) -> list[Fit]:
    return best_printed_fits(EDITION.tables, grid(rows), CODES)


def told(rows: Rows) -> dict[str, int]:
    """Code -> row of the lines that are read on the one place of the list."""
    (fit,) = fits(rows)
    return {line.item: row for row, line in fit.lines.items() if isinstance(line, PrintedLine)}


def members(fit: Fit) -> list[str]:
    return [column.member for _, column in sorted(fit.columns.items()) if column.member]


def test_every_line_is_its_group_and_totals_are_none() -> None:
    assert told(FOURTH) == {"DT01": 8, "DT02": 9, "DT48": 10, "DT55": 11, "TG1": 13, "TG7": 14}


def test_the_number_and_the_title_say_which_fields_the_columns_are() -> None:
    assert [members(fit) for rows in (FOURTH, ADMITTED) for fit in fits([*rows[:8], [2, "Tày", 1, 0]])] == [
        ["MEMBERS", "FEMALE"],
        ["ADMITTED", "ADMITTED_FEMALE"],
    ]


def test_a_number_that_contradicts_the_title_is_refused() -> None:
    contrary = [["ĐẢNG BỘ", None, "Biểu số 4-BTCTW"], *ADMITTED[1:], [2, "Tày", 1, 0]]
    contrary.insert(8, [2, "Tày", 1, 0])
    assert [fit.missing for fit in fits(contrary)] == [("số biểu khớp với tên biểu",)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("KINH", "DT01"), ("Người Kinh", "DT01"), ("Dân tộc Hmông (Mèo)", "DT08"), ("Khơ me", "DT05"),
        ("3. Sán Chay (Cao Lan - Sán Chỉ)", "DT15"), ("Dan toc Tay", "DT02"), ("Cống", "DT48"), ("Dân tộc Co", "DT30"),
        ("Các dân tộc khác", "DT56"), ("Cộng", None), ("CONG", None), ("Kinh doanh", None), ("Mường, Thái", None),
    ],
)  # fmt: skip
def test_names_are_those_of_the_list_with_words_before_them_or_signs_between(text: str, code: str | None) -> None:
    found = told(rows_of("4", "ĐẢNG VIÊN THEO DÂN TỘC", [[1, "Nùng", 4, 1], [2, "Dao", 4, 1], [3, text, 9, 9]]))
    assert found.keys() - {"DT07", "DT09", "TG1", "TG7"} == ({code} if code else set())


def test_other_is_of_the_part_it_stands_in() -> None:
    found = told(rows_of("4", "ĐẢNG VIÊN THEO DÂN TỘC", [*PEOPLE[:2], [56, "Khác", 3, 1]]))
    assert {code: found[code] for code in ("DT56", "TG7")} == {"DT56": 10, "TG7": 13}


def test_other_below_a_heading_that_nobody_knows_is_of_no_part() -> None:
    rows = [[None, "CÓ ĐẠO"] if row[1:2] == ["II. Tôn giáo"] else row for row in FOURTH]
    assert sorted(told(rows)) == ["DT01", "DT02", "DT48", "DT55", "TG1"]
    numbered = [[*row, [3, "Người lạ mặt"]] if row[1:2] == ["Tày"] else row for row in FOURTH]
    assert "TG7" in told(numbered)


def test_two_lines_for_one_group_are_none() -> None:
    assert "DT01" not in told(rows_of("4", "ĐẢNG VIÊN THEO DÂN TỘC", [*PEOPLE, [5, "Dân tộc Kinh", 1, 1]]))


def test_an_unknown_name_between_numbered_neighbours_is_the_group_that_stands_there() -> None:
    counted = [[9, "Dao", 1, 0], [10, "Giơ Rai", 6, 2], [11, "Ngái", 2, 1]]
    assert told(rows_of("4", "ĐẢNG VIÊN THEO DÂN TỘC", counted))["DT10"] == 9
    (fit,) = fits(rows_of("4", "ĐẢNG VIÊN THEO DÂN TỘC", counted))
    assert [row for row, _, _ in fit.by_place] == [9]
    for wrong in ([[None, *row[1:]] for row in counted], [counted[0], [12, "Giơ Rai", 6, 2], counted[2]]):
        assert "DT10" not in told(rows_of("4", "ĐẢNG VIÊN THEO DÂN TỘC", wrong))


def test_groups_side_by_side_are_read_on_both_sides() -> None:
    wide = [
        *FOURTH[:4],
        ["TT", "Dân tộc", "Số lượng", "Nữ", "TT", "Dân tộc", "Số lượng", "Nữ"],
        [1, "Kinh", 40, 12, 4, "Hoa", 2, 1],
        [2, "Tày", 7, 3, 5, "Khơ-me", 3, 0],
    ]
    assert [(len(fit.lines), members(fit)) for fit in fits(wide)] == [(2, ["MEMBERS", "FEMALE"])] * 2


@given(st.permutations(range(4)), st.sets(st.integers(0, 3)), st.booleans())
def test_whatever_goes_or_moves_a_figure_is_that_of_its_own_line(
    order: list[int], gone: set[int], capitals: bool
) -> None:
    people = [PEOPLE[at] for at in order if at not in gone]
    people = [[one[0], str(one[1]).upper() if capitals else one[1], *one[2:]] for one in people]
    codes = dict(zip((str(one[1]).casefold() for one in PEOPLE), ("DT01", "DT02", "DT48", "DT55"), strict=True))
    for fit in fits(rows_of("4", "ĐẢNG VIÊN THEO DÂN TỘC", people)):
        for row, line in fit.lines.items():
            text = fit.grid.text((row, 2)).casefold()
            assert not isinstance(line, PrintedLine) or codes.get(text, line.item) == line.item


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return CATALOGUE


@pytest.fixture(scope="module")
def reference() -> Reference:
    columns = small_reference()["reporting_periods"].columns
    return small_reference(
        reporting_periods=pd.DataFrame([["AA", "2024", "2030-01-20", None]], columns=columns, dtype=object)
    )


def entries(folder: Path, sheets: dict[str, Rows], catalogue: Catalogue, reference: Reference) -> pd.DataFrame:
    book = openpyxl.Workbook()
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    path = folder / "bieu.xlsx"
    book.save(path)
    read = read_files([path], catalogue, reference)
    return normalise_cells(read.cells, read.submissions, catalogue, reference).entries


def test_two_sheets_are_one_list_and_each_value_keeps_its_own_sheet(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    found = entries(tmp_path, {"B4": FOURTH, "B2B": [*ADMITTED[:8], [2, "Tày", 1, 0]]}, catalogue, reference)
    names = found[found["field"] == "GROUP"].set_index("record_no")["value_text"]
    held = {
        (names[row.record_no], row.field): (int(row.value), f"{row.sheet}!{row.cell}")
        for row in found.itertuples()
        if row.state in ("value", "zero") and row.field != "GROUP"
    }
    assert held["DT01", "MEMBERS"] == (40, "B4!C8")
    assert held["DT01", "ADMITTED"] == (3, "B2B!C8")
    assert held["DT02", "ADMITTED_FEMALE"] == (0, "B2B!D9")
    assert sorted(names) == ["DT01", "DT02", "DT48", "DT55", "TG1", "TG7"]
    lacking = found[(found["field"] == "ADMITTED") & (found["record_no"] == names[names == "DT48"].index[0])]
    assert list(lacking["state"]) == ["missing"]  # nobody wrote that none was admitted


def test_a_column_of_something_else_is_not_the_figure_because_it_is_left() -> None:
    probationary = [["TT", "Dân tộc", "Đảng viên dự bị", "Nữ"] if row[:1] == ["TT"] else row for row in FOURTH]
    assert [members(fit) for fit in fits(probationary)] == [["FEMALE"]]


@pytest.mark.parametrize(
    ("head", "is_read"),
    [
        ("Qwr là nữ", True),
        ("Nữ giới", True),
        ("Nữ dân tộc thiểu số", False),
        ("Nữ dưới 30 tuổi", False),
        ("Qwr", False),
    ],
)
def test_women_in_words_beside_unknown_ones_are_read_and_some_of_them_are_not(head: str, is_read: bool) -> None:
    rows = [[*row[:2], "Đảng viên", head] if row[:1] == ["TT"] else row for row in FOURTH]
    (fit,) = fits(rows)
    assert members(fit) == (["MEMBERS", "FEMALE"] if is_read else ["MEMBERS"])
    assert len(fit.by_place) == is_read
    alone = [[*row[:2], "Rst uvw", head] if row[:1] == ["TT"] else row for row in FOURTH]
    assert "FEMALE" not in [one for fit in fits(alone) for one in members(fit)] or is_read


def test_more_women_than_people_are_no_women() -> None:
    rows = [[*row[:3], "Nữ giới"] if row[:1] == ["TT"] else row for row in FOURTH]
    rows = [[*row[:3], row[2] + 1] if row[1:2] == ["Tày"] else row for row in rows]
    assert [members(fit) for fit in fits(rows)] == [["MEMBERS"]]
