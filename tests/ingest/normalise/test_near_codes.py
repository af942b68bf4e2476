"""A text that is no code: which one it is most likely meant to be, or that nobody can say."""

from __future__ import annotations

import pytest

from ingest.labels import label_key
from ingest.normalise.contents import near_code

KEYS = {
    label_key(label): code
    for label, code in {
        "Khiển trách": "KT",
        "Cảnh cáo": "CC",
        "Cách chức": "CH",
        "Khai trừ": "KTR",
        "Huy hiệu 30 năm": "30",
        "Huy hiệu 40 năm": "40",
        "Hoàn thành tốt": "HTT",
        "Hoàn thành": "HT",
    }.items()
}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Khien trach", "KT"),  # without accents
        ("CANH CAO", "CC"),
        ("30 năm", "30"),  # some of its words, a number among them
        ("huy hiệu", None),  # of two
        ("Hoàn thành tốt rồi", "HTT"),  # a word more than one
        ("Khiển tráchh", "KT"),  # few letters
        ("Đình chỉ sinh hoạt", None),
        ("", None),
    ],
)
def test_a_text_is_near_one_code_or_none(text: str, code: str | None) -> None:
    assert near_code(text, KEYS) == code


def test_of_two_codes_of_one_spelling_neither_is_meant() -> None:
    assert near_code("canh cao", {"cảnh cáo": "A", "cánh cao": "B"}) is None
