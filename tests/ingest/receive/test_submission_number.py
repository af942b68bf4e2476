"""The number of a submission as clerks write it."""

from __future__ import annotations

import unicodedata

import pytest

from ingest.receive.submission_number import submission_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2", 2),
        ("02", 2),
        ("Lần 2", 2),
        ("lần thứ 2", 2),
        ("LẦN THỨ HAI", 2),
        ("lan 3", 3),
        ("Lần đầu", 1),
        ("thứ nhất", 1),
        ("II", 2),
        ("Lần III", 3),
        ("2 (bổ sung)", 2),
        ("Lần 2 - gửi lại", 2),
        ("số 4", 4),
        ("lần thứ\n hai", 2),
        ("Lần 2/2026", None),
        ("lần 1, 2", None),
        ("Lần 1,5", None),
        ("-2", None),
        ("Lần -2", None),
        ("0", None),
        ("Lần 0", None),
        ("Lần 1000", None),
        ("2026H1", None),
        ("50 %", None),
        ("Lần này", None),
        ("cuối cùng", None),
        ("", None),
        ("?", None),
    ],
)
def test_one_number_is_read_whatever_words_stand_around_it(text: str, number: int | None) -> None:
    assert submission_number("text", text) == number
    assert submission_number("text", unicodedata.normalize("NFD", text)) == number


def test_a_stored_number_is_that_number() -> None:
    assert submission_number("number", "2") == 2
    assert submission_number("number", "2.0") == 2
    assert submission_number("number", "1000") is None
