"""Organization events against the stretches of organizations: both tell of one life, and must agree to the day.

An event takes effect on its day: what ends by it has its last day the day before, what begins by it its first day then.
"""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Any

from ingest.declarations import Label
from ingest.reference import Reference
from ingest.register_cells import events_without_period
from ingest.register_files.mistakes import Mistake, Place, TablePlaces
from quality.registers.stretches import FOREVER, Stretch, day_after, stretches_of, usable_days

FROM, TO = "from_organization_code", "to_organization_code"
# type of event -> whether it needs a side (True), cannot have it (False) or may have it (None): from, to
_SIDES: dict[str, tuple[bool | None, bool | None]] = {
    "established": (None, True),
    "merged": (True, True),
    "consolidated": (True, True),
    "split": (True, True),
    "handed_over": (True, None),
    "received": (None, True),
    "dissolved": (True, None),
    "type_changed": (True, True),
}
_ENDS = frozenset({"merged", "consolidated", "handed_over", "dissolved"})
_BEGINS = frozenset({"established", "consolidated", "split", "received", "type_changed"})
_MOVES = frozenset({"merged", "consolidated", "split", "handed_over", "received"})
_COMMITTEES_DIFFER = frozenset({"handed_over", "received"})
_SIDE = {FROM: Label(vi="tổ chức đi", en="the organization left"), TO: Label(vi="tổ chức đến", en="the one entered")}
_SHARED = {
    "event_type": Label(vi="loại sự kiện", en="their type"),
    "effective_on": Label(vi="ngày hiệu lực", en="their day"),
    "committee_code": Label(vi="đảng bộ", en="their committee"),
}


def event_mistakes(reference: Reference) -> Iterator[Mistake]:
    """What is wrong with events by themselves, against each other and against the stretches of organizations."""
    frame = reference["organization_events"].reset_index(drop=True)
    places = reference.places_of("organization_events")
    usable = frame["event_id"].notna() & usable_days(frame, "effective_on") & frame["event_type"].isin(_SIDES)
    events = list(frame[usable].itertuples())
    yield from _one_event(places, events)
    yield from _circles(places, events)
    lives = _Lives(reference)
    for event in events:
        yield from _sides(places, event)
        if "organizations" not in reference.incomplete:
            yield from lives.disagreements(places, event)
        if event.event_type in _MOVES and event.members_moved is None:
            yield Mistake(
                "event_unknown_members", "organization_events", places.of(event.Index, "members_moved"), event.event_id
            )
    if not {"periods", "reporting_periods"} & reference.incomplete:
        for row in events_without_period(reference).index:
            if usable.loc[row]:
                place = places.of(int(row), "effective_on")
                yield Mistake("event_without_period", "organization_events", place, frame.at[row, "event_id"])


def _sides(places: TablePlaces, event: Any) -> Iterator[Mistake]:
    for (column, told), needed in zip(_SIDE.items(), _SIDES[event.event_type], strict=True):
        if needed and getattr(event, column) is None:
            place = places.of(event.Index, column)
            yield Mistake("event_side_missing", "organization_events", place, event.event_id, told)
    one, other = getattr(event, FROM), getattr(event, TO)
    if one is None or other is None:
        return
    here = places.of(event.Index, TO)
    if event.event_type == "type_changed" and one != other:
        yield Mistake("event_type_changed", "organization_events", here, event.event_id)
    elif one == other and event.event_type not in {"type_changed", *_COMMITTEES_DIFFER}:
        yield Mistake("event_itself", "organization_events", here, event.event_id)


def _one_event(places: TablePlaces, events: list[Any]) -> Iterator[Mistake]:
    first: dict[str, Any] = {}
    for event in events:
        known = first.setdefault(event.event_id, event)
        for column, told in _SHARED.items():
            if getattr(known, column) != getattr(event, column):
                here, other = places.of(event.Index, column), places.of(known.Index, column)
                yield Mistake("event_differs", "organization_events", here, event.event_id, told, (other,))


def _circles(places: TablePlaces, events: list[Any]) -> Iterator[Mistake]:
    """Whole organizations that end into each other on one day: none of them would live on."""
    days: dict[str, list[Any]] = {}
    for event in events:
        whole = event.unit == "organization" and event.event_type in _ENDS
        if whole and getattr(event, FROM) and getattr(event, TO) and getattr(event, FROM) != getattr(event, TO):
            days.setdefault(event.effective_on, []).append(event)
    for listed in days.values():
        sorter: TopologicalSorter[str] = TopologicalSorter()
        for event in listed:
            sorter.add(getattr(event, TO), getattr(event, FROM))
        try:
            sorter.prepare()
        except CycleError as error:
            circle = error.args[1]
            part = [event for event in listed if {getattr(event, FROM), getattr(event, TO)} <= set(circle)]
            here, *others = (places.of(event.Index, TO) for event in part)
            told = " → ".join(circle)
            yield Mistake("event_cycle", "organization_events", here, part[0].event_id, told, tuple(others))


class _Lives:
    """The stretches of every organization, against which events are held."""

    def __init__(self, reference: Reference) -> None:
        self._stretches = stretches_of(reference, "organizations", ["organization_code"])
        self._places = reference.places_of("organizations")

    def disagreements(self, places: TablePlaces, event: Any) -> Iterator[Mistake]:
        """Where the event says otherwise than the stretches of its two organizations."""
        left, entered = getattr(event, FROM), getattr(event, TO)
        before, day = day_after(event.effective_on, -1), event.effective_on
        told: list[Mistake] = []
        if left in self._stretches:
            told += self._left(event, places.of(event.Index, FROM), left, before, day)
        if entered in self._stretches:
            told += self._entered(event, places.of(event.Index, TO), entered, day)
        yield from told or self._of_nobody(places, event)

    def _of_nobody(self, places: TablePlaces, event: Any) -> Iterator[Mistake]:
        """An event of a committee to which neither side belongs."""
        committee = event.committee_code
        known = [code for code in (getattr(event, FROM), getattr(event, TO)) if code in self._stretches]
        days = day_after(event.effective_on, -1), event.effective_on
        if known and not any(one.holds(day) for code in known for day in days for one in self._own(code, committee)):
            others = tuple(self._places.of(self._stretches[code][0].row, "committee_code") for code in known)
            here = places.of(event.Index, "committee_code")
            yield Mistake("event_other_committee", "organization_events", here, event.event_id, committee, others)

    def _left(self, event: Any, here: Place, code: str, before: str, day: str) -> Iterator[Mistake]:
        own = self._own(code, event.committee_code)
        on_day = next((one for one in own if one.holds(day)), None)
        ends = event.event_type in _ENDS and event.unit == "organization"
        if not any(one.holds(before) for one in own):
            # What lives on may have begun on the very day.
            if own and (ends or on_day is None):
                yield self._not_there(event, here, code, before, own)
        elif ends and on_day is not None:
            other = self._places.of(on_day.row, "valid_to")
            yield Mistake("event_still_there", "organization_events", here, code, before, (other,))

    def _entered(self, event: Any, here: Place, code: str, day: str) -> Iterator[Mistake]:
        own = self._own(code, event.committee_code)
        held = next((one for one in own if one.holds(day)), None)
        if held is None:
            if own:
                yield self._not_there(event, here, code, day, own)
            return
        if event.event_type in _BEGINS and event.unit == "organization" and held.first != day:
            other = self._places.of(held.row, "valid_from")
            yield Mistake("event_there_before", "organization_events", here, code, day, (other,))

    def _own(self, code: str, committee: str) -> list[Stretch]:
        return [one for one in self._stretches[code] if one.committee == committee]

    def _not_there(self, event: Any, here: Place, code: str, day: str, own: list[Stretch]) -> Mistake:
        near = min(own, key=lambda one: min(_apart(one.first, day), _apart(one.last, day)))
        other = self._places.of(near.row, "valid_from" if day < near.first else "valid_to")
        told = Label(vi=f"vào ngày {day}", en=f"on {day}")
        return Mistake("event_not_there", "organization_events", here, code, told, (other,))


def _apart(one: str, other: str) -> int:
    if FOREVER in (one, other):
        return 10**6
    return abs(int(one.replace("-", "")) - int(other.replace("-", "")))
