"""Random histories of committees: organizations that merge, split, are founded, handed over and dissolved, with every
member accounted for; and their restatement replayed in plain Python, one event after another.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from dataclasses import dataclass, field

Balance = tuple[str, str, int, int, int, int]
Event = tuple[str, str, str, str, str, str, str, str, int]
OUTSIDE = "outside"
PERIODS = tuple(f"{year}{half}" for year in range(2014, 2019) for half in ("H1", "H2"))


def period_days(period: str) -> tuple[dt.date, dt.date]:
    """First and last day of a half year."""
    year = int(period[:4])
    if period.endswith("H1"):
        return dt.date(year, 1, 1), dt.date(year, 6, 30)
    return dt.date(year, 7, 1), dt.date(year, 12, 31)


@dataclass
class History:
    """One committee's history over `PERIODS`, as it was lived and as it was reported."""

    committee: str
    rng: random.Random
    missing: float
    members: dict[str, int] = field(default_factory=dict)
    born: dict[str, dt.date] = field(default_factory=dict)
    died: dict[str, dt.date] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    balances: list[Balance] = field(default_factory=list)
    _closings: dict[tuple[str, str], int] = field(default_factory=dict)

    def live(self, organizations: int, events_a_period: int) -> History:
        """Found ``organizations``, then live through all periods with up to ``events_a_period`` events each."""
        for _ in range(organizations):
            self._found(dt.date(2010, 1, 1), self.rng.randint(5, 120))
        for period in PERIODS:
            first, last = period_days(period)
            days = sorted(self.rng.randint(0, (last - first).days) for _ in range(self.rng.randint(0, events_a_period)))
            days = [days[0] if self.rng.random() < 0.3 else day for day in days]
            for day in sorted(days):
                self._happen(first + dt.timedelta(days=day))
            self._report(period)
        return self

    def organizations(self) -> list[tuple[str, ...]]:
        """Rows for the register."""
        return [
            (self.committee, code, code, "DBCS", born.isoformat(), self._last_day(code))
            for code, born in self.born.items()
        ]

    def closing(self, code: str, period: str) -> int | None:
        """Members an organization reported at the end of a period, None where its workbook is missing."""
        if not self._closings:
            self._closings = {row[:2]: row[2] + row[3] - row[4] - row[5] for row in self.balances}
        return self._closings.get((code, period))

    def _last_day(self, code: str) -> str:
        return (self.died[code] - dt.timedelta(days=1)).isoformat() if code in self.died else ""

    def _found(self, day: dt.date, members: int) -> str:
        code = f"{self.committee}-{len(self.born) + 1:03d}"
        self.born[code], self.members[code] = day, members
        return code

    def _record(self, kind: str, day: dt.date, moves: list[tuple[str, str, str, int]]) -> None:
        name = f"{self.committee}-E{len(self.events) + 1:04d}"
        for source, target, unit, moved in moves:
            body = "" if source and target else "HUYEN"
            self.events.append((name, kind, day.isoformat(), self.committee, source, target, body, unit, moved))
            if source:
                self.members[source] -= moved
            if target:
                self.members[target] += moved

    def _end(self, code: str, day: dt.date) -> None:
        self.died[code] = day
        del self.members[code]

    def _happen(self, day: dt.date) -> None:
        able = [code for code in self.members if self.born[code] < day]
        if len(able) < 4:
            return
        kinds = (self._merge, self._consolidate, self._split, self._split_up, self._move_cell)
        crossing = (self._hand_over, self._hand_over_cell, self._receive, self._receive_cell)
        inside = (self._establish, self._dissolve)
        happening = self.rng.choice([*kinds, *kinds, *crossing, *inside])
        source = self.rng.choice(able)
        partners = [code for code in able if code != source]
        newest = [code for code in self.members if self.born[code] == day]
        if newest and happening != self._consolidate:
            partners = newest  # who was founded this very day takes in others at once
        happening(day, source, self.rng.choice(partners))

    def _merge(self, day: dt.date, a: str, b: str) -> None:
        self._record("merged", day, [(a, b, "organization", self.members[a])])
        self._end(a, day)

    def _consolidate(self, day: dt.date, a: str, b: str) -> None:
        new = self._found(day, 0)
        moves = [(a, new, "organization", self.members[a]), (b, new, "organization", self.members[b])]
        self._record("consolidated", day, moves)
        self._end(a, day)
        self._end(b, day)

    def _split(self, day: dt.date, a: str, _: str) -> None:
        new = self._found(day, 0)
        self._record("split", day, [(a, new, "organization", self.rng.randint(0, self.members[a]))])

    def _split_up(self, day: dt.date, a: str, _: str) -> None:
        parts = [self._found(day, 0) for _ in range(2)]
        first = self.rng.randint(0, self.members[a])
        moved = [first, self.members[a] - first]
        self._record("split", day, [(a, new, "organization", n) for new, n in zip(parts, moved, strict=True)])
        self._end(a, day)

    def _move_cell(self, day: dt.date, a: str, b: str) -> None:
        self._record("merged", day, [(a, b, "subordinate_cell", self.rng.randint(0, self.members[a]))])

    def _hand_over(self, day: dt.date, a: str, _: str) -> None:
        self._record("handed_over", day, [(a, "", "organization", self.members[a])])
        self._end(a, day)

    def _hand_over_cell(self, day: dt.date, a: str, _: str) -> None:
        self._record("handed_over", day, [(a, "", "subordinate_cell", self.rng.randint(0, self.members[a]))])

    def _receive(self, day: dt.date, *_: str) -> None:
        new = self._found(day, 0)
        self._record("received", day, [("", new, "organization", self.rng.randint(1, 60))])

    def _receive_cell(self, day: dt.date, a: str, _: str) -> None:
        self._record("received", day, [("", a, "subordinate_cell", self.rng.randint(1, 20))])

    def _establish(self, day: dt.date, *_: str) -> None:
        self._found(day, 0)

    def _dissolve(self, day: dt.date, a: str, b: str) -> None:
        self._record("dissolved", day, [(a, b, "organization", self.members[a])])
        self._end(a, day)

    def _report(self, period: str) -> None:
        """Flows come after the events; a workbook may be missing, its members are not."""
        for code in list(self.members):
            start = self.members[code]
            admitted = self.rng.randint(0, 6)
            died = self.rng.randint(0, min(3, start + admitted))
            self.members[code] = start + admitted - died
            if self.rng.random() >= self.missing:
                self.balances.append((code, period, start, admitted, died, 0))


def replayed(history: History, figures: dict[str, float], period: str, as_of: dt.date) -> dict[str, float]:
    """``figures`` of the organizations at the end of ``period``, on the organizations as of the end of ``as_of``."""
    end = period_days(period)[1]
    steps = _steps(history)
    if end <= as_of:
        for step in [s for s in steps if end < _day(s) <= as_of]:
            figures = _step(history, steps, figures, step, forward=True)
    else:
        for step in reversed([s for s in steps if as_of < _day(s) <= end]):
            figures = _step(history, steps, figures, step, forward=False)
    return figures


def _steps(history: History) -> list[list[Event]]:
    by_key: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in history.events:
        by_key[(event[2], event[0])].append(event)
    return [by_key[key] for key in sorted(by_key)]


def _day(step: list[Event]) -> dt.date:
    return dt.date.fromisoformat(step[0][2])


def _step(
    history: History, steps: list[list[Event]], figures: dict[str, float], step: list[Event], forward: bool
) -> dict[str, float]:
    """What the figures come to across one event; every organization's figure is given away in parts of the whole."""
    mine, other = (4, 5) if forward else (5, 4)
    after: dict[str, float] = defaultdict(float)
    for code, value in figures.items():
        rows = [row for row in step if row[mine] == code]
        if not rows:
            after[code] += value
            continue
        given = sum(row[8] for row in rows)
        whole = _whole(history, steps, step, code, forward)
        if _wholly(history, steps, step, code, forward):
            shares = [row[8] / given if given else 1 / len(rows) for row in rows]
        elif whole is None or max(whole, given) == 0:
            shares = [0.0] * len(rows)
        else:
            shares = [row[8] / max(whole, given) for row in rows]
        for row, share in zip(rows, shares, strict=True):
            after[row[other] or OUTSIDE] += value * share
        after[code] += value * (1 - sum(shares))
    return after


def _wholly(history: History, steps: list[list[Event]], step: list[Event], code: str, forward: bool) -> bool:
    """Whether the organization ends with this event, or (backward) begins with it."""
    day = _day(step)
    same_day = [s for s in steps if _day(s) == day and any(row[4 if forward else 5] == code for row in s)]
    if forward:
        return history.died.get(code) == day and same_day[-1] is step
    return history.born[code] == day and same_day[0] is step


def _whole(history: History, steps: list[list[Event]], step: list[Event], code: str, forward: bool) -> float | None:
    """Members just before the event (backward: just after): the last report, and what moved since."""
    day = _day(step)
    ended = [period for period in PERIODS if period_days(period)[1] < day]
    if not ended:
        return None
    members = history.closing(code, ended[-1])
    if members is None:
        return None
    since = period_days(ended[-1])[1]
    for earlier in steps:
        if earlier is step:
            break
        if _day(earlier) > since:
            members += _net(earlier, code)
    return members if forward else members + _net(step, code)


def _net(step: list[Event], code: str) -> int:
    return sum(row[8] * ((row[5] == code) - (row[4] == code)) for row in step)
