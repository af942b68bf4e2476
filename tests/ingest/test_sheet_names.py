"""Sheets renamed by other programs are matched where only one match is possible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.labels import label_key
from ingest.sheet_names import sheet_keys

KNOWN = {label_key(name) for name in ("Bìa", "Biểu 1", "Biểu 10", "Biểu 1 A", "Xếp loại tổ chức đảng", "Cơ cấu")}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Bìa", "bìa"),
        ("Bìa - Table 1", "bìa"),
        ("Biểu 1 - Table 1", "biểu 1"),
        ("Biểu 10 - Table 1", "biểu 10"),
        ("Biểu 1-Table 1-1", "biểu 1"),
        ("Biểu 1 (2)", "biểu 1"),
        ("Biểu 1_1", "biểu 1"),
        ("BIỂU 1 - Bảng 1", "biểu 1"),
        ("Xếp loại tổ chức đảng - Table 1"[:31], "xếp loại tổ chức đảng"),
        ("Xếp loại tổ chức đảng  - Table 1"[:31], "xếp loại tổ chức đảng"),
        ("Biểu 11", "biểu 11"),
        ("Biểu 1 cũ", "biểu 1 cũ"),
        ("Cơ cấu cán bộ", "cơ cấu cán bộ"),
        ("Export Summary", "export summary"),
    ],
)
def test_one_sheet_by_itself(name: str, key: str) -> None:
    assert sheet_keys([name], KNOWN) == {name: key}


def test_the_sheet_of_our_name_counts_before_one_that_begins_with_it() -> None:
    assert sheet_keys(["Bìa", "Bìa (2)"], KNOWN) == {"Bìa": "bìa", "Bìa (2)": label_key("Bìa (2)")}


def test_two_that_could_be_the_same_are_not_chosen_between() -> None:
    names = ["Bìa - Table 1", "Bìa - Table 2", "Biểu 1 - Table 1"]
    assert sheet_keys(names, KNOWN) == {**{name: label_key(name) for name in names[:2]}, names[2]: "biểu 1"}


@given(st.lists(st.sampled_from(["Bìa", "Biểu 1", "Cơ cấu", "Bìa (2)", "Bìa - Table 1", "x", "Biểu 1_2"]), unique=True))
def test_no_two_sheets_become_one_and_the_same(names: list[str]) -> None:
    keys = sheet_keys(names, KNOWN)
    assert list(keys) == names
    matched = [key for key in keys.values() if key in KNOWN]
    assert len(matched) == len(set(matched))


def test_what_is_kept_of_a_template_is_not_what_a_caller_changed() -> None:
    first = sheet_keys(["Bìa", "Biểu 1"], {"biểu 1"})
    first["Bìa"] = "changed"
    assert sheet_keys(["Bìa", "Biểu 1"], {"biểu 1"}) == {"Bìa": "bìa", "Biểu 1": "biểu 1"}
    assert sheet_keys(["Biểu 1 (2)"], {"biểu 1"}) == {"Biểu 1 (2)": "biểu 1"}
    assert sheet_keys(["Biểu 1 (2)"], set()) == {"Biểu 1 (2)": "biểu 1 (2"}
