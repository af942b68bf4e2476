"""Arrival is ours: what the journal of receipts says, whatever the files' own times, the clock and the disk do."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.receive.receipts import DamagedReceipts, Receipts, Sighting

START = dt.datetime(2026, 7, 1, 2, tzinfo=dt.UTC)


def sighting(name: str, file_hash: str | None = None, age_hours: float = 1, **more: str) -> Sighting:
    """A file that says of itself that it is some hours old."""
    return Sighting(file_hash or f"hash of {name}", name, 10, START - dt.timedelta(hours=age_hours), **more)


def journal(landed: Path) -> list[Path]:
    """The files of the journal."""
    return sorted((landed / "receipts").iterdir())


def test_what_is_seen_first_is_received_first_whatever_its_own_time(tmp_path: Path) -> None:
    Receipts.load(tmp_path).record([sighting("draft.xlsx", age_hours=1)], START)
    Receipts.load(tmp_path).record([sighting("final.xlsx", age_hours=24)], START + dt.timedelta(days=1))
    first, second = Receipts.load(tmp_path).first.values()
    assert (first.name, second.name) == ("draft.xlsx", "final.xlsx")
    assert (first.received_at, second.received_at) == (START, START + dt.timedelta(days=1))
    assert second.file_time == START - dt.timedelta(days=1)


def test_a_receipt_holds_name_folder_size_hash_and_both_times(tmp_path: Path) -> None:
    Receipts.load(tmp_path).record([sighting("Đảng bộ A/biểu.xlsx", "ab12")], START)
    (line,) = journal(tmp_path)[0].read_text("utf-8").splitlines()
    assert json.loads(line) == {
        "schema": 1,
        "no": 1,
        "event": "seen",
        "file_hash": "ab12",
        "file_name": "Đảng bộ A/biểu.xlsx",
        "folder": "Đảng bộ A",
        "size_bytes": 10,
        "file_time": "2026-07-01T01:00:00+00:00",
        "clock": "2026-07-01T02:00:00+00:00",
        "first_seen_at": "2026-07-01T02:00:00+00:00",
        "last": 1,
    }


def test_the_first_name_counts_and_other_names_of_the_same_bytes_are_kept(tmp_path: Path) -> None:
    receipts = Receipts.load(tmp_path)
    receipts.record([sighting("a.xlsx", "one"), sighting("b.xlsx", "one", beside="a.xlsx")], START)
    receipts.record([sighting("b.xlsx", "one"), sighting("moved/a.xlsx", "one")], START + dt.timedelta(1))
    again = Receipts.load(tmp_path)
    assert [receipt.name for receipt in again.first.values()] == ["a.xlsx"]
    assert [(other.name, other.beside) for other in again.again] == [("b.xlsx", "a.xlsx"), ("moved/a.xlsx", None)]
    before = [path.read_bytes() for path in journal(tmp_path)]
    again.record([sighting("moved/a.xlsx", "one")], START + dt.timedelta(2))
    assert [path.read_bytes() for path in journal(tmp_path)] == before, "what is known is not written again"


def test_a_clock_set_back_is_told_and_reorders_nothing(tmp_path: Path) -> None:
    Receipts.load(tmp_path).record([sighting("a.xlsx")], START)
    receipts = Receipts.load(tmp_path)
    back = START - dt.timedelta(days=365)
    jump = receipts.clock_jump(back)
    assert jump is not None
    assert (jump.now, jump.last_seen_at) == (back, START)
    (second,) = receipts.record([sighting("b.xlsx")], back)
    assert second.received_at > START
    assert receipts.clock_jump(START + dt.timedelta(1)) is None


def test_a_clock_that_ran_ahead_is_put_right_and_the_order_stays(tmp_path: Path) -> None:
    Receipts.load(tmp_path).record([sighting("a.xlsx")], START)
    ahead = START + dt.timedelta(days=26_000)
    Receipts.load(tmp_path).record([sighting("b.xlsx"), sighting("c.xlsx")], ahead)
    today = START + dt.timedelta(days=1)
    Receipts.load(tmp_path).redate(today, "hết pin đồng hồ")
    receipts = Receipts.load(tmp_path)
    times = [receipt.received_at for receipt in receipts.first.values()]
    assert times == sorted(times)
    assert times[0] == START
    assert all(today < moment < today + dt.timedelta(seconds=1) for moment in times[1:])
    assert receipts.clock_jump(today + dt.timedelta(seconds=1)) is None
    assert receipts.redate(today + dt.timedelta(seconds=1), "again") == []


def test_a_person_may_vouch_for_the_times_of_files_that_are_taken_over(tmp_path: Path) -> None:
    receipts = Receipts.load(tmp_path)
    receipts.record([sighting("2021.xlsx", age_hours=40_000)], START, vouched="các năm trước")
    receipts.record([sighting("now.xlsx", age_hours=40_000)], START + dt.timedelta(1))
    old, new = Receipts.load(tmp_path).first.values()
    assert (old.received_at, old.basis) == (START - dt.timedelta(hours=40_000), "file_time")
    assert old.first_seen_at == START
    assert (new.received_at, new.basis) == (START + dt.timedelta(1), "first_sighting")


def test_added_fields_are_read_over_and_a_newer_schema_is_refused(tmp_path: Path) -> None:
    Receipts.load(tmp_path).record([sighting("a.xlsx")], START)
    path = journal(tmp_path)[0]
    line = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**line, "sent_by_mail": True}) + "\n", "utf-8")
    assert list(Receipts.load(tmp_path).first) == ["hash of a.xlsx"]
    path.write_text(json.dumps({**line, "schema": 99}) + "\n", "utf-8")
    with pytest.raises(DamagedReceipts, match="newer khoi"):
        Receipts.load(tmp_path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: content[:-1],
        lambda content: content.splitlines(keepends=True)[0],
        lambda content: content.replace("ê".encode(), b"\xea"),
        lambda content: b"[]\n",
        lambda content: b"{}\n",
        lambda content: content.replace(b'"no": 2', b'"no": 7'),
        lambda content: content.replace(b"2026-07-01T02", b"yesterday"),
        lambda content: content.replace(b"+00:00", b""),
        lambda content: content.replace(b'"schema": 1', b'"schema": "one"'),
        None,
    ],
)
def test_a_damaged_journal_is_named_with_file_and_remedy_and_never_guessed(tmp_path: Path, damage: object) -> None:
    receipts = Receipts.load(tmp_path)
    receipts.record([sighting("tên.xlsx"), sighting("b.xlsx")], START)
    receipts.record([sighting("c.xlsx")], START + dt.timedelta(1))
    path = journal(tmp_path)[0]
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DamagedReceipts, match=rf"(?s){path.name}.*khoi restore"):
        Receipts.load(tmp_path)


def test_a_line_holds_a_name_whatever_characters_it_has(tmp_path: Path) -> None:
    for name in ("a\u2028b.xlsx", "a\x85b.xlsx", "a\udcffb.xlsx", 'a"b\\.xlsx'):
        Receipts.load(tmp_path).record([sighting(name)], START)
    assert [receipt.name for receipt in Receipts.load(tmp_path).first.values()] == [
        *("a\u2028b.xlsx", "a\x85b.xlsx", "a\udcffb.xlsx", 'a"b\\.xlsx')
    ]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(-(10**6), 10**6), st.lists(st.tuples(st.integers(0, 9), st.integers(-999, 999)), max_size=4)
        ),
        max_size=8,
    )
)
def test_order_of_arrival_is_order_of_sighting_whatever_the_clock_does(
    passes: list[tuple[int, list[tuple[int, int]]]],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        seen: list[str] = []
        for minutes, files in passes:
            receipts = Receipts.load(Path(name))
            receipts.record(
                [sighting(f"{number}.xlsx", age_hours=age) for number, age in files],
                START + dt.timedelta(minutes=minutes),
            )
            seen = list(dict.fromkeys([*seen, *(f"{number}.xlsx" for number, _ in files)]))
        receipts = Receipts.load(Path(name))
        assert [receipt.name for receipt in receipts.first.values()] == seen
        times = [receipt.received_at for receipt in receipts.first.values()]
        assert times == sorted(set(times)), "strictly later, one after the other"
