"""Numbers and days as people write them."""

from __future__ import annotations

import datetime as dt

import pytest

from ingest.numerals import day_vi, number_en, number_vi


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [(6177, "6.177", "6,177"), (98.8177, "98,82", "98.82"), (None, "", ""), (-0.5, "-0,50", "-0.50"), (2.0, "2", "2")],
)
def test_numbers_are_written_the_vietnamese_way_and_the_english_way(
    value: float | None, vietnamese: str, english: str
) -> None:
    assert (number_vi(value), number_en(value)) == (vietnamese, english)


def test_a_day_is_written_day_first_whether_it_is_a_date_or_its_iso_text() -> None:
    assert day_vi(dt.date(2024, 6, 30)) == day_vi("2024-06-30") == "30/06/2024"
