"""Limits in working days: whether they are whole numbers, and the holidays known in every year they reach into."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.reference import Reference
from ingest.register_files.mistakes import Mistake
from ingest.working_days import PARAMETER_SUFFIX, WorkingDays, whole_days
from quality.schemas.seeds import is_number


def working_calendar_mistakes(reference: Reference) -> Iterator[Mistake]:
    """One mistake per limit that is no whole number of days, and per year of which no public holiday is known.

    The latter names the periods whose limits reach into it.
    """
    if {"holidays", "periods", "reporting_periods", "rule_parameters"} & reference.incomplete:
        return
    yield from _limits_of_no_days(reference)
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


def _limits_of_no_days(reference: Reference) -> Iterator[Mistake]:
    """A limit below nothing or with a part of a day; what is no number at all is told by the schema."""
    rows = reference["rule_parameters"][["parameter", "value"]].itertuples(index=False)
    for row, (parameter, value) in enumerate(rows):
        if str(parameter).endswith(PARAMETER_SUFFIX) and is_number(value or "") and whole_days(value) is None:
            place = reference.places_of("rule_parameters").of(row, "value")
            yield Mistake("count", "rule_parameters", place, str(value))
