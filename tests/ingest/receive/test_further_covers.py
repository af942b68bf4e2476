"""The sheets of two organizations in one workbook, from the inbox to the lake: the second lies there, unread."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from inbox_place import Place
from workbook_rows import Sheets, random_content, small_reference

from ingest.catalogue import Catalogue
from ingest.reference import Reference


@pytest.fixture
def place(tmp_path: Path, catalogue: Catalogue, reference: Reference) -> Place:
    """An inbox with one workbook that holds the covers of AA-1 and AA-2."""
    found = Place(tmp_path, catalogue, reference)
    sheets = Sheets.of(random_content(3, catalogue, reference), catalogue, reference, tmp_path)
    sheets.cells["Bìa (2)"] = dict(sheets.cells["Bìa"])
    row, _ = sheets.find("Bìa (2)", "Mã tổ chức đảng")
    sheets.cells["Bìa (2)"][row, 3] = "AA-2"
    found.put("hai don vi.xlsx", sheets.save(tmp_path / "two.xlsx").read_bytes())
    return found


def lines(place: Place) -> list[tuple[str, str]]:
    return sorted(zip(place.submissions["organization_code"], place.submissions["read_state"], strict=True))


def test_the_second_organization_has_its_state_and_keeps_it_when_registers_change(place: Place) -> None:
    place.receive()
    expected = [("AA-1", "identified"), ("AA-2", "unidentified")]
    assert lines(place) == expected
    told = place.findings
    assert list(told.loc[told["rule_id"] == "second_organization", "organization_code"]) == ["AA-2"]
    before = place.lake_bytes()
    place.receive()
    assert place.lake_bytes() == before
    organizations = place.reference["organizations"]
    place.reference = small_reference(organizations=organizations.assign(name="Tổ chức khác"))
    place.receive()
    assert lines(place) == expected
    place.reference = small_reference(organizations=organizations[organizations["organization_code"] != "AA-2"])
    place.receive()
    assert lines(place) == [("AA-1", "identified")]


def test_cells_stay_with_the_file_that_was_read(place: Place) -> None:
    place.receive()
    submissions = place.submissions.set_index("organization_code")
    assert submissions.loc["AA-2", "part_of"] == submissions.loc["AA-1", "file_hash"]
    assert pd.isna(submissions.loc["AA-1", "part_of"])
    assert submissions.loc["AA-1", "cells_file"]
