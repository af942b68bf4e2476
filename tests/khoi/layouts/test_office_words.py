"""What an office's own words for codes are proposed as, and what they are never proposed as."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ingest.labels import without_accents
from khoi.layouts.office_words import meant_by

FORMS = {"khiển trách": "KT", "cảnh cáo": "CC", "cách chức": "CACH", "khai trừ": "KTR", "kt": "KT"}
PLACES = {
    "tỉnh khác": "OTHER",
    "đảng bộ khác trong tỉnh": "SAME",
    "trong cùng đảng bộ cấp trên": "OWN",
    "ngoài nước": "ABROAD",
}
BADGES = {"huy hiệu 30 năm tuổi đảng": "N30", "huy hiệu 40 năm tuổi đảng": "N40"}
PEOPLE = {"đảng viên chính thức": "DV", "đảng viên": "DV", "đảng viên dự bị": "DVDB", "tổ chức đảng": "TCD"}
DECIDERS = {"đảng ủy cơ sở": "BASE", "ủy ban kiểm tra đảng ủy cơ sở": "AUDIT", "chi bộ": "CELL"}


@pytest.mark.parametrize(
    ("keys", "text", "code"),
    [
        (FORMS, "Kỷ luật khiển trách", "KT"),
        (FORMS, "Bị cảnh cáo", "CC"),
        (FORMS, "Khiển trách và cảnh cáo", None),
        (FORMS, "Không khai trừ", None),
        (FORMS, "Kiểm tra", None),
        (FORMS, "Sinh con thứ ba", None),
        (PLACES, "Cùng tỉnh", None),
        (PLACES, "Khác trong tỉnh", None),
        (PLACES, "Đảng bộ trong tỉnh", "SAME"),
        (PLACES, "Ngoài tỉnh", None),
        (BADGES, "30 năm", "N30"),
        (BADGES, "Huy hiệu", None),
        (BADGES, "50 năm", None),
        (PEOPLE, "Đảng viên nữ", None),
        (PEOPLE, "đảng viên DB", "DVDB"),
        (PEOPLE, "đảng viên XK", None),
        (FORMS, "K.trách", "KT"),
        (FORMS, "C.cáo", "CC"),
        (FORMS, "K.T", None),
        (FORMS, "C/c", None),
        (FORMS, "K", None),
        (DECIDERS, "UBKT ĐUCS", "AUDIT"),
        (DECIDERS, "Đảng ủy CS", "BASE"),
        (DECIDERS, "CS", None),
        (PEOPLE, "Bị cảnh cáo", None),
        (PEOPLE, "Dự bị", "DVDB"),
        (PEOPLE, "Đảng viên thuộc tổ chức đảng", None),
    ],
)
def test_words_mean_a_code_only_where_they_leave_one(keys: dict[str, str], text: str, code: str | None) -> None:
    assert meant_by(text, keys, "Hình thức kỷ luật") == code


@given(
    st.sampled_from([FORMS, PLACES, BADGES, PEOPLE]),
    st.data(),
    st.text("bdghklmnpqrstvx", min_size=2, max_size=6),
    st.booleans(),
)
def test_a_word_that_nobody_knows_beside_a_name_leaves_it_open(
    keys: dict[str, str], data: st.DataObject, unknown: str, before: bool
) -> None:
    """It may be what tells the thing from the one whose name stands there: "đảng viên DB" is no full member."""
    name = data.draw(st.sampled_from(sorted(keys)))
    others = [other for other in keys if other != name]
    assume(not any(unknown in "".join(word[0] for word in other.split()) for other in map(without_accents, others)))
    assert meant_by(f"{unknown} {name}" if before else f"{name} {unknown}", keys, "Hình thức kỷ luật") is None
