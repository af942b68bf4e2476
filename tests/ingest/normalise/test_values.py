"""What a cell's content is worth: examples from real forms, and properties over all numbers and days."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.normalise.values import (
    MISSING,
    Parsed,
    parse_balance,
    parse_code,
    parse_count,
    parse_date,
    parse_flag,
    parse_text,
)
from ingest.privacy import UNQUOTED, quoted

COUNTS = [
    ("text", "6.177", 6177),
    ("text", "1.234.567", 1_234_567),
    ("text", "1,234,567", 1_234_567),
    ("text", "1 234", 1234),
    ("text", "1\u00a0234", 1234),
    ("text", "07", 7),
    ("text", "0", 0),
    ("text", "5,0", 5),
    ("text", "  12 \u200b", 12),
    ("text", "01 đ/c", 1),
    ("text", "5 đồng chí", 5),
    ("text", "5 ĐỒNG CHÍ.", 5),
    ("text", "1.234 đảng viên", 1234),
    ("number", "6177", 6177),
]
NO_COUNTS = [
    ("number", "-1", "1"),
    ("number", "6.177", None),
    ("number", "0.5", None),
    ("number", "1.23456", None),
    ("number", "1e+300", None),
    ("number", "inf", None),
    ("number", "nan", None),
    ("text", "-5", None),
    ("text", "98,82%", None),
    ("text", "1.23", None),
    ("text", "1.2345", None),
    ("text", "1.234,56", None),
    ("text", "1.234,567", None),
    ("text", "12.34.567", None),
    ("text", "năm", None),
    ("text", "5 con", None),
    ("text", "x", None),
    ("text", "3+2", None),
    ("bool", "1", None),
    ("date", "2022-01-05", None),
]


@pytest.mark.parametrize(("kind", "text", "value"), COUNTS)
def test_counts_as_people_write_them(kind: str, text: str, value: int) -> None:
    assert parse_count(kind, text) == Parsed("value" if value else "zero", float(value), str(value))


@pytest.mark.parametrize(("kind", "text", "suggested"), NO_COUNTS)
def test_what_is_no_count_is_refused_and_never_guessed(kind: str, text: str, suggested: str | None) -> None:
    parsed = parse_count(kind, text)
    assert (parsed.state, parsed.value, parsed.finding) == ("unreadable", None, "not_a_count")
    assert parsed.suggested == suggested


@pytest.mark.parametrize(("text", "digits"), [("l2", "12"), ("1O", "10"), ("2o5", "205"), (" I7 ", "17")])
def test_letters_among_digits_are_shown_told_and_never_guessed(text: str, digits: str) -> None:
    """A clerk saw l2 in the cell and was told of three dots."""
    parsed = parse_count("text", text)
    assert (parsed.state, parsed.value, parsed.finding) == ("unreadable", None, "letters_in_count")
    assert parsed.suggested == digits
    assert quoted(text) == text


@pytest.mark.parametrize("text", ["lo", "Bo", "l", "Olo1", "An 2", "B12345678", "lO5|Z", "0123456l", "SN1990"])
def test_what_may_be_more_than_a_number_with_a_letter_is_not_quoted(text: str) -> None:
    assert parse_count("text", text).finding == "not_a_count"
    assert quoted(text) == UNQUOTED


@given(st.integers(1, 999_999), st.sampled_from(["-{}", "−{}", "({})", "( {} )", " -{} "]))
def test_a_balance_survives_every_way_of_writing_less_than_nothing(number: int, written: str) -> None:
    assert parse_balance("text", written.format(number)).value == -number
    assert parse_balance("text", str(number)).value == parse_balance("number", str(number)).value == number
    assert parse_balance("number", str(-number)).value == -number


@pytest.mark.parametrize("text", ["(-3)", "--3", "-x", "(x)", "3-", "-1.5"])
def test_what_is_no_balance_is_refused(text: str) -> None:
    assert parse_balance("text", text).state == "unreadable"


@pytest.mark.parametrize("mark", ["-", "–", "…", "...", " ", "\u00a0", "/"])
def test_marks_for_nothing_are_missing_and_not_zero(mark: str) -> None:
    assert parse_count("text", mark) == parse_text("text", mark) == parse_date("text", mark) == MISSING
    assert parse_code("text", mark, {"": "WRONG"}) == MISSING


@pytest.mark.parametrize("parse", [parse_count, parse_date, parse_text, lambda *cell: parse_code(*cell, {})])
def test_error_cells_and_formulas_without_value_are_never_empty(parse) -> None:
    assert parse("error", "#N/A").finding == "error_cell"
    assert parse("no_cache", "").finding == "formula_without_value"


@given(st.integers(0, 10**11), st.sampled_from([".", ",", " ", ""]), st.sampled_from(["", " đ/c", " người", "  "]))
def test_a_count_survives_every_way_of_grouping_it(number: int, sign: str, unit: str) -> None:
    text = f"{number:,}".replace(",", sign) + unit
    assert parse_count("text", text).value == number


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_a_number_cell_is_read_as_it_stands_or_refused(number: float) -> None:
    parsed = parse_count("number", repr(number))
    assert parsed.value is None or abs(parsed.value - number) <= max(1e-9, number * 1e-14)
    assert (parsed.value is None) == (parsed.state == "unreadable")


@given(st.text(max_size=40))
def test_any_text_gives_exactly_one_answer(text: str) -> None:
    for parsed in (parse_count("text", text), parse_date("text", text), parse_text("text", text)):
        assert parsed.state in {"value", "zero", "missing", "unreadable"}
        assert (parsed.finding is not None) == (parsed.state == "unreadable")


@given(st.dates(dt.date(1930, 1, 1), dt.date(2099, 12, 31)), st.sampled_from("/-."))
def test_a_day_survives_every_way_of_writing_it(day: dt.date, sign: str) -> None:
    serial = (day - dt.date(1899, 12, 30)).days
    for kind, text in [
        ("text", f"{day.day:02}{sign}{day.month:02}{sign}{day.year}"),
        ("text", f"{day.day}{sign}{day.month}{sign}{day.year}"),
        ("text", f"ngày {day.day} tháng {day.month} năm {day.year}"),
        ("date", day.isoformat()),
        ("date", f"{day.isoformat()}T07:30:00"),
        ("number", str(serial)),
    ]:
        assert parse_date(kind, text) == Parsed("value", text=day.isoformat())


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("text", "31/02/2022"),
        ("text", "15/13/2022"),
        ("text", "15/3/22"),
        ("text", "3/2022"),
        ("text", "2022"),
        ("text", "01/01/0022"),
        ("number", "0.25"),
        ("number", "9999999"),
        ("number", "-3"),
        ("number", "2022"),
    ],
)
def test_impossible_and_ambiguous_days_are_refused(kind: str, text: str) -> None:
    assert parse_date(kind, text).finding == "not_a_date"


def test_codes_by_code_label_and_alias_whatever_their_spelling() -> None:
    codes = {"khiển trách": "KT", "kt": "KT", "x": "CO"}
    for text in ("KT", "kt", " Khiển  trách. ", "Khiê\u0309n tra\u0301ch", "KHIỂN TRÁCH"):
        assert parse_code("text", text, codes).text == "KT"
    assert parse_code("text", "Khien trach", codes).finding == "unknown_code"


def test_flags_are_one_and_zero() -> None:
    codes = {"x": "CO", "1": "CO", "không": "KHONG"}
    assert parse_flag("text", "X", codes) == Parsed("value", 1.0, "CO")
    assert parse_flag("bool", "1", codes) == Parsed("value", 1.0, "CO")
    assert parse_flag("text", "Không", codes) == Parsed("zero", 0.0, "KHONG")
    assert parse_flag("text", "có lẽ", codes).state == "unreadable"


@pytest.mark.parametrize("number", ["012345678", "001234567890", "0912345678", "số 012345678 cấp năm 2010"])
def test_personal_numbers_are_refused_in_texts(number: str) -> None:
    assert parse_text("text", number).finding == "identity_value"
    assert parse_text("text", number, {number}).state == "value"


def test_case_numbers_are_no_personal_numbers() -> None:
    assert parse_text("text", "12-QĐ/ĐU ngày 05/03/2022") == Parsed("value", text="12-QĐ/ĐU ngày 05/03/2022")
