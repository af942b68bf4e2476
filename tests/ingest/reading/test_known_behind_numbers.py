"""What lands behind an ordinal or the number of a form, and what does not."""

from __future__ import annotations

import pytest

from ingest.catalogue import load_catalogue
from ingest.identity_headers import asks_for_person
from ingest.reading.known import KnownTexts

KNOWN = KnownTexts(keys=frozenset({"kinh", "hà nhì", "đảng viên chia theo dân tộc"}))


@pytest.mark.parametrize(
    ("text", "lands"),
    [
        ("1) Kinh", True),
        ("35. HÀ NHÌ", True),
        ("35. Hà Văn Nhì", False),
        ("Biểu số 6B-BTCTW", True),
        ("BIỂU 2B", True),
        ("Biểu số 4-BTCTW. ĐẢNG VIÊN CHIA THEO DÂN TỘC", True),
        ("Biểu số 4-BTCTW. Nguyễn Văn An", False),
        ("Biểu 4 Nguyễn Văn An", False),
        ("Biểu 4A", True),
        ("Biểu 4An", False),
    ],
)
def test_a_number_takes_nothing_from_what_is_known_and_adds_nothing_to_what_is_not(text: str, lands: bool) -> None:
    assert (KNOWN.landed(text) == text) is lands


@pytest.mark.parametrize(
    ("key", "asks"),
    [("nơi sinh", True), ("ngày sinh, nơi sinh", True), ("nơi sinh hoạt", False), ("ngày sinh hoạt", False)],
)
def test_where_somebodys_cell_meets_is_not_where_he_was_born(key: str, asks: bool) -> None:
    assert asks_for_person(key) is asks


CASES = KnownTexts(patterns=(load_catalogue().by_name["discipline_cases"].fields["CASE_NO"].pattern or "",))


@pytest.mark.parametrize(
    ("text", "landed"),
    [
        ("12-QĐ/UBKT (đề nghị kỳ trước)", "12-QĐ/UBKT •••"),
        ("Số 15-TB/UBKT chuyển từ kỳ trước", "Số 15-TB/UBKT •••"),
        ("12-QĐ/UBKT", "12-QĐ/UBKT"),
        ("12-QĐ/UBKT Trần Thị Bình", None),
        ("12 Trần", None),
        ("Vụ anh Hùng", None),
        ("12/3/2026 họp", None),
    ],
)
def test_of_words_behind_the_number_of_a_decision_nothing_stays(text: str, landed: str | None) -> None:
    assert CASES.landed(text) == landed
