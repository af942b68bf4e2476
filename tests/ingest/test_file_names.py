"""No code leads out of its folder, and no two codes share a file."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.file_names import UnsafeName, as_file_name, is_file_name, some_file_name


@pytest.mark.parametrize("code", ["LD-001", "2026H1", "ĐB_7", "a.b", "A"])
def test_codes_in_use_are_names(code: str) -> None:
    assert as_file_name(code) == some_file_name(code) == code


@pytest.mark.parametrize(
    "code", ["../../../evil", "..", ".", "", "a/b", "a\\b", "C:x", "nul", "COM1.x", "a..b", "x ", ".x", "x" * 65, "a\n"]
)
def test_codes_that_lead_elsewhere_are_refused_with_the_remedy(code: str) -> None:
    with pytest.raises(UnsafeName, match="sổ đăng ký"):
        as_file_name(code)


@given(st.text(max_size=90))
def test_some_name_is_always_one_file_of_its_folder(code: str) -> None:
    name = some_file_name(code)
    for kind in (PurePosixPath, PureWindowsPath):
        assert len(kind("folder", f"{name}.xlsx").parts) == 2
        assert ".." not in name
    assert is_file_name(name)


@given(st.text(max_size=8), st.text(max_size=8))
def test_two_codes_never_share_a_name(one: str, other: str) -> None:
    assert one == other or some_file_name(one) != some_file_name(other)
