"""A cell that is counted does not hold the count: what stands there is a drop-down, and what is told is rows."""

from __future__ import annotations

import pandas as pd
import pytest

from ingest.catalogue import Catalogue
from ingest.reference import Reference
from quality.wording import wording_of

CASES = "discipline_cases"
EXPELLED = {"OUT_EXPEL": "membership_change.OUT_EXPEL", "EXPELLED_DECIDED": f"{CASES}.EXPELLED_DECIDED"}


@pytest.mark.parametrize(
    ("cell", "counted", "told"),
    [
        ("DS kỷ luật!G8=1", {"COMMITTEE_MEMBERS": f"{CASES}.COMMITTEE_MEMBERS"}, "DS kỷ luật!G8: 1 dòng"),
        (
            "DS kỷ luật!I8:I9 [EXPELLED_DECIDED]=2",
            EXPELLED,
            "DS kỷ luật!I8:I9 (vụ khai trừ đã quyết định): 2 dòng",
        ),
        ("Biểu 1!C19=1", EXPELLED, "Biểu 1!C19=1"),
        ("Chuyển sinh hoạt!E9=3", {"TRONG_TINH": "transfers.IN.TRONG_TINH"}, "Chuyển sinh hoạt!E9=3"),
    ],
)
def test_rows_that_are_counted_are_told_as_rows(
    catalogue: Catalogue, reference: Reference, cell: str, counted: dict[str, str], told: str
) -> None:
    assert wording_of(catalogue, reference).cells(cell, counted, "vi") == told


def test_of_a_form_of_one_record_the_drop_down_is_named_and_no_number(
    catalogue: Catalogue, reference: Reference
) -> None:
    wording = wording_of(catalogue, reference)
    codes = [code for code in sorted(wording.counted.cells) if code.startswith("organization_profile.")]
    sheet = next(one for one, form in wording.counted.sheets.items() if form == "organization_profile")
    told = wording.cells(f"{sheet}!C12=1", {codes[0].rpartition(".")[2]: codes[0]}, "vi")
    assert told == f"{sheet}!C12"


def test_only_what_counts_records_is_meant(catalogue: Catalogue, reference: Reference) -> None:
    counting = wording_of(catalogue, reference).counted
    assert f"{CASES}.MEMBERS" in counting.cells
    assert not any(code.startswith("transfers.") for code in counting.cells)
    assert pd.Series(sorted(counting.lists)).isin(["transfers", CASES]).sum() == 2
