"""From the inbox to the lake: bytes kept, every file in one state, nothing twice, nothing lost."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import stat
import time
from pathlib import Path

import pandas as pd
import pytest
from compound import compound
from deadly import DIES, HANGS, deadly
from inbox_place import Place
from workbook_rows import COMMITTEE, ORGANIZATIONS, Sheets, small_reference

from ingest import lake as tables
from ingest.catalogue import Catalogue
from ingest.landed import landed_path
from ingest.reading.limits import Limits
from ingest.receive import NotAFile, inbox, landing, read_files, unreceived
from ingest.receive.arrivals import arrivals
from ingest.receive.inbox_index import InboxIndex
from ingest.receive.landing import StillWritten, hash_of, land
from ingest.reference import Reference

UNDER_SIGNATURES = "(Ký trên bản giấy)"
"""What the template prints where names may stand, which are not landed."""


@pytest.fixture
def place(tmp_path: Path, catalogue: Catalogue, reference: Reference) -> Place:
    """An empty inbox."""
    (tmp_path / "inbox").mkdir()
    return Place(tmp_path, catalogue, reference)


def fill(place: Place) -> dict[str, str]:
    """Good and bad files; returns the finding, or the state of what is good, by name."""
    for number, code in enumerate(ORGANIZATIONS):
        place.workbook(f"{code}.xlsx", code, number)
    bad = {
        "rỗng.xlsx": (b"", "empty_file"),
        "thư.xlsx": ("Kính gửi đồng chí", "not_a_workbook"),
        "web.xls": (b"<html><table></table></html>", "not_a_workbook"),
        "nửa.xlsx": ((place.inbox / "AA-1.xlsx").read_bytes()[:3_000], "damaged"),
        "giả.xls": (compound({"Workbook": b"\x09\x08"}), "damaged"),
        "khóa.xlsx": (compound({"EncryptedPackage": b"x"}), "password"),
        "lớn.xlsx": (b"PK\x03\x04" + b"0" * 300_000, "too_large"),
    }
    for name, (content, _) in bad.items():
        place.put(name, content)
    other = Sheets({"Sheet1": {(1, 1): "Danh sách"}}).save(place.put("danh sách.xlsx", b""))
    os.utime(other, (time.time() - 3_600,) * 2)
    return {name: finding for name, (_, finding) in bad.items()} | {"danh sách.xlsx": "no_cover"}


def test_every_file_ends_in_one_state_with_its_finding_and_its_bytes(place: Place) -> None:
    expected = fill(place)
    report = place.receive(limits=Limits(wall_seconds=5.0, file_bytes=200_000))
    assert (report.new, report.refused, report.partitions) == (11, 7, {(COMMITTEE, "2022H1")})
    assert len(place.submissions) == 11
    assert place.submissions["file_hash"].is_unique
    states = {name: "unreadable" for name in expected} | {"danh sách.xlsx": "unidentified"}
    assert place.states == states | {f"{code}.xlsx": "identified" for code in ORGANIZATIONS}
    told = place.findings
    assert dict(zip(told["file_name"], told["rule_id"], strict=True)) == expected
    assert (told["message_vi"].str.len() > 10).all()
    for path in place.inbox.iterdir():
        content = path.read_bytes()
        kept = landed_path(place.root / "landed", hashlib.sha256(content).hexdigest(), path.name)
        assert kept.read_bytes() == content
        assert not kept.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)


def test_cells_are_those_of_the_files_that_were_read(place: Place) -> None:
    fill(place)
    place.receive()
    cells = tables.read_tables(place.root / "lake" / "cells", tables.CELLS)
    read = place.submissions[place.submissions["read_state"] == "identified"]
    assert set(cells["file_hash"]) == set(read["file_hash"])
    for row in read.itertuples():
        alone = tables.read_tables(place.root / "lake" / "cells", tables.CELLS, row.cells_file)
        mine = alone[alone["file_hash"] == row.file_hash]
        filled = Sheets.read((place.inbox / row.file_name).read_bytes()).cells
        places = {(sheet, *place) for sheet, cells in filled.items() for place in cells}
        lost = places - set(zip(mine["sheet"], mine["row_no"], mine["column_no"], strict=True))
        assert {filled[sheet][line, column] for sheet, line, column in lost} <= {UNDER_SIGNATURES}
        assert len(mine) == len(places) - len(lost)


def test_a_second_pass_opens_nothing_and_writes_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(place)
    place.receive()
    before = place.lake_bytes()

    def never(*_: object) -> str:
        raise AssertionError("a known file was opened again")

    monkeypatch.setattr(landing, "_read", never)
    monkeypatch.setattr(inbox, "reader", never)
    report = place.receive()
    assert (report.new, report.known) == (0, 11)
    assert place.lake_bytes() == before
    assert unreceived(place.inbox, place.root / "lake") == []


def test_a_file_still_being_written_waits(place: Place) -> None:
    path = place.workbook("AA-1.xlsx")
    os.utime(path)
    assert (place.receive(settle_seconds=60).waiting, len(place.submissions)) == (1, 0)
    assert unreceived(place.inbox, place.root / "lake", settle_seconds=60) == []
    os.utime(path, (time.time() - 61,) * 2)
    assert unreceived(place.inbox, place.root / "lake", settle_seconds=60) == [
        hashlib.sha256(path.read_bytes()).hexdigest()
    ]
    assert place.receive(settle_seconds=60).new == 1
    future = place.workbook("AA-2.xlsx", "AA-2")
    os.utime(future, (time.time() + 7_200,) * 2)
    assert place.receive(settle_seconds=60).new == 1, "a clock that is ahead keeps no file waiting for ever"


def test_a_file_that_grows_while_it_is_read_waits_and_leaves_nothing(place: Place) -> None:
    path = place.put("a.xlsx", b"first half")
    facts = os.lstat(path)
    path.write_bytes(b"first half and more")
    for take in (lambda: land(path, facts, place.root / "landed"), lambda: hash_of(path, facts)):
        with pytest.raises(StillWritten):
            take()
    assert list((place.root / "landed").iterdir()) == []
    found = arrivals(
        place.inbox, InboxIndex(place.root / "none.json"), 0, lambda p, _: land(p, facts, place.root / "l")
    )
    assert (found.files, found.waiting) == ([], ["a.xlsx"])


def test_the_same_bytes_under_another_name_count_once_and_are_told(place: Place) -> None:
    first = place.workbook("b.xlsx")
    shutil.copy2(first, place.inbox / "a.xlsx")
    os.utime(place.inbox / "a.xlsx", (time.time() - 60,) * 2)
    report = place.receive()
    assert (report.new, report.repeated) == (1, 1)
    assert place.states == {"b.xlsx": "identified"}, "the earlier one counts, whatever its name"
    told = place.findings
    assert told[["rule_id", "severity", "file_name"]].values.tolist() == [["same_bytes", "info", "a.xlsx"]]
    assert "b.xlsx" in told["message_vi"].iloc[0]
    (place.inbox / "a.xlsx").unlink()
    assert place.receive().new == 0
    assert len(place.findings) == 1, "what was sent twice was sent twice, wherever the file is now"


def test_the_name_under_which_a_file_came_first_stays(place: Place) -> None:
    first = place.workbook("z.xlsx")
    place.receive()
    shutil.copy2(first, place.inbox / "a.xlsx")
    os.utime(place.inbox / "a.xlsx", (0, 0))
    place.receive()
    assert place.states == {"z.xlsx": "identified"}
    first.unlink()
    report = place.receive()
    assert (report.new, report.known, len(place.submissions)) == (0, 1, 1)


def test_what_is_no_file_is_told_and_never_opened(place: Place) -> None:
    target = place.workbook("../outside.xlsx")
    (place.inbox / "link.xlsx").symlink_to(target)
    (place.inbox / "folder").symlink_to(place.root)
    os.mkfifo(place.inbox / "pipe.xlsx")
    for name in (".~lock.AA-1.xlsx#", "~$AA-1.xlsx", ".cache/x.xlsx"):
        place.put(name, "x")
    report = place.receive()
    assert (report.new, report.waiting) == (0, 0)
    told = place.findings
    assert sorted(told["file_name"]) == ["folder", "link.xlsx", "pipe.xlsx"]
    assert set(told["rule_id"]) == {"not_a_file"}
    assert [one.name for one in report.refused_files] == ["folder", "link.xlsx", "pipe.xlsx"]
    (place.inbox / "link.xlsx").unlink()
    place.receive()
    assert sorted(place.findings["file_name"]) == ["folder", "pipe.xlsx"], "what no longer lies there is no longer told"


def test_a_workbook_that_is_hidden_by_a_dot_was_sent_all_the_same(place: Place) -> None:
    """Such a file was passed over without a word."""
    place.workbook(".AA-1.xlsx")
    place.receive()
    assert place.states == {".AA-1.xlsx": "identified"}


def test_names_that_deceive_are_shown(place: Place) -> None:
    place.put("bao\u202ecao\nx.xlsx", "x")
    place.receive()
    assert list(place.states) == ["bao\\u202ecao\\u000ax.xlsx"]
    assert {path.suffix for path in (place.root / "landed").glob("??/*")} == {".xlsx"}


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("a.XLSX", ".xlsx"), ("a", ""), ("a.b c", ""), ("a.tôi", ""), ("a.verylong", ""), (".x/../y", "")],
)
def test_bytes_are_kept_under_their_hash_and_a_harmless_extension(name: str, suffix: str) -> None:
    assert landed_path(Path("landed"), "ab12", name) == Path(f"landed/ab/ab12{suffix}")


def test_files_that_end_their_process_stop_no_other(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = inbox.cover_labels
    monkeypatch.setattr(inbox, "cover_labels", lambda *given: deadly(honest(*given)))
    for number, code in enumerate(ORGANIZATIONS):
        place.workbook(f"{code}.xlsx", code, number)
    for name in (DIES, HANGS):
        path = Sheets({name: {(1, 1): 1}}).save(place.put(f"AA-1 {name}.xlsx", b""))
        os.utime(path, (time.time() - 3_600,) * 2)
    report = place.receive(limits=Limits(wall_seconds=2.0), workers=1)
    assert (report.new, report.refused) == (5, 2)
    assert place.states == {f"{code}.xlsx": "identified" for code in ORGANIZATIONS} | {
        f"AA-1 {name}.xlsx": "unreadable" for name in (DIES, HANGS)
    }
    told = dict(zip(place.findings["file_name"], place.findings["rule_id"], strict=True))
    assert told == {f"AA-1 {DIES}.xlsx": "reader_died", f"AA-1 {HANGS}.xlsx": "reader_timeout"}


def test_a_run_that_was_cut_off_is_finished_by_the_next(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(place)
    written = 0
    honest = inbox.write_table

    def cut_off(frame: pd.DataFrame, schema: object, path: Path) -> None:
        nonlocal written
        written += path.parent.name == "submissions"
        if written == 2:
            raise KeyboardInterrupt
        honest(frame, schema, path)

    with monkeypatch.context() as patched:
        patched.setattr(inbox, "write_table", cut_off)
        with pytest.raises(KeyboardInterrupt):
            place.receive()
    committed = set(place.submissions["file_name"])
    assert 0 < len(committed) < 11
    assert place.receive().new == 11 - len(committed)
    assert place.submissions["file_hash"].is_unique
    assert len(place.submissions) == 11
    whole = Place(place.root / "again", place.catalogue, place.reference)
    shutil.copytree(place.inbox, whole.inbox)
    whole.receive()
    assert whole.states == place.states
    assert sorted(whole.findings["finding_id"]) == sorted(place.findings["finding_id"])


def test_a_changed_register_identifies_again_without_opening_a_file(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.workbook("AA-1.xlsx")
    place.workbook("AA-2.xlsx", "AA-2")
    place.receive()
    monkeypatch.setattr(landing, "_read", None)
    rows = place.reference["organizations"]
    fewer = small_reference(organizations=rows[rows["organization_code"] != "AA-2"])
    place.reference = fewer
    report = place.receive()
    assert (report.new, report.reidentified) == (0, 1)
    assert place.states == {"AA-1.xlsx": "identified", "AA-2.xlsx": "unidentified"}
    assert place.findings["rule_id"].to_list() == ["unknown_organization"]
    place.reference = small_reference()
    assert place.receive().reidentified == 1
    assert set(place.states.values()) == {"identified"}
    assert place.findings.empty


@pytest.mark.long
def test_any_order_and_batching_of_arrivals_gives_the_same_submissions(place: Place) -> None:
    fill(place)
    place.receive(workers=1)
    columns = [name for name in tables.SUBMISSIONS.names if name not in ("cells_file", "received_at")]
    expected = place.submissions[columns].sort_values("file_hash", ignore_index=True)
    cells = tables.read_tables(place.root / "lake" / "cells", tables.CELLS)
    order = [*tables.CELLS.names[:4]]
    names = sorted(path.name for path in place.inbox.iterdir())
    for seed in range(2):
        other = Place(place.root / f"other{seed}", place.catalogue, place.reference)
        other.inbox.mkdir(parents=True)
        shuffled = random.Random(seed).sample(names, len(names))
        while shuffled:
            batch, shuffled = shuffled[: 4 + seed], shuffled[4 + seed :]
            for name in batch:
                shutil.copy2(place.inbox / name, other.inbox / name)
            other.receive(workers=1 + seed)
        found = other.submissions[columns].sort_values("file_hash", ignore_index=True)
        pd.testing.assert_frame_equal(found, expected)
        assert sorted(other.findings["finding_id"]) == sorted(place.findings["finding_id"])
        again = tables.read_tables(other.root / "lake" / "cells", tables.CELLS)
        pd.testing.assert_frame_equal(
            again.sort_values(order, ignore_index=True), cells.sort_values(order, ignore_index=True)
        )


def test_a_damaged_index_only_costs_hashing_again(place: Place) -> None:
    place.workbook("AA-1.xlsx")
    place.receive()
    index = place.root / "lake" / "inbox_index.json"
    index.write_text("{not json", "utf-8")
    assert (place.receive().new, len(place.submissions)) == (0, 1)
    assert len(json.loads(index.read_text("utf-8"))["folders"]) == 1


def test_names_of_files_stay_in_the_inbox(place: Place) -> None:
    """A file called by a person's name: its index lay in the lake under that name."""
    place.workbook("AA-1 Nguyễn Văn An 079123456711.xlsx")
    assert (place.receive().new, place.receive().known) == (1, 1)
    written = [path.read_bytes() for path in sorted((place.root / "lake").rglob("*")) if path.is_file()]
    assert not any("Văn An".encode() in content or b"079123456711" in content for content in written)


def test_files_outside_an_inbox_are_read_without_landing(place: Place, tmp_path: Path) -> None:
    expected = fill(place)
    paths = sorted(place.inbox.iterdir())
    read = read_files([*paths, paths[0]], place.catalogue, place.reference, limits=Limits(wall_seconds=5.0))
    place.receive()
    columns = ["file_hash", "read_state", "organization_code", "period_code", "template_id"]
    found = read.submissions[columns].sort_values("file_hash", ignore_index=True)
    wanted = place.submissions[columns].sort_values("file_hash", ignore_index=True)
    pd.testing.assert_frame_equal(found.astype(object).fillna(""), wanted.astype(object).fillna(""))
    assert set(read.findings["file_name"]) == set(expected)
    assert not (tmp_path / "elsewhere").exists()
    with pytest.raises(NotAFile, match="nowhere"):
        read_files([tmp_path / "nowhere.xlsx"], place.catalogue, place.reference)


def test_an_inbox_of_nothing_is_received(place: Place) -> None:
    report = place.receive()
    assert (report.new, report.known, report.waiting) == (0, 0, 0)
    assert place.submissions.empty
    assert tuple(place.submissions.columns) == tuple(tables.SUBMISSIONS.names)


def test_a_file_name_that_is_not_utf_8_stops_nothing(place: Place) -> None:
    source = place.workbook("AA-1.xlsx", "AA-1", 0)
    os.rename(source, os.fsencode(place.inbox) + b"/B\xe1o c\xe1o.xlsx")
    assert place.receive().new == 1
    assert place.states == {"B\\udce1o c\\udce1o.xlsx": "identified"}
    assert place.receive().new == 0
