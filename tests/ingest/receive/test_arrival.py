"""Which file came when: what an inbox, a clock and a disk may do without changing the order of arrival."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import threading
import time
from pathlib import Path

import pandas as pd
import pytest
from inbox_place import Place

from ingest import lake as tables
from ingest.catalogue import Catalogue
from ingest.receive import ArrivalTerms
from ingest.receive.landing import BytesMissing
from ingest.receive.receipts import Receipts
from ingest.reference import Reference

MONDAY = dt.datetime(2026, 7, 6, 2, tzinfo=dt.UTC)


def on(moment: dt.datetime, **more: str) -> ArrivalTerms:
    """Terms under which our clock stands at ``moment``."""
    return ArrivalTerms(clock=lambda: moment, **more)


@pytest.fixture
def place(tmp_path: Path, catalogue: Catalogue, reference: Reference) -> Place:
    """An empty inbox."""
    (tmp_path / "inbox").mkdir()
    return Place(tmp_path, catalogue, reference)


def received(place: Place) -> list[str]:
    """The names of the files in the order of their arrival."""
    return place.submissions.sort_values("received_at")["file_name"].tolist()


def whole(place: Place) -> tuple[pd.DataFrame, list[str]]:
    """Submissions and findings, but for the names of the lake's own files."""
    rows = place.submissions.drop(columns="cells_file").sort_values("file_hash", ignore_index=True)
    return rows, sorted(place.findings["finding_id"])


def test_a_corrected_workbook_with_an_older_time_comes_after_the_one_it_corrects(place: Place) -> None:
    place.workbook("AA-1.xlsx")
    place.receive(terms=on(MONDAY))
    corrected = place.workbook("AA-1 bản sửa 2 (final).xlsx", seed=2)
    os.utime(corrected, (time.time() - 86_400,) * 2)
    place.receive(terms=on(MONDAY + dt.timedelta(hours=1)))
    assert received(place) == ["AA-1.xlsx", "AA-1 bản sửa 2 (final).xlsx"]


def test_a_corrected_workbook_that_overwrites_the_first_with_its_own_time_is_seen(place: Place) -> None:
    path = place.put("a.xlsx", b"first ")
    facts = path.stat()
    place.receive(terms=on(MONDAY))
    path.write_bytes(b"second")
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert path.stat().st_mtime_ns == facts.st_mtime_ns
    assert place.receive(terms=on(MONDAY + dt.timedelta(hours=1))).new == 1
    assert [receipt.name for receipt in Receipts.load(place.root / "landed").first.values()] == ["a.xlsx", "a.xlsx"]


def test_of_files_that_come_together_the_one_saved_later_is_the_later(place: Place) -> None:
    for name, age in (("a.xlsx", 60), ("z.xlsx", 7_200)):
        os.utime(place.workbook(name, seed=age), (time.time() - age,) * 2)
    place.receive(terms=on(MONDAY))
    assert received(place) == ["z.xlsx", "a.xlsx"]


def test_what_was_received_is_read_again_from_landed_when_lake_and_inbox_are_gone(place: Place) -> None:
    place.workbook("Đảng bộ A/AA-1.xlsx")
    shutil.copy2(place.inbox / "Đảng bộ A" / "AA-1.xlsx", place.inbox / "bản sao.xlsx")
    place.put("thư.xlsx", "Kính gửi")
    place.receive(terms=on(MONDAY))
    place.workbook("AA-2.xlsx", "AA-2")
    place.receive(terms=on(MONDAY + dt.timedelta(1)))
    before = whole(place)
    for folder in ("lake", "inbox"):
        shutil.rmtree(place.root / folder)
    place.inbox.mkdir()
    for path in (place.root / "landed").rglob("*"):
        os.utime(path, (0, 0))
    assert place.receive(terms=on(MONDAY + dt.timedelta(30))).new == 3
    pd.testing.assert_frame_equal(whole(place)[0], before[0])
    assert whole(place)[1] == before[1]


def test_an_older_lake_without_receipts_keeps_its_dates(place: Place) -> None:
    place.workbook("AA-1.xlsx")
    place.receive(terms=on(MONDAY))
    shutil.rmtree(place.root / "landed" / "receipts")
    before = place.submissions
    assert place.receive(terms=on(MONDAY + dt.timedelta(400))).new == 0
    pd.testing.assert_frame_equal(place.submissions, before)
    (receipt,) = Receipts.load(place.root / "landed").first.values()
    assert (receipt.received_at, receipt.basis) == (MONDAY, "earlier_edition")


def test_a_clock_put_right_dates_the_lake_again(place: Place) -> None:
    place.workbook("AA-1.xlsx")
    place.receive(terms=on(MONDAY))
    place.workbook("AA-2.xlsx", "AA-2")
    place.receive(terms=on(MONDAY + dt.timedelta(30_000)))
    later = MONDAY + dt.timedelta(1)
    report = place.receive(terms=on(later))
    assert report.clock_jump is not None
    report = place.receive(terms=on(later, clock_is_right="hết pin"))
    assert report.clock_jump is None
    times = place.submissions.sort_values("received_at")["received_at"]
    assert [moment.date() for moment in times] == [MONDAY.date(), later.date()]
    place.workbook("AA-3.xlsx", "AA-3")
    place.receive(terms=on(later + dt.timedelta(hours=1)))
    assert received(place) == ["AA-1.xlsx", "AA-2.xlsx", "AA-3.xlsx"]


def test_files_taken_over_from_earlier_years_may_bear_their_own_time(place: Place) -> None:
    path = place.workbook("AA-1.xlsx")
    os.utime(path, (MONDAY.timestamp() - 86_400,) * 2)
    place.receive(terms=on(MONDAY, vouched="năm trước"))
    (row,) = place.submissions.to_dict("records")
    assert row["received_at"] == MONDAY - dt.timedelta(1)
    assert dt.datetime.fromisoformat(row["file_time"]) == MONDAY - dt.timedelta(1)
    assert row["received_basis"] == "file_time"


def test_bytes_that_are_gone_are_taken_from_the_inbox_again_or_named(place: Place) -> None:
    place.workbook("AA-1.xlsx")
    place.receive()
    shutil.rmtree(place.root / "lake")
    for path in (place.root / "landed").glob("??/*"):
        path.unlink()
    shutil.move(place.inbox / "AA-1.xlsx", place.root / "away.xlsx")
    with pytest.raises(BytesMissing, match=r"(?s)AA-1\.xlsx.*khoi restore"):
        place.receive()
    shutil.move(place.root / "away.xlsx", place.inbox / "AA-1.xlsx")
    assert place.receive().new == 1
    assert set(place.states.values()) == {"identified"}


def test_a_run_waits_for_a_file_that_is_still_written_and_tells_how_far_it_is(place: Place) -> None:
    path = place.put("a.xlsx", b"half")
    stop = threading.Event()

    def write_on() -> None:
        for _ in range(6):
            path.write_bytes(path.read_bytes() + b".")
            time.sleep(0.1)
        stop.set()

    os.utime(path)
    told: list[tuple[int, int]] = []
    writer = threading.Thread(target=write_on)
    writer.start()
    report = place.receive(
        settle_seconds=0.5, terms=ArrivalTerms(wait_seconds=20), waiting=lambda done, total: told.append((done, total))
    )
    writer.join()
    assert stop.is_set()
    assert (report.new, report.waiting) == (1, 0)
    assert set(told) == {(0, 1)}


def test_what_still_waits_at_the_end_is_named_and_taken_by_the_next_run(place: Place) -> None:
    path = place.put("a.xlsx", b"half")
    os.utime(path)
    report = place.receive(settle_seconds=60, terms=ArrivalTerms(wait_seconds=0.1))
    assert (report.waiting_files, report.only_waits) == (["a.xlsx"], True)
    assert not (place.root / "landed" / "receipts").exists(), "what was not taken has no receipt yet"
    place.workbook("AA-1.xlsx")
    assert not place.receive(settle_seconds=60).only_waits


def test_refused_files_are_named_with_their_reason(place: Place) -> None:
    place.put("thư.xlsx", "Kính gửi")
    (one,) = place.receive().refused_files
    assert one.name == "thư.xlsx"
    assert len(one.reason_vi) > 10
    assert len(one.reason_en) > 10
    assert place.receive().refused_files == []


def test_a_run_cut_off_between_receipt_and_reading_reads_at_the_next(place: Place, monkeypatch: object) -> None:
    place.workbook("AA-1.xlsx")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("ingest.receive.inbox._land_again", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            place.receive(terms=on(MONDAY))
    (place.inbox / "AA-1.xlsx").unlink()
    assert place.receive(terms=on(MONDAY + dt.timedelta(1))).new == 1
    (row,) = tables.read_tables(place.root / "lake" / "submissions", tables.SUBMISSIONS).to_dict("records")
    assert row["received_at"] == MONDAY
