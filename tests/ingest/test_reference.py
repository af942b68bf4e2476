"""A committee that was renamed: the name of the day, in the register and on the blank workbook."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from ingest.reference import SEED_COLUMNS, Reference


@pytest.fixture
def reference() -> Reference:
    rows = [
        {"committee_code": "AA", "name_vi": "Đảng bộ mới", "valid_from": "2021-10-01"},
        {"committee_code": "AA", "name_vi": "Đảng bộ cũ", "valid_from": "2010-01-01", "valid_to": "2021-09-30"},
        {"committee_code": "BB", "name_vi": "Đảng bộ BB", "valid_from": None},
    ]
    frame = pd.DataFrame(rows, columns=SEED_COLUMNS["committees"]).astype(object)
    return Reference(Path(), {"committees": frame.where(frame.notna(), None)}, "")


@pytest.mark.parametrize(
    ("code", "day", "name"),
    [
        ("AA", "2021-09-30", "Đảng bộ cũ"),
        ("AA", "2021-10-01", "Đảng bộ mới"),
        ("AA", "2005-01-01", "Đảng bộ cũ"),
        ("BB", "2005-01-01", "Đảng bộ BB"),
    ],
)
def test_a_committee_has_the_name_of_the_day(reference: Reference, code: str, day: str, name: str) -> None:
    assert reference.committee_on(code, dt.date.fromisoformat(day))["name_vi"] == name


def test_an_unknown_committee_is_said(reference: Reference) -> None:
    with pytest.raises(KeyError):
        reference.committee_on("ZZ", dt.date(2021, 1, 1))
