"""The calendar: periods of one family tile the time, each names the one before it, and is not due before it begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from ingest.reference import Reference
from ingest.register_files.mistakes import Mistake, TablePlaces
from quality.registers.stretches import day_after, stretches_of, usable_days

# Half years, quarters, months and years follow each other; a term may stand alone.
_TILED = frozenset({"H", "Q", "M", "Y"})


def calendar_mistakes(reference: Reference) -> Iterator[Mistake]:
    """Overlaps and holes between periods of a family, wrong links to the previous period, due dates too early."""
    frame = reference["periods"].reset_index(drop=True)
    usable = frame["period_code"].notna() & usable_days(frame, "period_start") & usable_days(frame, "period_end")
    usable &= frame["period_start"] <= frame["period_end"]
    usable &= ~frame["period_code"].duplicated()
    periods = list(frame[usable.fillna(False)].itertuples())
    places = reference.places_of("periods")
    families: dict[str, list[Any]] = {}
    for period in periods:
        families.setdefault(re.sub(r"\d+$", "", str(period.kind)), []).append(period)
    for family, members in families.items():
        members.sort(key=lambda period: (period.period_start, period.period_end))
        for earlier, later in pairwise(members):
            yield from _between(places, earlier, later, family in _TILED and "periods" not in reference.incomplete)
    yield from _previous(places, periods)
    yield from _reporting(reference, {period.period_code: period for period in periods})


def _between(places: TablePlaces, earlier: Any, later: Any, tiled: bool) -> Iterator[Mistake]:
    here, other = places.of(later.Index, "period_start"), (places.of(earlier.Index, "period_end"),)
    code = str(later.period_code)
    after = day_after(earlier.period_end)
    if later.period_start <= earlier.period_end:
        yield Mistake("periods_overlap", "periods", here, code, f"period_start = {after}", other)
    elif tiled and later.period_start > after:
        yield Mistake("periods_hole", "periods", here, code, f"{after} – {day_after(later.period_start, -1)}", other)
    elif tiled and later.previous_period_code is None:
        place = places.of(later.Index, "previous_period_code")
        yield Mistake("previous_missing", "periods", place, code, str(earlier.period_code), other)


def _previous(places: TablePlaces, periods: list[Any]) -> Iterator[Mistake]:
    by_code = {period.period_code: period for period in periods}
    for period in periods:
        before = by_code.get(period.previous_period_code)
        if before is None:
            continue
        here = places.of(period.Index, "previous_period_code")
        code, other = str(period.period_code), (places.of(before.Index, "period_end"),)
        if cycle := _cycle(by_code, period):
            yield Mistake("previous_cycle", "periods", here, code, " → ".join(cycle), other)
        elif day_after(before.period_end) != period.period_start:
            yield Mistake("previous_apart", "periods", here, code, str(before.period_code), other)


def _cycle(by_code: dict[str, Any], start: Any) -> list[str]:
    """The codes from ``start`` back to itself, empty where the chain ends or runs into a circle of others."""
    seen = [str(start.period_code)]
    period = by_code.get(start.previous_period_code)
    while period is not None and len(seen) <= len(by_code):
        seen.append(str(period.period_code))
        if period.period_code == start.period_code:
            return seen
        period = by_code.get(period.previous_period_code)
    return []


def _reporting(reference: Reference, periods: dict[str, Any]) -> Iterator[Mistake]:
    frame = reference["reporting_periods"].reset_index(drop=True)
    places = reference.places_of("reporting_periods")
    committees = stretches_of(reference, "committees", ["committee_code"])
    for row in frame[usable_days(frame, "due_on")].itertuples():
        period = periods.get(row.period_code)
        if period is None:
            continue
        if row.due_on < period.period_start:
            here = places.of(row.Index, "due_on")
            yield Mistake("due_before_start", "reporting_periods", here, row.due_on, period.period_start)
        own = committees.get(str(row.committee_code), [])
        if own and not any(one.first <= period.period_end and period.period_start <= one.last for one in own):
            here, other = (
                places.of(row.Index, "period_code"),
                reference.places_of("committees").of(own[-1].row, "valid_to"),
            )
            told = f"{row.committee_code} {row.period_code}"
            yield Mistake("reporting_without_committee", "reporting_periods", here, told, "", (other,))
