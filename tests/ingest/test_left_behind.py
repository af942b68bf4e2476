"""Names of what nobody sent, and of what was sent under a hidden name."""

from __future__ import annotations

import pytest

from ingest.left_behind import is_left_behind


@pytest.mark.parametrize(
    "name",
    [
        *("~$LDC-001.xlsx", "._LDC-001.xlsx", ".~lock.LDC-001.xlsx#", ".DS_Store", "Thumbs.db", "desktop.ini"),
        *(".LDC-001.xlsx.a1B2c3", ".nfs0000001", "__MACOSX/LDC-001.xlsx", "__MACOSX\\LDC-001.xlsx"),
    ],
)
def test_what_programs_leave_is_left(name: str) -> None:
    assert is_left_behind(name)


@pytest.mark.parametrize(
    "name", ["LDC-001.xlsx", ".LDC-001.xlsx", "kỳ 1/.LDC-001.XLS", ".gửi.zip", "thư.eml", "a.b.csv"]
)
def test_what_people_send_is_taken(name: str) -> None:
    assert not is_left_behind(name)
