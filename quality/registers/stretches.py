"""Stretches of validity: the lines of one code follow each other without overlap and, for rosters, without hole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from ingest.reference import Reference
from ingest.register_files.mistakes import Mistake
from quality.schemas.seeds import is_day

FOREVER = "9999-12-31"
# What a stretch is a stretch of; two overlapping lines of a code list or a parameter leave open which one holds.
_OVERLAPS = {
    "organizations": ["organization_code"],
    "committees": ["committee_code"],
    "codes": ["code_list", "code"],
    "code_combinations": ["combination", "left_code", "right_code"],
    "rule_parameters": ["parameter", "committee_code"],
}
_WITHOUT_HOLE = ("organizations", "committees")
_ENDING = frozenset({"merged", "consolidated", "handed_over", "dissolved", "split"})
_STARTING = frozenset({"established", "received", "consolidated", "split"})


@dataclass(frozen=True)
class Stretch:
    """One line of a register of stretches: its row and days (ISO); ``last`` is `FOREVER` where it is open."""

    row: int
    first: str
    last: str
    committee: str | None = None

    def holds(self, day: str) -> bool:
        """True where ``day`` lies in it."""
        return self.first <= day <= self.last


def stretch_mistakes(reference: Reference) -> Iterator[Mistake]:
    """Overlaps, unexplained holes, and organizations on days their committee does not have."""
    for name, subject in _OVERLAPS.items():
        for told, stretches in stretches_of(reference, name, subject).items():
            for earlier, later in pairwise(stretches):
                if later.first <= earlier.last:
                    yield _overlap(reference, name, told, earlier, later)
                elif (
                    name in _WITHOUT_HOLE and name not in reference.incomplete and later.first > day_after(earlier.last)
                ):
                    yield from _hole(reference, name, told, earlier, later)
    yield from _outside_committee(reference)


def stretches_of(reference: Reference, name: str, subject: list[str]) -> dict[str, list[Stretch]]:
    """Subject in words -> its stretches by their first day. Lines without usable days are left out, and so are equal
    keys: their own mistakes are told."""
    frame = reference.stored(name)
    columns = [frame[column] for column in (*subject, "valid_from", "valid_to")]
    committees = frame["committee_code"] if "committee_code" in frame else [None] * len(frame)
    lines: dict[tuple[str, ...], Stretch] = {}
    for row, (committee, *parts, first, last) in enumerate(zip(committees, *columns, strict=True)):
        key = (*(part or "" for part in parts), first or "")
        if is_day(key[-1]) and (last is None or (is_day(last) and last >= first)):
            lines.setdefault(key, Stretch(row, first, last or FOREVER, committee))
    found: dict[str, list[Stretch]] = {}
    for key, stretch in sorted(lines.items(), key=lambda one: (one[1].first, one[1].row)):
        found.setdefault(" ".join(part for part in key[:-1] if part), []).append(stretch)
    return found


def usable_days(frame: pd.DataFrame, column: str) -> pd.Series:
    """True where the column holds a day that exists."""
    return pd.Series([is_day(str(day or "")) for day in frame[column]], index=frame.index, dtype=bool)


def day_after(day: str, days: int = 1) -> str:
    """The day after an ISO day (or before it, with -1); `FOREVER` stays."""
    return day if day == FOREVER else (dt.date.fromisoformat(day) + dt.timedelta(days=days)).isoformat()


def _overlap(reference: Reference, name: str, told: str, earlier: Stretch, later: Stretch) -> Mistake:
    places = reference.places_of(name)
    return Mistake(
        "stretches_overlap",
        name,
        places.of(earlier.row, "valid_to"),
        told,
        day_after(later.first, -1),
        (places.of(later.row, "valid_from"),),
    )


def _hole(reference: Reference, name: str, told: str, earlier: Stretch, later: Stretch) -> Iterator[Mistake]:
    ended, began = day_after(earlier.last), later.first
    if name == "organizations":
        if "organization_events" in reference.incomplete:
            return
        events = reference["organization_events"]
        left = (events["from_organization_code"] == told) & (events["effective_on"] == ended)
        came = (events["to_organization_code"] == told) & (events["effective_on"] == began)
        if events[left]["event_type"].isin(_ENDING).any() and events[came]["event_type"].isin(_STARTING).any():
            return
    places = reference.places_of(name)
    gap = f"{ended} – {day_after(began, -1)}"
    yield Mistake(
        "stretches_hole",
        name,
        places.of(later.row, "valid_from"),
        told,
        gap,
        (places.of(earlier.row, "valid_to"),),
    )


def _outside_committee(reference: Reference) -> Iterator[Mistake]:
    if "committees" in reference.incomplete:
        return
    places, above = reference.places_of("organizations"), reference.places_of("committees")
    committees = stretches_of(reference, "committees", ["committee_code"])
    for code, stretches in stretches_of(reference, "organizations", ["organization_code"]).items():
        for one in stretches:
            own = committees.get(str(one.committee), [])
            if not own:
                continue
            first, last = min(own, key=lambda s: s.first), max(own, key=lambda s: s.last)
            # An organization may be older than its committee and end with it; without one common day it is wrong.
            if one.last < first.first or one.first > last.last:
                column = "valid_to" if one.last < first.first else "valid_from"
                span = f"{one.committee}: {first.first} – {'…' if last.last == FOREVER else last.last}"
                other = above.of(last.row, "valid_to") if column == "valid_from" else above.of(first.row, "valid_from")
                yield Mistake("outside_committee", "organizations", places.of(one.row, column), code, span, (other,))
