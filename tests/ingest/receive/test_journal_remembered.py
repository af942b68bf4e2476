"""The journal of receipts is read once in a process, and says whatever its files say."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import unchanged
from ingest.receive import receipts as journal
from ingest.receive.receipt_lines import redact
from ingest.receive.receipts import DamagedReceipts, Erasure, Receipts, Sighting

START = dt.datetime(2026, 7, 1, 2, tzinfo=dt.UTC)


def apart(landed: Path) -> Receipts:
    """The journal as a process reads it that has read nothing before."""
    journal._READ.clear()
    return Receipts.load(landed)


def sighting(number: int) -> Sighting:
    """A file, told by its number."""
    return Sighting(f"hash {number}", f"{number}.xlsx", 10, START)


STEP = st.tuples(st.sampled_from(["record", "redate", "erase", "redact", "load"]), st.integers(0, 5))


@settings(deadline=None, max_examples=60)
@given(steps=st.lists(STEP, max_size=12))
def test_what_is_remembered_is_what_reading_it_anew_says(steps: list[tuple[str, int]]) -> None:
    """Whoever changed his copy of it, and however often it was written."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(unchanged, "_SETTLED_NS", 0)
        landed = Path(name)
        for place, (what, number) in enumerate(steps):
            now = START + dt.timedelta(hours=place)
            receipts = Receipts.load(landed)
            if what == "record":
                receipts.record([sighting(number), sighting(place + 10)], now)
            elif what == "redate":
                receipts.redate(START + dt.timedelta(minutes=number), "đồng hồ chạy trước")
            elif what == "erase":
                receipts.erase([Erasure(f"hash {number}", now, "Chuyên viên", "thử")])
            elif what == "redact":
                redact(landed / "receipts", {f"hash {number}"})
            assert Receipts.load(landed) == apart(landed)


def test_only_what_was_added_is_read_and_damage_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unchanged, "_SETTLED_NS", 0)
    journal._READ.clear()
    for number in range(3):
        Receipts.load(tmp_path).record([sighting(number)], START + dt.timedelta(days=number))
    read: list[str] = []
    real = journal.told_lines
    monkeypatch.setattr(journal, "told_lines", lambda path, content: read.append(path.name) or real(path, content))
    Receipts.load(tmp_path)
    Receipts.load(tmp_path).record([sighting(9)], START + dt.timedelta(days=9))
    assert list(Receipts.load(tmp_path).first) == ["hash 0", "hash 1", "hash 2", "hash 9"]
    assert read == ["000003.jsonl", "000004.jsonl"], "the first two were read when the third was added"
    first = tmp_path / "receipts" / "000001.jsonl"
    first.write_bytes(first.read_bytes()[:-3])
    with pytest.raises(DamagedReceipts):
        Receipts.load(tmp_path)


def test_a_file_that_was_written_just_now_is_read_again(tmp_path: Path) -> None:
    journal._READ.clear()
    Receipts.load(tmp_path).record([sighting(1)], START)
    Receipts.load(tmp_path)
    path = tmp_path / "receipts" / "000001.jsonl"
    path.write_bytes(path.read_bytes().replace(b"hash 1", b"hash 2"))
    assert list(Receipts.load(tmp_path).first) == ["hash 2"]
