"""What the organization events say, in the shape of observations: register cells.

An event belongs to the reporting period of its committee that contains ``effective_on``. Its register
cells join rules and measures like any submitted cell, so "opening = last closing" knows of mergers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd

from ingest.active_stretches import ended_stretches
from ingest.derived_once import derived_once
from ingest.lake import REGISTER_OBSERVATIONS
from ingest.reference import Reference
from ingest.rosters import rosters_of

MEMBERS_IN = "register.MEMBERS_IN"
MEMBERS_OUT = "register.MEMBERS_OUT"
MEMBERS_PASSED_ON = "register.MEMBERS_PASSED_ON"
"""The part of MEMBERS_OUT that an organization which ended within the period had on its last day."""
MEMBERS_HANDED_OVER = "register.MEMBERS_HANDED_OVER"
MEMBERS_RECEIVED = "register.MEMBERS_RECEIVED"
CELLS_HANDED_OVER = "register.CELLS_HANDED_OVER"
ORGANIZATIONS = "register.ORGANIZATIONS."
HANDED_OVER = "register.HANDED_OVER."

# Whose count an event is: these bring an organization in, every other type is told of the one it starts from.
_ENTERING = ("established", "received", "split")
_COLUMNS = ["committee_code", "organization_code", "period_code", "cell_code", "value", "event_id"]


def register_cells(reference: Reference) -> list[str]:
    """The codes of all register cells: the fixed ones and one for each event type and external body."""
    codes = reference["codes"]
    by_list = {
        ORGANIZATIONS: codes.loc[codes["code_list"] == "event_type", "code"],
        HANDED_OVER: codes.loc[codes["code_list"] == "external_body", "code"],
    }
    fixed = [MEMBERS_IN, MEMBERS_OUT, MEMBERS_PASSED_ON, MEMBERS_HANDED_OVER, MEMBERS_RECEIVED, CELLS_HANDED_OVER]
    return fixed + [prefix + code for prefix, listed in by_list.items() for code in dict.fromkeys(listed)]


@derived_once
def register_observations(reference: Reference) -> pd.DataFrame:
    """One row per organization event and register cell (`ingest.lake.REGISTER_OBSERVATIONS`), sorted.

    ``register.ORGANIZATIONS.<event_type>`` and ``register.HANDED_OVER.<body>`` count organizations: an
    organization counts once an event type and day, however many partners the event has. For established,
    received and split it is the organization that enters, otherwise the one the event starts from.
    Members moved within one organization of one committee are no movement. A number that the register leaves empty
    is unknown: its row has no value. An event outside every reporting period of its committee has no row
    (`events_without_period` lists them).
    """
    events = placed_events(reference)
    passed_on = _passed_on(events, reference)
    rows = pd.concat([*_member_rows(events), passed_on, *_organization_rows(events)], ignore_index=True)
    ordered = rows.sort_values([*_COLUMNS[:4], "event_id"], kind="stable", ignore_index=True)
    return ordered.reindex(columns=REGISTER_OBSERVATIONS.names).astype({"value": float})


def events_without_period(reference: Reference) -> pd.DataFrame:
    """The events (rows of `organization_events`) that lie in no reporting period of their committee."""
    placed = placed_events(reference)
    events = reference["organization_events"]
    return events[~events.index.isin(placed["event_row"])]


@derived_once
def placed_events(reference: Reference) -> pd.DataFrame:
    """Events with the period they belong to; one row per event row that has a period (``event_row``), numbers typed.

    An organization of another committee is outside: that one's own register tells of it. Whose an organization is
    changes with time: the one that is left stands where it stood the day before, the one that is entered where it
    stands on the day.
    """
    periods = reference["periods"][["period_code", "period_start", "period_end"]]
    calendar = reference["reporting_periods"][["committee_code", "period_code"]].merge(periods, on="period_code")
    events = reference["organization_events"].copy()
    events["event_row"] = events.index
    rosters = rosters_of(reference)
    for side, days in (("from_organization_code", 1), ("to_organization_code", 0)):
        inside = [
            organization is not None and rosters.committee_around(organization, _earlier(day, days)) == committee
            for organization, day, committee in zip(
                events[side], events["effective_on"], events["committee_code"], strict=True
            )
        ]
        events[side] = events[side].where(inside, None)
    placed = events.merge(calendar, on="committee_code")
    inside = (placed["period_start"] <= placed["effective_on"]) & (placed["effective_on"] <= placed["period_end"])
    placed = placed[inside].reset_index(drop=True)
    for column in ("members_moved", "cells_moved"):
        placed[column] = pd.to_numeric(placed[column], errors="coerce")
    return placed


def _earlier(day: str | None, days: int) -> str:
    """The ISO day ``days`` before; a text that is no day comes before every day."""
    try:
        return (dt.date.fromisoformat(day or "") - dt.timedelta(days=days)).isoformat()
    except ValueError:
        return ""


def _rows(events: pd.DataFrame, side: str, cell: str | pd.Series, value: float | pd.Series) -> pd.DataFrame:
    frame = events[["committee_code", "period_code", "event_id"]].assign(
        organization_code=events[f"{side}_organization_code"], cell_code=cell, value=value
    )
    return frame.loc[frame["organization_code"].notna() & (frame["value"] != 0), _COLUMNS]


def _member_rows(events: pd.DataFrame) -> Iterator[pd.DataFrame]:
    within = events["from_organization_code"].notna() & events["from_organization_code"].eq(
        events["to_organization_code"]
    )
    moving = events[~within]
    handed_over = moving[moving["event_type"] == "handed_over"]
    received = moving[moving["event_type"] == "received"]
    cells = handed_over[handed_over["unit"] == "subordinate_cell"]
    yield _rows(moving, "to", MEMBERS_IN, moving["members_moved"])
    yield _rows(moving, "from", MEMBERS_OUT, moving["members_moved"])
    yield _rows(handed_over, "from", MEMBERS_HANDED_OVER, handed_over["members_moved"])
    yield _rows(received, "to", MEMBERS_RECEIVED, received["members_moved"])
    yield _rows(cells, "from", CELLS_HANDED_OVER, cells["cells_moved"])


def _passed_on(events: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """What organizations that ended within the period had on their last day: they went the day after it."""
    ended = ended_stretches(reference).assign(
        from_organization_code=lambda rows: rows["organization_code"],
        effective_on=lambda rows: [_earlier(day, -1) for day in rows["valid_to"]],
    )
    columns = ["from_organization_code", "period_code", "effective_on"]
    last = events.astype(dict.fromkeys(columns, object)).merge(ended[columns].astype(object))
    return _rows(last, "from", MEMBERS_PASSED_ON, last["members_moved"])


def _organization_rows(events: pd.DataFrame) -> Iterator[pd.DataFrame]:
    whole = events[events["unit"] == "organization"].sort_values("event_id", kind="stable")
    entering = whole["event_type"].isin(_ENTERING)
    for side, chosen in (("to", whole[entering]), ("from", whole[~entering])):
        chosen = chosen.drop_duplicates(["event_type", "effective_on", f"{side}_organization_code"])
        yield _rows(chosen, side, ORGANIZATIONS + chosen["event_type"], 1.0)
    handed_over = whole[(whole["event_type"] == "handed_over") & whole["external_body"].notna()]
    handed_over = handed_over.drop_duplicates(["effective_on", "from_organization_code"])
    yield _rows(handed_over, "from", HANDED_OVER + handed_over["external_body"], 1.0)
