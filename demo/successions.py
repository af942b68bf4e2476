"""Committees that take over the organizations of others: what 2025 did to provinces and their committees."""

from __future__ import annotations

from typing import Any

import numpy as np

from demo.allocate import Counts
from demo.plan import CommitteePlan, Event, Organization

BODY = "KHAC"


def take_over(
    committee: str, inherits: list[dict[str, Any]], earlier: dict[str, CommitteePlan]
) -> tuple[list[Organization], list[Event]]:
    """The organizations of a successor, one for each it takes over, and the events that brought them.

    ``inherits``: from which ``committee``, ``since`` which day, those of which ``sectors``. The organizations taken
    over end on the day before; their last members are what the event moves.
    """
    organizations: list[Organization] = []
    events: list[Event] = []
    for wave in inherits:
        source, day = earlier[wave["committee"]], str(wave["since"])
        for index, origin in enumerate(source.organizations):
            if origin.sector not in wave["sectors"] or not origin.alive(source.periods[-1].end):
                continue
            origin.ended = str(np.datetime64(day) - 1)
            code = f"{committee}-{len(organizations) + 1:03d}"
            kind = origin.type_on(day)
            organizations.append(Organization(code, [(day, kind)], origin.sector, day, predecessor=origin.code))
            members = int(source.periods[-1].cells["CLOSE"][index])
            events.append(Event("received", day, None, code, BODY, members=members, predecessor=origin.code))
    return organizations, events


def inherited_cells(plan: CommitteePlan, earlier: dict[str, CommitteePlan]) -> Counts:
    """The subordinate cells of every organization when it was taken over."""
    last = {
        organization.code: int(source.periods[-1].cells["CELLS"][index])
        for source in earlier.values()
        for index, organization in enumerate(source.organizations)
    }
    return np.array([last[str(one.predecessor)] for one in plan.organizations], dtype=np.int64)


def inherited_without_committee(plan: CommitteePlan, earlier: dict[str, CommitteePlan]) -> set[int]:
    """Who had no committee before has none after."""
    without = {source.organizations[index].code for source in earlier.values() for index in source.no_committee}
    return {index for index, one in enumerate(plan.organizations) if one.predecessor in without}
