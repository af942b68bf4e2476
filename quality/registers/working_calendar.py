"""Whether the public holidays are known in every year that a limit in working days reaches into."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.reference import Reference
from ingest.register_files.mistakes import Mistake
from ingest.working_days import WorkingDays


def working_calendar_mistakes(reference: Reference) -> Iterator[Mistake]:
    """One mistake per year of which no public holiday is known, with the periods whose limits reach into it."""
    if {"holidays", "periods", "reporting_periods", "rule_parameters"} & reference.incomplete:
        return
    calendar, ends = WorkingDays.of(reference), reference.period_ends
    periods: dict[int, dict[str, None]] = {}
    reports = reference["reporting_periods"][["committee_code", "period_code"]].dropna()
    for committee, period in reports.itertuples(index=False):
        if period in ends:
            for limit in calendar.limits(str(committee), ends[period]):
                for year in limit.unknown_years:
                    periods.setdefault(year, {})[str(period)] = None
    place = reference.places_of("holidays").of(column="day")
    for year in sorted(periods):
        yield Mistake("holidays_missing", "holidays", place, str(year), ", ".join(sorted(periods[year])))
