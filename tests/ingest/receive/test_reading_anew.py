"""A lake that an earlier edition read is read again from the landed bytes: what it kept unmasked does not stay."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from inbox_place import Place

from ingest import lake as tables
from ingest.catalogue import Catalogue
from ingest.lake import edition
from ingest.normalise import normalise_partitions, stale_partitions
from ingest.receive.inbox import ArrivalTerms
from ingest.reference import Reference

NAME = "Lê Văn Thử"
MONDAY = dt.datetime(2022, 7, 4, 2, tzinfo=dt.UTC)


@pytest.fixture
def read(tmp_path: Path, catalogue: Catalogue, reference: Reference) -> Place:
    """A place with a workbook that was read, normalised, and whose lake holds a name as an earlier edition left it."""
    place = Place(tmp_path, catalogue, reference)
    place.workbook("a.xlsx")
    place.receive(terms=ArrivalTerms(clock=lambda: MONDAY))
    lake = place.root / "lake"
    normalise_partitions(
        lake, stale_partitions(lake, place.catalogue, place.reference), place.catalogue, place.reference
    )
    (path,) = (lake / "cells").glob("*.parquet")
    cells = tables.read_tables(path.parent, tables.CELLS, path.name)
    cells.loc[0, "text"] = NAME
    tables.write_table(cells, tables.CELLS, path)
    return place


def texts(place: Place) -> set[str]:
    return set(tables.read_tables(place.root / "lake" / "cells", tables.CELLS)["text"])


def test_what_an_earlier_edition_kept_is_gone_and_everything_else_is_as_it_was(read: Place) -> None:
    (read.root / "lake" / "read_edition.txt").unlink()
    before = read.submissions
    for path in read.inbox.iterdir():
        path.unlink()
    assert read.receive().new == 1, "from the landed bytes: the inbox is empty"
    assert NAME not in texts(read)
    assert read.submissions.equals(before), "and received when it was received"
    assert read.receive().new == 0


def test_the_partitions_of_another_edition_are_normalised_again(read: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = read.root / "lake"
    assert stale_partitions(lake, read.catalogue, read.reference) == []
    monkeypatch.setattr("ingest.normalise.partitions.READ_EDITION", edition.READ_EDITION + 1)
    assert len(stale_partitions(lake, read.catalogue, read.reference)) == 1


def test_a_clearing_that_was_cut_off_is_made_again(read: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    (read.root / "lake" / "read_edition.txt").write_text("1")

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(edition, "write_text", dies)
        with pytest.raises(KeyboardInterrupt):
            read.receive()
    assert read.receive().new == 1
    assert NAME not in texts(read)
