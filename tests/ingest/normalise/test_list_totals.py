"""A total that a sender wrote into a list agrees with the rows that were read, or is told at its cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbook_rows import PERIOD, Sheets, random_content, submissions_of

from ingest.normalise import normalise_cells

TRANSFERS = "Chuyển sinh hoạt"
CASES = "DS kỷ luật"
CASE = ["Đảng viên chính thức", "Khiển trách", "Chi bộ", "Thiếu trách nhiệm", "Không", "05/03/2022", "Đã quyết định"]
Told = list[tuple[str, str, str]]


@pytest.fixture(scope="module")
def told(catalogue, reference, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, list[list[Any]]], Told]:
    """Cell, observed and expected of what is said of rows below a heading; the first of them is row 1."""
    blank = Sheets.of(random_content(7, catalogue, reference), catalogue, reference, tmp_path_factory.mktemp("s"))
    headings = {TRANSFERS: "Chiều", CASES: "Số hiệu vụ việc"}

    def said(sheet: str, rows: list[list[Any]]) -> Told:
        sheets = Sheets({name: dict(cells) for name, cells in blank.cells.items()})
        header, first = sheets.find(sheet, headings[sheet])
        for place in [place for place in sheets.cells[sheet] if place[0] > header]:
            del sheets.cells[sheet][place]
        for row, record in enumerate(rows, header + 1):
            for column, value in enumerate(record, first):
                if value is not None:
                    sheets.cells[sheet][row, column] = value
        findings = normalise_cells(sheets.frame(), submissions_of("f", period=PERIOD), catalogue, reference).findings
        findings = findings[findings["rule_id"] == "list_total_differs"]
        assert set(findings["severity"]) <= {"soft"}
        cells = findings["cell"].str.replace(r"\d+", lambda found: str(int(found[0]) - header), regex=True)
        return list(zip(cells, findings["observed"], findings["expected"], strict=True))

    return said


def moved(*members: int) -> list[list[Any]]:
    return [["Chuyển đến", "Ngoài tỉnh", None, number] for number in members]


def total(number: object) -> list[Any]:
    return ["Tổng cộng", None, None, number]


@pytest.mark.parametrize(
    ("rows", "differs"),
    [
        ([*moved(2, 3), total(5)], []),
        ([*moved(2, 3), total("5")], []),
        ([*moved(2, 3), total(7)], [("E3", "7", "5")]),
        ([total(5), *moved(2, 3)], []),
        ([total(6), *moved(2, 3)], [("E1", "6", "5")]),
        ([*moved(2, 3), total(5), *moved(4), total(4), total(9)], []),
        ([*moved(2, 3), total(5), *moved(4), total(9)], []),
        ([*moved(2, 3), total(5), *moved(4), total(8)], [("E5", "8", "9")]),
        ([total(3)], [("E1", "3", "0")]),
        ([total(0)], []),
        ([*moved(2), ["Chuyển đến", "Ngoài tỉnh", None, "hai"], total(5)], []),
    ],
)
def test_a_total_below_a_column_of_numbers_is_their_sum(told, rows: list[list[Any]], differs: Told) -> None:
    assert told(TRANSFERS, rows) == differs


@pytest.mark.parametrize(
    ("last", "differs"),
    [
        (["Tổng cộng", None, None, None, 2], []),
        (["Tổng cộng", None, None, None, 3], [("F3", "3", "2")]),
        (["Tổng cộng: 02 trường hợp"], []),
        (["Tổng cộng: 04 trường hợp"], [("B3", "Tổng cộng: 04 trường hợp", "2")]),
        (["Tổng cộng"], []),
        (["Tổng cộng", 1, 1], []),
        (["Tổng số 2 vụ, 3 đảng viên"], []),
        (["Tổng cộng năm 2025"], []),
        (["Tổng cộng 6 tháng đầu năm"], []),
        (["Tổng cộng: 6 tháng"], []),
        (["Tổng cộng: 15.000.000 đồng"], []),
        (["Tổng cộng", *[None] * 8, 15_000_000], []),
    ],
)
def test_elsewhere_it_is_the_number_of_rows(told, last: list[Any], differs: Told) -> None:
    assert told(CASES, [["1-QĐ", *CASE], ["2-QĐ", *CASE], last]) == differs


@pytest.mark.long
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(blocks=st.lists(st.lists(st.integers(0, 40), min_size=1, max_size=4), min_size=1, max_size=4), wrong=st.data())
def test_totals_of_blocks_and_of_all_are_right_and_one_that_is_neither_is_told(told, blocks, wrong) -> None:
    rows = [row for block in blocks for row in (*moved(*block), total(sum(block)))]
    everything = sum(map(sum, blocks))
    assert told(TRANSFERS, [*rows, total(everything)]) == []
    other = wrong.draw(st.integers(0, 10 * everything + 5).filter(lambda number: number != everything))
    assert told(TRANSFERS, [*rows, total(other)]) == [(f"E{len(rows) + 1}", str(other), str(everything))]
