"""Who reports when: codes, periods and committees as people write and name them, never guessed between two."""

from __future__ import annotations

import pandas as pd
import pytest
from workbook_rows import COMMITTEE, small_reference

from ingest.reference import SEED_COLUMNS
from ingest.rosters import Rosters


@pytest.fixture(scope="module")
def rosters() -> Rosters:
    """AA-1 to AA-3 of one committee, which itself reports as well; 2021H2 to 2022H2, 2022 and 2025H2 are reported."""
    register = small_reference()
    year = register["reporting_periods"].iloc[:1].assign(period_code="2022")
    periods = pd.concat([register["reporting_periods"], year], ignore_index=True)
    return Rosters(small_reference(reporting_periods=periods))


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("AA-1_2022H1.xlsx", ("AA-1", "2022H1")),
        ("2022H2/bao cao aa 2.pdf", ("AA-2", "2022H2")),
        ("AA1 6 tháng đầu năm 2022.xlsx", ("AA-1", "2022H1")),
        ("AA-1.xlsx", None),
        ("2022H1.xlsx", None),
        ("AA-1 và AA-2 2022H1.xlsx", None),
        ("AA-1 2022H1 2022H2.xlsx", None),
        ("AA-1_2020H1.xlsx", None),  # nobody reports for it
    ],
)
def test_a_name_says_whose_a_file_probably_is_where_it_says_one(
    rosters: Rosters, path: str, owner: tuple[str, str] | None
) -> None:
    found = rosters.likely_owner(path)
    assert (found and (found[0], found[1].code)) == owner


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Kỳ: 6 tháng đầu năm 2022", "2022H1"),
        ("Tính đến 30/6/2022", "2022H1"),
        ("cả năm 2022", "2022"),
        ("tháng 6", None),
        ("ngày 29/6/2022", None),
        ("2022H1 so với 2021H2", None),
    ],
)
def test_a_longer_text_speaks_of_one_period_by_name_or_last_day(rosters: Rosters, text: str, code: str | None) -> None:
    found = rosters.period_within(text)
    assert (found.code if found else None) == code


def test_a_committee_is_that_of_the_day_and_around_a_hole_the_one_before() -> None:
    rows = [
        ["AA-1", "BB", "Chi bộ Một", "DBCS", "S5", "KHONG", "2010-01-01", "2015-12-31", "thử"],
        ["AA-1", COMMITTEE, "Chi bộ Một", "DBCS", "S5", "KHONG", "2018-01-01", None, "thử"],
    ]
    register = pd.DataFrame(rows, columns=SEED_COLUMNS["organizations"], dtype=object)
    rosters = Rosters(small_reference(organizations=register))
    days = ["2009-12-31", "2010-01-01", "2015-12-31", "2016-06-30", "2018-01-01"]
    assert [rosters.committee_of("AA-1", day) for day in days] == [None, "BB", "BB", None, COMMITTEE]
    assert [rosters.committee_around("AA-1", day) for day in days] == ["BB", "BB", "BB", "BB", COMMITTEE]
    assert rosters.committee_around("ZZ-9", "2018-01-01") is None
    assert rosters.named("chi bộ một", "2018-01-01") == "AA-1"
    assert rosters.named("chi bộ một", "2017-01-01") is None
