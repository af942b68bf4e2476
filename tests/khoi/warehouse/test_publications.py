"""Publications by their number: kept, listed, gone back to, pruned; whatever the clock and the disk do."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest
from small_build import small_build

from khoi.deployment import Home, create_deployment
from khoi.figures.revisions import revisions
from khoi.warehouse import publish as publishing
from khoi.warehouse.errors import WarehouseError
from khoi.warehouse.pointer import point_at, read_pointer
from khoi.warehouse.publications import (
    finish_swap,
    prune,
    publication,
    publications,
    roll_back,
    rollbacks,
    unfinished_swap,
)
from khoi.warehouse.publish import publish
from khoi.warehouse.read import open_published
from khoi.warehouse.versions import is_sound, newest_version, published_file, published_version
from khoi.warehouse.vintages import vintage_named, vintages

ROLE = {"by": "Ban Tổ chức", "reason": "công bố nhầm"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Four publications; the second was published although the gate was closed."""
    home = Home(tmp_path)
    create_deployment(home)
    for number in range(1, 5):
        small_build(home, number)
        publish(home, f"f{number}", accepted_break="biết trước" if number == 2 else None)
    return home


def number_read(home: Home) -> float:
    """What people read."""
    with open_published(home) as connection:
        ((number,),) = connection.execute("select number from numbers").fetchall()
    return float(number)


def test_publications_have_numbers_and_keep_their_reasons(home: Home) -> None:
    found = publications(home)
    assert [one.number for one in found] == [1, 2, 3, 4]
    assert [one.is_whole for one in found] == [False, True, True, True]
    assert [one.is_current for one in found] == [False, False, False, True]
    assert [one.accepted_break for one in found] == [None, "biết trước", None, None]
    for name in ("4", "current", found[3].version):
        assert publication(home, name) == found[3]
    assert publication(home, "previous") == found[2]
    for name in ("5", "x", "", "20"):
        with pytest.raises(WarehouseError, match="names no one"):
            publication(home, name)


def test_a_clock_set_back_deletes_nothing_that_was_just_published(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    class SetBack(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
            return dt.datetime(2001, 1, 1, tzinfo=tz)

    monkeypatch.setattr(publishing.dt, "datetime", SetBack)
    for number in (5, 6):
        small_build(home, number)
        published = publish(home, f"f{number}")
        assert published.published_at.startswith("2001-01-01")
        assert number_read(home) == number
    assert [one.number for one in publications(home)] == [1, 2, 3, 4, 5, 6]
    assert [vintage.version for vintage in vintages(home)] == sorted(one.version for one in vintages(home))


def test_going_back_holds_and_is_told_until_something_new_is_published(home: Home) -> None:
    found = roll_back(home, "3", **ROLE)
    assert found.is_current
    assert number_read(home) == 3
    newest = newest_version(home)
    assert newest is not None
    assert newest.fingerprint == "f4", "so a run with the same inputs has nothing to do"
    assert publications(home)[3].taken_back == "công bố nhầm"
    assert vintage_named(home, "current").number == 3
    small_build(home, 5)
    publish(home, "f5")
    assert number_read(home) == 5
    assert publication(home, "5").is_current
    assert publications(home)[3].taken_back == "công bố nhầm", "why it was taken back stays written"
    (decision,) = rollbacks(home)
    assert (decision.by_role, decision.reason) == ("organization_board", "công bố nhầm")


def test_going_forward_again_is_going_back_from_the_earlier_one(home: Home) -> None:
    roll_back(home, "3", **ROLE)
    roll_back(home, "4", by="Ban Tổ chức", reason="bản 4 đúng")
    assert number_read(home) == 4
    assert publications(home)[3].taken_back is None
    assert len(rollbacks(home)) == 2


def test_only_what_is_kept_whole_and_sound_can_be_gone_back_to(home: Home) -> None:
    with pytest.raises(WarehouseError, match="2, 3, 4"):
        roll_back(home, "1", **ROLE)
    with pytest.raises(WarehouseError, match="is the one that is read"):
        roll_back(home, "4", **ROLE)
    with pytest.raises(WarehouseError, match="empty"):
        roll_back(home, "3", by="", reason="x")
    path = home.published / f"{publication(home, '3').version}.duckdb"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)
    with pytest.raises(WarehouseError, match="not kept"):
        roll_back(home, "3", **ROLE)
    assert number_read(home) == 4
    assert rollbacks(home) == []


def test_pruning_leaves_the_one_people_read_and_what_all_of_them_said(home: Home) -> None:
    roll_back(home, "2", **ROLE)
    assert prune(home, 1) == [3]
    assert [one.number for one in publications(home) if one.is_whole] == [2, 4]
    assert number_read(home) == 2
    assert len(vintages(home)) == 4
    assert revisions(home, "1", "4").revisions == ()
    with pytest.raises(WarehouseError, match="at least 1"):
        prune(home, 0)
    small_build(home, 5)
    publish(home, "f5")
    assert number_read(home) == 5


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"2026", b"../../etc/passwd", b"20990101T000000000000", None])
def test_a_damaged_pointer_is_the_last_whole_publication(home: Home, damage: bytes | None) -> None:
    path = home.published / "current"
    path.unlink() if damage is None else path.write_bytes(damage)
    assert number_read(home) == 4
    small_build(home, 5)
    publish(home, "f5")
    assert number_read(home) == 5


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"null", b"\xff", b'{"version": 5}', b'{"version": "x"}', None])
def test_a_damaged_record_makes_the_next_run_publish_anew(home: Home, damage: bytes | None) -> None:
    version = read_pointer(home.published)
    path = home.published / f"{version}.json"
    path.unlink() if damage is None else path.write_bytes(damage)
    current = published_version(home)
    assert current is not None
    assert (current.version, current.fingerprint) == (version, None)
    assert not is_sound(home.published, current)
    assert number_read(home) == 4, "people go on reading"
    small_build(home, 5)
    assert publish(home, "f5").number == 5


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b"\xff", b'{"version": "x"}', b'{"version": 1, "fingerprints": 2}']
)
def test_a_damaged_vintage_is_named_with_the_remedy_and_stops_no_publication(home: Home, damage: bytes) -> None:
    path = home.published / publications(home)[1].version / "manifest.json"
    path.write_bytes(damage)
    with pytest.raises(WarehouseError, match=r"manifest\.json.*khoi restore"):
        publications(home)
    small_build(home, 5)
    assert publish(home, "f5").number == 5


def test_a_damaged_register_of_rollbacks_is_named_with_its_line(home: Home) -> None:
    roll_back(home, "3", **ROLE)
    path = home.published / "rollbacks.jsonl"
    path.write_bytes(path.read_bytes() + b'{"half')
    with pytest.raises(WarehouseError, match=r"rollbacks\.jsonl, dòng / line 2.*khoi restore"):
        publications(home)
    assert number_read(home) == 3


def test_a_published_file_that_is_not_what_was_published_is_not_sound(home: Home) -> None:
    current, path = published_version(home), published_file(home)
    assert current is not None
    assert path is not None
    assert is_sound(home.published, current)
    content = bytearray(path.read_bytes())
    content[-100] ^= 1
    path.write_bytes(content)
    assert not is_sound(home.published, current)
    path.write_bytes(content[:100])
    assert not is_sound(home.published, current)
    content[-100] ^= 1
    path.write_bytes(content + b"\0" * 8)
    assert not is_sound(home.published, replace(current, sha256=None)), "a record without a sum knows the size"
    path.unlink()
    assert not is_sound(home.published, current)


def test_what_an_earlier_edition_published_is_read_and_counted_on(home: Home) -> None:
    """Before, records and manifests bore neither number nor schema, and reasons stood beside the warehouse only."""
    for vintage in vintages(home):
        path = home.published / vintage.version / "manifest.json"
        record = json.loads(path.read_text(encoding="utf-8"))
        for added in ("number", "schema", "accepted_break"):
            del record[added]
        path.write_text(json.dumps({**record, "field_of_tomorrow": 1}), encoding="utf-8")
    for path in home.published.glob("*.json"):
        record = json.loads(path.read_text(encoding="utf-8"))
        for added in ("number", "schema", "sha256"):
            del record[added]
        path.write_text(json.dumps(record), encoding="utf-8")
    assert [one.number for one in publications(home)] == [1, 2, 3, 4]
    assert publication(home, "2").accepted_break == "biết trước"
    current = published_version(home)
    assert current is not None
    assert is_sound(home.published, current)
    small_build(home, 5)
    assert publish(home, "f5").number == 5


def test_a_publication_that_is_in_place_and_not_pointed_at_is_finished(home: Home) -> None:
    """A run died between the two: nobody led people back, so what was published is read."""
    assert unfinished_swap(home) is None
    point_at(home.published, publication(home, "3").version)
    left = unfinished_swap(home)
    assert left is not None
    assert left.version == publication(home, "4").version
    assert finish_swap(home)
    assert number_read(home) == 4
    assert unfinished_swap(home) is None
    assert not finish_swap(home)


def test_a_publication_that_people_were_led_back_from_stays_so(home: Home) -> None:
    roll_back(home, "3", **ROLE)
    roll_back(home, "2", **ROLE)
    assert unfinished_swap(home) is None
    assert not finish_swap(home)
    assert number_read(home) == 2
    small_build(home, 5)
    publish(home, "f5")
    point_at(home.published, publication(home, "3").version)
    assert finish_swap(home), "the decisions were about another publication"
    assert number_read(home) == 5


def test_a_publication_in_place_that_is_not_sound_is_not_pointed_at(home: Home) -> None:
    newest = publication(home, "4").version
    point_at(home.published, publication(home, "3").version)
    path = home.published / f"{newest}.duckdb"
    path.write_bytes(path.read_bytes()[:5000])
    assert unfinished_swap(home) is not None, "so there is work to do"
    assert not finish_swap(home)
    assert number_read(home) == 3


def test_the_pointer_swaps_whole(home: Home) -> None:
    point_at(home.published, publication(home, "2").version)
    assert number_read(home) == 2
    assert [path.name for path in home.published.iterdir() if path.name.startswith(".")] == []
