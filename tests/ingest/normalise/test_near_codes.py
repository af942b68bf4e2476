"""A text that is no code: which one it is most likely meant to be, or that nobody can say."""

from __future__ import annotations

import pytest

from ingest.catalogue import load_catalogue
from ingest.labels import label_key
from ingest.normalise.contents import CodeWords, Content, near_code, read

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


NUMBER = load_catalogue().by_name["discipline_cases"].fields["CASE_NO"].pattern


@pytest.mark.parametrize(
    ("text", "marks", "finding", "suggested"),
    [
        ("12-QĐ/UBKT •••", None, "not_of_its_pattern", "12-QĐ/UBKT"),
        ("•••", None, "not_of_its_pattern", None),
        ("•••", "personal", "identity_value", None),
        ("vụ 012345678901", None, "identity_value", None),
        ("12-QĐ/UBKT", None, None, None),
    ],
)
def test_only_what_looks_like_a_persons_is_called_so(
    text: str, marks: str | None, finding: str | None, suggested: str | None
) -> None:
    """ "12-QĐ/UBKT (đề nghị kỳ trước)" was told to be a name, a birthday or a telephone number."""
    said = read(Content("text", None, NUMBER, "2026H1", "text", text, None, marks), CodeWords()).parsed
    assert (said.finding, said.suggested) == (finding, suggested)
