"""A1 addresses count from 1 and go back to the numbers they came from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter.utility import xl_col_to_name

from ingest.addresses import a1_address, column_letters, column_number


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
