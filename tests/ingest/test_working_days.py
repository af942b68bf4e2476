"""Limits in working days: holidays and weekends are left out, and a year that is not known has no last day."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.parameters import Parameters
from ingest.reference import SEEDS_DIR, Reference, read_reference
from ingest.working_days import WorkingDays

SEEDS: Reference = read_reference(SEEDS_DIR)[0]
CALENDAR = WorkingDays.of(SEEDS)
HOLIDAYS = set(SEEDS["holidays"]["day"])
KNOWN = st.dates(dt.date(2018, 1, 1), dt.date(2026, 3, 1))


@pytest.mark.parametrize(
    ("after", "days", "last"),
    [
        ("2026-06-30", 1, "2026-07-01"),  # Tuesday, then Wednesday
        ("2026-07-03", 1, "2026-07-06"),  # a weekend
        ("2026-07-04", 1, "2026-07-06"),  # from a Saturday: Monday is the first
        ("2026-08-31", 1, "2026-09-03"),  # National Day has two days
        ("2026-02-13", 1, "2026-02-23"),  # the whole week of Tết
        ("2023-04-28", 1, "2023-05-04"),  # two days off in lieu of a Saturday and a Sunday
        ("2025-06-30", 90, "2025-11-05"),  # 18 weeks to 3 November, and two days of September
    ],
)
def test_a_limit_ends_on_the_last_working_day(after: str, days: int, last: str) -> None:
    assert CALENDAR.limit_of(days, dt.date.fromisoformat(after)).last_day == dt.date.fromisoformat(last)


@settings(deadline=None)
@given(after=KNOWN, days=st.integers(1, 120))
def test_between_the_beginning_and_the_last_day_lie_as_many_working_days(after: dt.date, days: int) -> None:
    last = CALENDAR.limit_of(days, after).last_day
    assert last is not None
    passed = [after + dt.timedelta(n) for n in range(1, (last - after).days + 1)]
    working = [day for day in passed if day.weekday() < 5 and day.isoformat() not in HOLIDAYS]
    assert (len(working), working[-1]) == (days, last)


def test_a_limit_into_a_year_without_holidays_has_no_last_day() -> None:
    limit = CALENDAR.limit_of(90, dt.date(2026, 12, 31))
    assert (limit.last_day, limit.unknown_years) == (None, (2027,))
    assert CALENDAR.limit_of(1, dt.date(2026, 12, 30)).last_day == dt.date(2026, 12, 31)


def test_a_committees_own_limit_comes_before_that_of_all() -> None:
    name = "transfer_match_working_days"
    spans = {name: [("AA", "2020-01-01", "2020-12-31", "10"), (None, "2000-01-01", "9999", "90")], "mask": []}
    calendar = WorkingDays(CALENDAR.holidays, CALENDAR.years, Parameters(spans))  # type: ignore[arg-type]
    after = dt.date(2020, 6, 30)
    (own,), (shared,) = calendar.limits("AA", after), calendar.limits("BB", after)
    assert own == calendar.limit_of(10, after, name)
    assert shared == calendar.limit_of(90, after, name)
    assert calendar.limit(name, "AA", dt.date(1999, 12, 31)) is None
    assert calendar.limit(name, "AA", dt.date(2021, 6, 30)) == calendar.limit_of(90, dt.date(2021, 6, 30), name)


def test_every_year_of_the_register_has_all_its_holidays() -> None:
    """Ten days by the law of 2012, eleven since 2021, and a day off in lieu of each that falls on a weekend."""
    for year in sorted(CALENDAR.years):
        days = [dt.date.fromisoformat(day) for day in HOLIDAYS if day.startswith(str(year))]
        assert len([day for day in days if day.weekday() < 5]) == (10 if year <= 2020 else 11), year
    assert sorted(CALENDAR.years) == list(range(2018, 2027))
