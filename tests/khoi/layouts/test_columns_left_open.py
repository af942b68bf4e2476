"""What stays open of a list is looked at once more: the one field left, or no field of the list at all."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence

import pytest
from workbook_rows import small_reference

from ingest.catalogue import load_catalogue
from ingest.normalise.expected import valid_codes
from ingest.rosters import Rosters
from khoi.layouts.field_likeness import FieldLikeness
from khoi.layouts.what_is_left import WhatIsLeft

CASES = "discipline_cases"
NUMBERS = ["12-QĐ/UBKT", "13-QĐ/UBKT", "14-QĐ/UBKT"]
FORMS = ["Khiển trách", "Cảnh cáo", "Cảnh cáo"]
PROSE = ["đã nộp bản kiểm điểm", "nhận khuyết điểm trước chi bộ", "có đơn xin xem xét"]


def _form(name: str) -> FieldLikeness:
    day = dt.date(2022, 6, 30)
    found = next(one for one in load_catalogue().form_set(day, "H1", "organization").forms if one[0].form == name)
    return FieldLikeness(*found, valid_codes(["2022H1"], small_reference())["2022H1"])


@pytest.fixture(scope="module")
def form() -> FieldLikeness:
    return _form(CASES)


@pytest.fixture(scope="module")
def transfers() -> FieldLikeness:
    return _form("transfers")


def left(form: FieldLikeness, columns: Mapping[str, Sequence[str]], names: Sequence[str]) -> WhatIsLeft:
    """``columns``: heading -> texts; ``names``: the fields that no column is."""
    content = {at: [("text", text) for text in texts] for at, texts in enumerate(columns.values())}
    likes = {(at, name): form.of([head], content[at], name) for at, head in enumerate(columns) for name in names}
    return WhatIsLeft(form, content, names, likes, dict(enumerate(columns)))


def test_the_one_field_left_of_which_a_word_and_the_contents_speak_is_the_columns(form: FieldLikeness) -> None:
    assert left(form, {"Số văn bản": NUMBERS}, ["CASE_NO", "SUBJECT"]).field(0) == "CASE_NO"
    assert left(form, {"Văn bản": NUMBERS}, ["CASE_NO", "SUBJECT"]).field(0) is None


def test_contents_of_another_kind_are_not_the_field(form: FieldLikeness) -> None:
    assert left(form, {"Số văn bản": PROSE}, ["CASE_NO"]).field(0) is None


def test_a_column_that_could_be_two_fields_and_a_field_that_could_be_two_columns_stay_open(form: FieldLikeness) -> None:
    both = left(form, {"Số văn bản": NUMBERS, "Số tờ trình": NUMBERS}, ["CASE_NO"])
    assert (both.field(0), both.field(1)) == (None, None)
    own = ["bị nhắc nhở", *FORMS]
    assert left(form, {"Mức xử lý kỷ luật": own}, ["DISCIPLINE_FORM", "DISCIPLINE_LEVEL"]).field(0) is None


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"Kết quả": FORMS}, "DISCIPLINE_FORM"),
        ({"Kết quả": FORMS, "Kết quả đã đề nghị": FORMS}, None),
        ({"Kết quả trước đây": FORMS}, None),
        ({"Kết quả": FORMS[:2]}, None),
        ({"Kết quả": ["Cảnh cáo"] * 3}, None),
        ({"Kết quả": [*FORMS, "phê bình"]}, None),
    ],
)
def test_several_codes_of_one_list_alone_tell_the_only_column_in_which_they_stand(
    columns: dict[str, list[str]], told: str | None, form: FieldLikeness
) -> None:
    assert left(form, columns, ["DISCIPLINE_FORM", "DISCIPLINE_LEVEL"]).field(0) == told


@pytest.mark.parametrize(
    ("heading", "told"),
    [
        ("Quyết định, ngày", "DECIDED_ON"),
        ("Ngày", None),
        ("Ngày vi phạm", None),
        ("Ngày vào Đảng", None),
        ("Ngày nộp quyết định", None),
    ],
)
def test_the_only_days_are_the_only_field_of_days_where_the_heading_says_what_and_nothing_foreign(
    heading: str, told: str | None, form: FieldLikeness
) -> None:
    days = ["01/03/2022", "02/03/2022"]
    assert left(form, {heading: days}, ["DECIDED_ON", "SUBJECT"]).field(0) == told
    assert left(form, {heading: days, "Ngày họp": days}, ["DECIDED_ON"]).field(0) is None


def test_an_empty_column_that_is_headed_so_keeps_the_field_open(form: FieldLikeness) -> None:
    both = left(form, {"Số văn bản": NUMBERS, "Số vụ": []}, ["CASE_NO"])
    assert both.field(0) is None


def test_days_and_yes_or_no_are_of_anything(form: FieldLikeness) -> None:
    assert left(form, {"Ngày nộp": ["01/03/2022", "02/03/2022"]}, ["DECIDED_ON"]).field(0) is None
    assert left(form, {"Cấp ủy họp": ["Có", "Không", "Có"]}, ["COMMITTEE_MEMBER"]).field(0) is None


def test_codes_in_an_offices_own_words_are_told_where_the_heading_nearly_is_the_fields(form: FieldLikeness) -> None:
    own = ["Khiển trách", "bị nhắc nhở", "kỷ luật nặng", "phê bình"]
    assert left(form, {"Hình thức đã kỷ luật rồi": own}, ["DISCIPLINE_FORM"]).field(0) == "DISCIPLINE_FORM"
    assert left(form, {"Hình thức đã kỷ luật rồi": own[1:]}, ["DISCIPLINE_FORM"]).field(0) is None


@pytest.mark.parametrize(
    ("names", "texts", "is_none"),
    [
        ([], PROSE, True),
        (["DECIDED_ON", "CASE_NO"], PROSE, True),
        (["COMMITTEE_MEMBER"], PROSE, True),
        (["COMMITTEE_MEMBER"], ["ừ", "chưa", "ừ"], False),
        (["SUBJECT"], PROSE, True),
        (["SUBJECT"], ["đảng viên trẻ", "cán bộ xã", "giáo viên"], False),
        ([], [], False),
        ([], [*PROSE, "•••"], False),
    ],
)
def test_texts_are_left_out_only_where_no_field_is_left_that_they_could_be(
    names: list[str], texts: list[str], is_none: bool, form: FieldLikeness
) -> None:
    assert left(form, {"Lưu tại": texts}, names).is_none(0) is is_none


def test_a_column_of_numbers_is_left_to_a_person(form: FieldLikeness) -> None:
    content = {0: [("number", "3"), ("number", "4")]}
    assert not WhatIsLeft(form, content, [], {}).is_none(0)


DAYS = ["5/3/2022", "ngày 6 tháng 4 năm 2022", "2022-06-30"]


@pytest.mark.parametrize(
    ("heading", "texts", "told"),
    [
        ("Qwr", DAYS, "DECIDED_ON"),
        ("Hiệu lực từ", DAYS, "DECIDED_ON"),
        ("Ngày vi phạm", DAYS, None),
        ("Qwr", [*DAYS, "1/7/2022"], None),
        ("Qwr", [*DAYS, "chưa"], None),
        ("Qwr", DAYS[:2], None),
    ],
)
def test_days_within_the_period_are_those_of_the_one_field_left_for_days(
    heading: str, texts: list[str], told: str | None, form: FieldLikeness
) -> None:
    days = ("2022-01-01", "2022-06-30")
    one = dataclasses.replace(left(form, {heading: texts}, ["DECIDED_ON", "DISCIPLINE_LEVEL"]), days=days)
    assert one.field(0) == told
    assert dataclasses.replace(one, days=None).field(0) is None
    two = left(form, {heading: texts, "Rst": DAYS}, ["DECIDED_ON", "DISCIPLINE_LEVEL"])
    assert dataclasses.replace(two, days=days).field(0) is None


@pytest.mark.parametrize(
    ("heading", "texts", "told"),
    [
        ("Quân số", ["4", "11", "4"], "MEMBERS"),
        ("Số thứ", ["1", "2", "3"], None),
        ("Tuổi", ["31", "40", "31"], None),
        ("Nơi qwr", ["AA-1", "AA-2", "AA-99"], "COUNTERPART"),
        ("Nơi qwr", ["AA-1", "AA-2", "tỉnh khác"], None),
        ("Nơi qwr", ["QĐ-1", "QĐ-2", "QĐ-3"], None),
    ],
)
def test_counts_and_codes_of_organizations_tell_their_field_whatever_it_is_called(
    heading: str, texts: list[str], told: str | None, transfers: FieldLikeness
) -> None:
    rosters = Rosters(small_reference())
    names = ["MEMBERS"] if texts[0].isdigit() else ["COUNTERPART", "MEMBERS"]
    one = dataclasses.replace(left(transfers, {heading: texts}, names), is_organization=rosters.looks_like_code)
    assert one.field(0) == told
    twice = left(transfers, {heading: texts, "Rst": texts}, names)
    assert dataclasses.replace(twice, is_organization=rosters.looks_like_code).field(0) is None
