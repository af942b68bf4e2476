"""A refusal holds as long as its reason does: time that ran out is tried again, damage by another reader only."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from deadly import DIES, deadly
from openpyxl import load_workbook
from workbook_rows import random_content

from ingest import lake as tables
from ingest.catalogue import Catalogue
from ingest.reading.limits import Limits
from ingest.receive import ReceiveReport, inbox, receive_inbox, second_tries
from ingest.reference import Reference
from ingest.template import write_workbook


class Desk:
    """An inbox with one workbook at which reading dies, as long as the labels are deadly."""

    def __init__(self, root: Path, catalogue: Catalogue, reference: Reference) -> None:
        self.root, self.catalogue, self.reference = root, catalogue, reference
        path = root / "inbox" / "AA-1.xlsx"
        path.parent.mkdir()
        write_workbook(path, random_content(1, catalogue, reference, "AA-1", "2022H1"), catalogue, reference)
        book = load_workbook(path)
        book.create_sheet(DIES)["A1"] = 1
        book.save(path)

    def receive(self) -> ReceiveReport:
        folders = (self.root / name for name in ("inbox", "landed", "lake"))
        return receive_inbox(*folders, self.catalogue, self.reference, workers=1, limits=Limits(wall_seconds=20.0))

    @property
    def states(self) -> list[str]:
        return list(tables.read_tables(self.root / "lake" / "submissions", tables.SUBMISSIONS)["read_state"])

    @property
    def rules(self) -> list[str]:
        return list(tables.read_tables(self.root / "lake" / "received_findings", tables.FINDINGS)["rule_id"])


@pytest.fixture
def desk(tmp_path: Path, catalogue: Catalogue, reference: Reference) -> Desk:
    return Desk(tmp_path, catalogue, reference)


@pytest.fixture
def deadly_labels(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    honest = inbox.cover_labels
    monkeypatch.setattr(inbox, "cover_labels", lambda *given: deadly(honest(*given)))
    return monkeypatch


def test_a_file_at_which_reading_died_once_is_read_the_next_time(desk: Desk, deadly_labels: pytest.MonkeyPatch) -> None:
    assert (desk.receive().refused, desk.states) == (1, ["unreadable"])
    assert "reader_died" in desk.rules
    deadly_labels.undo()
    assert (desk.receive().refused, desk.states) == (0, ["identified"])
    assert "reader_died" not in desk.rules
    assert json.loads((desk.root / "lake" / "refusals.json").read_text()) == {}
    assert desk.receive().new == 0


def test_a_file_that_kills_every_reader_is_tried_a_bounded_number_of_times(
    desk: Desk, deadly_labels: pytest.MonkeyPatch
) -> None:
    assert [desk.receive().new for _ in range(5)] == [1, 1, 1, 0, 0]
    assert desk.states == ["unreadable"]
    assert desk.rules.count("reader_died") == 1


def test_what_is_damaged_is_tried_again_by_another_reader_only(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = desk.root / "inbox" / "AA-1.xlsx"
    path.write_bytes(path.read_bytes()[:-40])
    assert [desk.receive().new for _ in range(2)] == [1, 0]
    monkeypatch.setattr(second_tries, "reader_version", lambda: "another")
    assert [desk.receive().new for _ in range(2)] == [1, 0]
    assert (desk.states, desk.rules.count("damaged")) == (["unreadable"], 1)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"x": 1}', "\udce1"])
def test_a_damaged_record_of_refusals_costs_one_more_try(desk: Desk, content: str) -> None:
    path = desk.root / "inbox" / "AA-1.xlsx"
    path.write_bytes(b"%PDF-1.7")
    desk.receive()
    (desk.root / "lake" / "refusals.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    assert [desk.receive().new for _ in range(2)] == [1, 0]


def test_the_version_of_the_reader_is_that_of_its_code() -> None:
    assert len(second_tries.reader_version()) == 16
