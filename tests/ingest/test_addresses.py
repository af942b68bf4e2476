"""A1 addresses count from 1 and go back to the numbers they came from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter.utility import xl_col_to_name

from ingest.addresses import a1_address, column_letters, column_number, without_spans_of_one


@given(st.integers(1, 16_384))
def test_letters_are_those_that_the_writer_of_workbooks_gives(column_no: int) -> None:
    assert column_letters(column_no) == xl_col_to_name(column_no - 1)
    assert column_letters(0) == ""


@given(st.integers(1, 16_384))
def test_letters_and_number_of_a_column_are_one(column_no: int) -> None:
    assert column_number(column_letters(column_no)) == column_no


@pytest.mark.parametrize(
    ("row_no", "column_no", "address"), [(12, 4, "D12"), (1, 26, "Z1"), (1_048_576, 16_384, "XFD1048576")]
)
def test_an_address_names_row_and_column(row_no: int, column_no: int, address: str) -> None:
    assert a1_address(row_no, column_no) == address


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Chuyển sinh hoạt!E8:E8 (60 %)", "Chuyển sinh hoạt!E8 (60 %)"),
        ("Học tập!C3:C3; Học tập!C3:C33", "Học tập!C3; Học tập!C3:C33"),
        ("Biểu số 6A-6E!AB12:AB12=4", "Biểu số 6A-6E!AB12=4"),
        ("Biểu 1!C8:D8", "Biểu 1!C8:D8"),
    ],
)
def test_a_range_of_one_cell_is_told_as_that_cell(text: str, told: str) -> None:
    assert without_spans_of_one(text) == told
