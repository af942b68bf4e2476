"""Names of files and folders land without persons' names and numbers, and stay recognisable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.privacy import file_name_without_persons, holds_personal_number, names_person

FAMILY = ["Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "NGUYỄN", "PHẠM"]
MIDDLE = ["Văn", "Thị", "Hữu", "Đức", "Minh", "Ngọc"]
GIVEN = ["An", "Bình", "Cường", "Dung", "Hạnh", "Khoa", "Quyên", "Tuấn", "Yến"]


@pytest.mark.parametrize(
    "name", ["LDC/2026H1/LDC-024_2026H1.xlsx", "Trường THPT Nguyễn Trãi 2026.xlsx", "thư.eml » LDC-006_2026H1 (2).xlsx"]
)
def test_names_without_a_person_stay(name: str) -> None:
    assert file_name_without_persons(name) == name


@given(st.sampled_from(FAMILY), st.sampled_from(MIDDLE), st.sampled_from(GIVEN), st.sampled_from(" _-"), st.booleans())
def test_a_persons_name_is_hidden_whatever_parts_its_words(
    family: str, middle: str, given: str, between: str, is_in_folder: bool
) -> None:
    person = between.join([family, middle, given])
    name = f"{person}/LDC-015_2026H1.xlsx" if is_in_folder else f"LDC-015_2026H1 gửi bởi {person}.xlsx"
    hidden = file_name_without_persons(name)
    assert person not in hidden
    assert given not in hidden
    assert "LDC-015_2026H1" in hidden
    assert hidden.endswith(".xlsx")
    assert not names_person(hidden)


@given(st.from_regex(r"0[1-9][0-9]{8}", fullmatch=True), st.sampled_from([" ", "_", "-", "."]))
def test_a_telephone_number_is_hidden(number: str, between: str) -> None:
    parted = between.join([number[:4], number[4:7], number[7:]])
    hidden = file_name_without_persons(f"Bao cao {parted}.xlsx")
    assert number[7:] not in hidden
    assert not holds_personal_number(hidden)


@given(
    st.sampled_from(["Nguyen", "Tran", "Le", "Pham", "Huynh", "Bui", "Do", "Dang", "Ho"]),
    st.sampled_from(["Van", "Thi", "Huu", "Duc", "Minh", "Ngoc"]),
    st.sampled_from(["Binh", "Cuong", "Dung", "Hanh", "Khoa", "Quyen", "Tuan", "Yen"]),
    st.sampled_from(" _-"),
    st.booleans(),
)
def test_a_name_without_accents_is_hidden(family: str, middle: str, given: str, between: str, is_last: bool) -> None:
    person = between.join([family, middle, given])
    for written in (person, person.upper(), *([person.lower()] if family in ("Nguyen", "Tran", "Pham") else [])):
        name = f"{written} LDC-015_2026H1.xlsx" if not is_last else f"bao cao LDC-015_2026H1 {written}.xlsx"
        hidden = file_name_without_persons(name)
        assert written not in hidden, hidden
        assert "LDC-015_2026H1" in hidden
        assert hidden.endswith(".xlsx")


@pytest.mark.parametrize(
    "name",
    [
        "Truong THPT Nguyen Trai.xlsx",
        "Truong THCS Nguyen Thi Minh Khai 2026.xlsx",
        "truong thcs nguyen thi minh khai.xlsx",
        "Chi bo Truong Tieu hoc Le Van Tam.xlsx",
        "BV Nguyen Tri Phuong_6 thang.xlsx",
        "Cty TNHH Tran Van Hai/bao cao.xlsx",
        "bao cao thang 6 do van phong gui.xlsx",
        "ho so dang vien.xlsx",
        "danh sach dang vien thi hanh ky luat.xlsx",
        "Dang bo xa Le Minh Xuan.xlsx",
        "le thi dua 2026.xlsx",
        "bao cao thi dua quy II.xlsx",
        "Trường THCS Nguyễn Thị Minh Khai.xlsx",
        "Do thi tran Lac Duong.xlsx",
    ],
)
def test_organizations_and_ordinary_words_stay(name: str) -> None:
    assert file_name_without_persons(name) == name
