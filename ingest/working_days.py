"""Working days in Vietnam: Monday to Friday without the public holidays of `holidays.csv`.

A time limit that a regulation states in working days is counted here and nowhere else. A year without a line in
`holidays.csv` is not known: a limit that reaches into it ends on no day that could be named, because the days of Tết
are fixed anew for every year. A Monday that one year's timetable swaps for a Saturday is not in the register: the
Saturday is worked instead, so the number of working days stays what the law makes it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ingest.parameters import Parameters
from ingest.reference import Reference
from ingest.register_files.values import is_day

# So many working days fit before the last day that the calendar knows.
_WHOLE = re.compile(r"(\d{1,5})(?:\.0*)?")
PARAMETER_SUFFIX = "_working_days"
"""A parameter of this ending is a number of working days, counted from the last day of a period."""


def whole_days(text: str) -> int | None:
    """The number of working days that a parameter's value says; None where it is no whole number of them."""
    days = _WHOLE.fullmatch(text)
    return int(days[1]) if days else None


@dataclass(frozen=True)
class Limit:
    """A limit in working days: its parameter, its last day (None: not known), the years without holidays on its way."""

    parameter: str
    last_day: dt.date | None
    unknown_years: tuple[int, ...] = ()


@dataclass(frozen=True)
class WorkingDays:
    """The public holidays that are known, the years they are known of, and the limits that are counted by them."""

    holidays: np.ndarray
    years: frozenset[int]
    parameters: Parameters

    @classmethod
    def of(cls, reference: Reference) -> WorkingDays:
        """Those of `holidays.csv` and `rule_parameters.csv`; a line without a day is told by the check."""
        days = sorted({day for day in reference["holidays"]["day"].dropna() if is_day(str(day))})
        return cls(
            np.array(days, dtype="datetime64[D]"), frozenset(int(day[:4]) for day in days), Parameters.of(reference)
        )

    def limit(self, parameter: str, committee: str, after: dt.date) -> Limit | None:
        """The limit that begins after the day ``after``; None where no parameter is in force for the committee then, or
        where its value is no number of days, which the check of the registers tells."""
        days = whole_days(self.parameters.value_on(committee, after.isoformat(), parameter) or "")
        return None if days is None else self.limit_of(days, after, parameter)

    def limits(self, committee: str, after: dt.date) -> Iterator[Limit]:
        """Every limit in working days of a committee that begins after the day ``after``."""
        for parameter in sorted(self.parameters.rows):
            limit = self.limit(parameter, committee, after) if parameter.endswith(PARAMETER_SUFFIX) else None
            if limit is not None:
                yield limit

    def limit_of(self, days: int, after: dt.date, parameter: str = "") -> Limit:
        """The limit of ``days`` working days that begins after the day ``after``."""
        # Rolled back, a limit that begins after a day off begins after the last working day before it.
        counted = np.busday_offset(np.datetime64(after, "D"), days, roll="backward", holidays=self.holidays)
        end: dt.date = counted.astype(dt.date)
        first = after + dt.timedelta(days=1)
        unknown = tuple(year for year in range(first.year, end.year + 1) if year not in self.years)
        return Limit(parameter, None if unknown else end, unknown)
