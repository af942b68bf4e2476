"""Names as people shorten them are the name's, and what leaves a word out or adds one is not."""

from __future__ import annotations

import pandas as pd
import pytest
from workbook_rows import small_reference

from ingest.rosters import Rosters
from ingest.short_names import is_short_for

NAMES = {
    "AA-1": "Đảng bộ Sở Nông nghiệp và Môi trường",
    "AA-2": "Đảng bộ Công ty TNHH MTV Xổ số Hoa Phượng",
    "AA-3": "Chi bộ Trung tâm Khuyến nông",
}


@pytest.mark.parametrize(
    ("text", "name", "is_it"),
    [
        ("Sở NN&MT", NAMES["AA-1"], True),
        ("ĐB Sở NN và MT", NAMES["AA-1"], True),
        ("Đ/b Sở Nông nghiệp & Môi trường", NAMES["AA-1"], True),
        ("Đảng ủy Sở Nông nghiệp và Môi trường", NAMES["AA-1"], True),
        ("SO NONG NGHIEP VA MOI TRUONG", NAMES["AA-1"], True),
        ("Chi bộ Sở Nông nghiệp và Môi trường", NAMES["AA-1"], False),
        ("Đảng bộ bộ phận Sở Nông nghiệp và Môi trường", NAMES["AA-1"], False),
        ("Sở Nông nghiệp", NAMES["AA-1"], False),
        ("Sở NN&MT tỉnh", NAMES["AA-1"], False),
        ("Số NN&MT", NAMES["AA-1"], False),
        ("SNNMT", NAMES["AA-1"], False),
        ("Cty TNHH MTV XS Hoa Phượng", NAMES["AA-2"], True),
        ("Công ty trách nhiệm hữu hạn một thành viên xổ số Hoa Phượng", NAMES["AA-2"], True),
        ("CB TT Khuyến nông", NAMES["AA-3"], True),
        ("TTKN", NAMES["AA-3"], False),
        ("TT", "Chi bộ Thư tín", False),
        ("Cơ quan", "Chi bộ Cơ quan", False),
        ("1", "Chi bộ 1", False),
        ("Văn phòng", "Chi bộ Văn phòng", False),
        ("UBND xã Hòa Bình", "Đảng bộ Ủy ban nhân dân xã Hoà Bình (giả định)", True),
    ],
)
def test_a_short_name_has_every_word_and_one_of_them_whole(text: str, name: str, is_it: bool) -> None:
    assert is_short_for(text, name) is is_it


@pytest.fixture(scope="module")
def rosters() -> Rosters:
    organizations = small_reference()["organizations"]
    named = organizations["organization_code"].map(NAMES).fillna(organizations["name"])
    return Rosters(small_reference(organizations=organizations.assign(name=named)))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12 - Sở NN&MT", "AA-1"),
        ("III. TT Khuyến nông", "AA-3"),
        ("AA-1 - Sở Nông nghiệp và Môi trường", "AA-1"),
        ("AA-1 Sở NN&MT", "AA-1"),
        ("AA-3 Sở NN&MT", None),
        ("AA-1 đã gửi lại", None),
        ("Tổ Sở NN&MT", None),
    ],
)
def test_a_code_or_an_ordinal_may_stand_before_the_name_and_a_code_of_another_is_neither(
    text: str, code: str | None, rosters: Rosters
) -> None:
    assert rosters.named(text, "2022-06-30", ("AA",)) == code
    assert rosters.named(text, "2022-06-30") is None


def test_a_short_name_that_two_may_have_is_nobodys() -> None:
    organizations = small_reference()["organizations"]
    names = {"AA-1": "Đảng bộ Trường Hoa Mai", "AA-2": "Chi bộ Trường Hoa Mai"}
    named = organizations["organization_code"].map(names).fillna(organizations["name"])
    rosters = Rosters(small_reference(organizations=organizations.assign(name=named)))
    assert rosters.named("Trường Hoa Mai", "2022-06-30", ("AA",)) is None
    assert rosters.named("CB Trường HM", "2022-06-30", ("AA",)) == "AA-2"


@pytest.mark.parametrize(
    ("text", "codes"), [("Tháng 12 năm 2022", set()), ("Quý IV năm 2022", set()), ("Năm 2022", {"2022"})]
)
def test_a_month_or_a_quarter_is_not_its_year(text: str, codes: set[str]) -> None:
    reporting = small_reference()["reporting_periods"]
    year = reporting.iloc[:1].assign(period_code="2022")
    known = Rosters(small_reference(reporting_periods=pd.concat([reporting, year], ignore_index=True)))
    assert known.periods_called(text) == codes
