"""What a format shows of a number, and whether a reader of the sheet meets the number that is stored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.reading.number_formats import (
    dressed_text,
    is_day,
    is_ordinary_day,
    number_shown,
    shown_otherwise,
    shows_whole_day,
    text_shown_otherwise,
)

ACCOUNTING = '_(* #,##0_);_(* (#,##0);_(* "-"??_);_(@_)'

READ_ALIKE = [
    (45, "General"),
    (45, "00000"),
    (45, "0.00"),
    (45, '#,##0 "đảng viên"'),
    (45, 'General" đ/c"'),
    (12345, '0"."000'),
    (150_000_000, "#,##0 [$₫-42A]"),
    (150_000_000, "0.00E+00"),
    (150_000_000, "##0.0E+0"),
    (12, "# ?/?"),
    (1234, "[$-42A]#,##0"),
    (1234, "[Red][$-42A]#,##0"),
    (1234, '_-[$₫-42A]* #,##0_-;-[$₫-42A]* #,##0_-;_-[$₫-42A]* "-"??_-;_-@_-'),
    (0, '_-[$₫-42A]* #,##0_-;-[$₫-42A]* #,##0_-;_-[$₫-42A]* "-"??_-;_-@_-'),
    (0, ACCOUNTING),
    (0, "0;-0;;@"),
    (0, "#"),
    (-5, "#,##0_);(#,##0)"),
    (2.9999999999999996, "0"),
    (5, '[>100]"nhiều";0'),
]
READ_OTHERWISE = [
    (1, "0%", "100%"),
    (45, '0"0"', "450"),
    (83, '"1"00', "183"),
    (45, '0" nghìn"', "45 nghìn"),
    (45_000, "0,", "45"),
    (1_234_567, "#,##0.0,,", "1.2"),
    (123_456_789, "0.00E+00", "1.23E+08"),
    (5, ";;;", "(trống)"),
    (-5, "0;0", "5"),
    (500, '[>100]"nhiều";0', "nhiều"),
    (45.4, "0", "45"),
    (45, '0"¹"', "45¹"),
    (2, "?/?", "2/1"),
    (3, "0/8", "24/8"),
    (7, '"5"# ?/?', "5 7"),
    (999, "# ?/?\\0", "0 999"),
    (45, "0\\,000", "0,045"),
    (45, "00\\.000", "00.045"),
    (1_234_567, "# ##0", "1234 567"),
    (0, '"1"0E+0', "10E+00"),
    (2, "[$₫-42A]0E+0", "₫2E+00"),
    (4908, "[$₫-42A]# ?/?", "₫ 4908"),
    (45, '"₫"[$-42A]#,##0', "₫45"),
    (0, '"."0E+0"1"', ".0E+001"),
    (0, "[<>5]0E+0_-", "0E+00"),
    (6641, '[<>5]"000"#,##0', "0006641"),
    (79, "[$₫-42A]+0", "₫+79"),
    (45, '0" người" [$₫-42A]', "45 người ₫"),
    (0, "d/m/yyyy;d/m/yyyy;", "(trống)"),
    (0, '"."0E+0', ".0E+00"),
    (0, '# ?/?" người"', "người 0"),
]


@pytest.mark.parametrize(("number", "code"), READ_ALIKE)
def test_formats_that_keep_the_number(number: float, code: str) -> None:
    assert shown_otherwise(number, code) is None


@pytest.mark.parametrize(("number", "code", "shown"), READ_OTHERWISE)
def test_formats_that_show_another_number(number: float, code: str, shown: str) -> None:
    assert shown_otherwise(number, code) == shown


@given(st.integers(0, 10**11), st.sampled_from(["0", "#,##0", "General", "@", "0.00", "[Red]0", "0_)", '0" đ/c"']))
def test_a_whole_number_is_read_alike_under_every_ordinary_format(number: int, code: str) -> None:
    assert shown_otherwise(number, code) is None


@given(st.integers(0, 10**9), st.sampled_from("0123456789"), st.booleans())
def test_a_digit_written_by_the_format_is_never_taken_for_one_of_the_number(
    number: int, digit: str, before: bool
) -> None:
    assert shown_otherwise(number, f'"{digit}"0' if before else f'0"{digit}"') is not None


@given(st.text(max_size=30), st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_any_code_answers(code: str, number: float) -> None:
    assert isinstance(number_shown(number, code), str)


def test_texts_and_days_under_formats() -> None:
    assert text_shown_otherwise("5", '@" nghìn"') == "5 nghìn"
    assert text_shown_otherwise("5", '0;0;0;"x"') == "x"
    assert text_shown_otherwise("5", "@") is text_shown_otherwise("5", ACCOUNTING) is None
    assert is_day("dd/mm/yyyy")
    assert not is_day('0" đ/c"')
    assert shows_whole_day("[$-42A]dd mmmm yyyy;@")
    assert not shows_whole_day("mm/yyyy")


def test_a_day_whose_month_stands_first_is_not_shown_as_it_is_read_here() -> None:
    assert shows_whole_day("dd/mm/yyyy")
    assert shows_whole_day("yyyy-mm-dd")
    assert shows_whole_day("mmm d, yyyy")
    assert not shows_whole_day("mm/dd/yyyy")
    assert not shows_whole_day("[>=1000]d/m/yyyy;0")
    assert is_ordinary_day("[$-42A]dd\\-mm\\-yyyy;@")
    assert not is_ordinary_day('[>=1000]"*"d/m/yyyy')


def test_what_stands_around_a_number_is_told_for_cells_that_ask_for_words() -> None:
    assert dressed_text(15, "000") == "015"
    assert dressed_text(40, '0" năm"') == "40 năm"
    assert dressed_text(40, "#,##0") is dressed_text(40, "General") is None
