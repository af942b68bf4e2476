"""A folder of the inbox in which nothing is new is known as a whole: nothing is gone through, and nothing is missed."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import unchanged
from ingest.receive import receipts as journal
from ingest.receive.arrivals import Arrivals, arrivals
from ingest.receive.inbox import ArrivalTerms, ReceiveReport, write_down
from ingest.receive.inbox_index import InboxIndex
from ingest.receive.landing import land
from ingest.receive.receipt_lines import redact
from ingest.receive.receipts import Erasure, Receipts

NOON = dt.datetime(2026, 7, 1, 5, tzinfo=dt.UTC)
CONTENTS = [b"a", b"bb", b"ccc"]
NAMES = ["1.xlsx", "A/1.xlsx", "A/2.xlsx", "B/1.xlsx", "B/C/Nguyễn Văn An.xlsx"]


def look(inbox: Path, home: Path, now: dt.datetime = NOON) -> tuple[Arrivals, ReceiveReport]:
    """What one pass over the inbox takes down, but for reading it."""
    receipts, index, report = Receipts.load(home / "landed"), InboxIndex(home / "index.json"), ReceiveReport()
    found = arrivals(inbox, index, 0.0, partial(land, landed=home / "landed"))
    write_down(found, index, receipts, ArrivalTerms(clock=lambda: now), report)
    return found, report


def said(home: Path) -> dict[str, bytes]:
    """The journal, file by file."""
    return {path.name: path.read_bytes() for path in (home / "landed" / "receipts").glob("*")}


STEP = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(NAMES), st.sampled_from(CONTENTS)),
    st.tuples(st.just("rename"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.tuples(st.just("delete"), st.sampled_from(NAMES), st.none()),
    st.tuples(st.just("forget"), st.none(), st.sampled_from(CONTENTS)),
    st.tuples(st.sampled_from(["lose the journal", "damage the index", "back up", "restore"]), st.none(), st.none()),
)


@settings(deadline=None, max_examples=60)
@given(steps=st.lists(STEP, max_size=9))
def test_what_is_known_of_folders_changes_nothing_that_is_taken_down(
    steps: list[tuple[str, str | None, str | bytes | None]],
) -> None:
    """One deployment keeps its index, another loses it before every pass; their journals are the same to the byte."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(unchanged, "_SETTLED_NS", -1)  # nothing is remembered of the journal by the process itself
        place = Path(name)
        inbox, keeps, loses = place / "inbox", place / "keeps", place / "loses"
        inbox.mkdir()
        for number, (what, one, other) in enumerate(steps):
            _do(inbox, what, one, other)
            for home in (keeps, loses):
                journal._READ.clear()
                _do_to(home, what, other, NOON + dt.timedelta(minutes=number))
            (loses / "index.json").unlink(missing_ok=True)
            told = []
            for home in (keeps, loses):
                found, report = look(inbox, home, NOON + dt.timedelta(hours=number))
                told.append((sorted(found.hashes), report.repeated, report.refused_files, said(home)))
            assert told[0] == told[1], (what, one, other)


def _do(inbox: Path, what: str, one: str | None, other: str | bytes | None) -> None:
    if one is None:
        return
    path = inbox / one
    if what == "write" and isinstance(other, bytes):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(other)
        os.utime(path, (1_780_000_000, 1_780_000_000 + len(other)))
    elif what == "rename" and isinstance(other, str) and path.is_file():
        (inbox / other).parent.mkdir(parents=True, exist_ok=True)
        path.rename(inbox / other)
    elif what == "delete":
        path.unlink(missing_ok=True)


def _do_to(home: Path, what: str, content: str | bytes | None, now: dt.datetime) -> None:
    receipts, kept = home / "landed" / "receipts", home / "backup"
    if what == "forget" and isinstance(content, bytes):
        known = [one for one in Receipts.load(home / "landed").first.values() if one.size == len(content)]
        Receipts.load(home / "landed").erase(Erasure(one.file_hash, now, "Chuyên viên", "thử") for one in known)
        redact(receipts, {one.file_hash for one in known})
    elif what == "lose the journal":
        shutil.rmtree(receipts, ignore_errors=True)
    elif what == "damage the index" and (home / "index.json").exists():
        (home / "index.json").write_bytes((home / "index.json").read_bytes()[:-40])
    elif what == "back up" and receipts.is_dir():
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(receipts, kept)
    elif what == "restore" and kept.is_dir():
        shutil.rmtree(receipts, ignore_errors=True)
        shutil.copytree(kept, receipts)


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A home beside an inbox of two folders, both looked at before."""
    for name in ("A/1.xlsx", "A/2.xlsx", "B/1.xlsx"):
        path = tmp_path / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    look(tmp_path / "inbox", tmp_path)
    return tmp_path


def test_only_the_files_of_a_folder_with_something_new_are_gone_through(filled: Path) -> None:
    inbox = filled / "inbox"
    found, report = look(inbox, filled)
    assert (found.files, len(found.hashes), report.repeated) == ([], 3, 0)
    (inbox / "B" / "2.xlsx").write_bytes(b"new")
    found, _ = look(inbox, filled)
    assert [one.name for one in found.files] == ["B/1.xlsx", "B/2.xlsx"]
    assert len(Receipts.load(filled / "landed").first) == 4
    assert look(inbox, filled)[0].files == []


def test_the_same_bytes_in_a_folder_that_is_known_are_told(filled: Path) -> None:
    """The new file is the second of its bytes, not the first, though nobody went through the folder of the first."""
    shutil.copy2(filled / "inbox" / "A" / "1.xlsx", filled / "inbox" / "B" / "again.xlsx")
    _, report = look(filled / "inbox", filled)
    assert report.repeated == 1
    (again,) = Receipts.load(filled / "landed").again
    assert (again.name, again.beside) == ("B/again.xlsx", "A/1.xlsx")


def test_a_folder_is_known_once_its_receipts_are_written(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pass that dies between looking and writing must not leave files behind that nobody goes through again."""
    (filled / "inbox" / "B" / "2.xlsx").write_bytes(b"new")
    monkeypatch.setattr(Receipts, "record", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        look(filled / "inbox", filled)
    monkeypatch.undo()
    look(filled / "inbox", filled)
    assert len(Receipts.load(filled / "landed").first) == 4


def test_a_file_that_is_still_written_keeps_its_folder_from_being_known(filled: Path) -> None:
    path = filled / "inbox" / "A" / "1.xlsx"
    path.write_bytes(b"more of it")
    receipts, index, report = Receipts.load(filled / "landed"), InboxIndex(filled / "index.json"), ReceiveReport()
    found = arrivals(filled / "inbox", index, 3_600.0, partial(land, landed=filled / "landed"))
    assert found.waiting == ["A/1.xlsx", "A/2.xlsx"]
    write_down(found, index, receipts, ArrivalTerms(), report)
    found, _ = look(filled / "inbox", filled)
    assert {one.name for one in found.files} == {"A/1.xlsx", "A/2.xlsx"}
    assert len(Receipts.load(filled / "landed").first) == 4


def test_a_journal_that_says_something_else_has_all_files_gone_through(filled: Path) -> None:
    """As long and numbered alike, but of other files: what the index knows of folders does not stand in it."""
    (path,) = (filled / "landed" / "receipts").glob("*")
    first, *_ = Receipts.load(filled / "landed").first
    path.write_bytes(path.read_bytes().replace(first.encode(), b"0" * 64))
    journal._READ.clear()
    found, _ = look(filled / "inbox", filled)
    assert len(found.files) == 3
    assert first in Receipts.load(filled / "landed").first


def test_names_in_a_journal_of_an_earlier_edition_are_read_without_persons(tmp_path: Path) -> None:
    """What is read of 50,000 receipts is asked of few: the name is looked at when it is asked for."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "Nguyễn Văn An.xlsx").write_bytes(b"a")
    look(inbox, tmp_path)
    (path,) = (tmp_path / "landed" / "receipts").glob("*")
    (told,) = Receipts.load(tmp_path / "landed").first.values()
    path.write_bytes(path.read_bytes().replace(told.name.encode(), "Nguyễn Văn An.xlsx".encode()))
    journal._READ.clear()
    receipts = Receipts.load(tmp_path / "landed")
    assert (receipts.first[told.file_hash], list(receipts.first.values())) == (told, [told])
    assert receipts.knows(told.file_hash, "Nguyễn Văn An.xlsx")
    assert receipts.first.get("nobody's") is None
    assert receipts.first == {told.file_hash: replace(told)}
