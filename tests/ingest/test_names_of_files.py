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
