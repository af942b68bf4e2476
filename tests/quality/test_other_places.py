"""Which cell was it exchanged with, and which of two rows that read the same: a clerk asks both."""

from __future__ import annotations

import pytest

from quality.localise import Alternative, Component, Diagnosis, Problem, Repair, Suspect
from quality.localise.calibration import load_calibration
from quality.localise.lists import ListRecord, RecordList
from quality.suspects import Explained, suggestions

BAND = load_calibration().bands[0]


def suggested(one: Suspect, *wholes: Alternative, lists: tuple[RecordList, ...] = ()) -> tuple[str, str]:
    """What is told of one suspect, and the reasons in English."""
    diagnosis = Diagnosis((Component(("R1",), "likely", (one,), wholes),))
    (row,) = suggestions((Explained("f1", Problem.of([], [], lists), diagnosis),)).itertuples()
    return str(row.suggested), str(row.because_en)


def exchanged(*places: str, kind: str = "row_exchange") -> Alternative:
    """Two cells of an explanation each, by place."""
    return Alternative(0.4, tuple(Repair(place, place, 1, 2) for place in places), (kind,), "", "")


@pytest.mark.parametrize(
    ("wholes", "partner"),
    [
        ([exchanged("Học tập!E9", "Học tập!D9")], " (có thể là Học tập!D9)"),
        ([exchanged("Học tập!E8", "Học tập!D8", "Học tập!E9", "Học tập!D9")], " (có thể là Học tập!D9)"),
        (
            [exchanged("Học tập!E9", "Học tập!D9", kind="typed"), exchanged("Học tập!E9", "Học tập!F9")],
            " (có thể là Học tập!F9)",
        ),
        ([exchanged("Học tập!E8", "Học tập!D8")], ""),
        ([], ""),
    ],
)
def test_what_was_exchanged_names_the_other_cell(wholes: list[Alternative], partner: str) -> None:
    """A clerk read “ô này và một ô khác”, and asked which."""
    reason = ("hai số đổi chỗ: ô này và một ô khác", "exchanged with another cell")
    one = Suspect("study#2.E", "Học tập!E9", 78, 0.6, BAND, None, 0.3, "row_exchange", *reason)
    vi, en = suggested(one, *wholes)
    assert vi.endswith(f"ô này và một ô khác{partner}")
    assert ("perhaps" in en) == bool(partner)


@pytest.mark.parametrize(
    ("number", "field", "told"),
    [
        (1, ".DIRECTION", " (một trong các dòng 8, 9 ghi giống nhau)"),
        (2, "", " (một trong các dòng 8, 9 ghi giống nhau)"),
        (3, "", ""),
    ],
)
def test_of_rows_that_read_the_same_none_is_picked(number: int, field: str, told: str) -> None:
    """Rows 8 and 9 both said “Đến, TV-037, 1”; one must be “Đi”, and nothing tells which."""
    written = ({"DIRECTION": "IN", "MEMBERS": 1}, {"DIRECTION": "IN", "MEMBERS": 1}, {"DIRECTION": "IN", "MEMBERS": 2})
    records = tuple(
        ListRecord(at, {"DIRECTION": f"B{7 + at}", "MEMBERS": f"E{7 + at}"}, dict(values))
        for at, values in enumerate(written, start=1)
    )
    listed = RecordList("transfers", "Chuyển sinh hoạt", "B8:E10", records, ())
    place = f"Chuyển sinh hoạt!B{7 + number}"
    one = Suspect(f"transfers#{number}{field}", place, "Đến", 0.6, BAND, None, 0.3, "wrong_code", "nhầm mục", "wrong")
    vi, en = suggested(one, lists=(listed,))
    assert vi == f"{place} (60 %) - nhầm mục{told}"
    assert ("which read the same" in en) == bool(told)
