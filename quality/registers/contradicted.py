"""Numbers of events that two workbooks contradict: the register is asked, not the senders.

The opening of an organization is its last closing with what events brought and took. Where the workbooks of both sides
of an event imply one and the same number of members, and the register another, the register's is the doubtful one of
three: it counts as unknown, so that no rule returns a workbook for it, and the event is told to the register.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd

from ingest.reference import Reference
from ingest.registers import MEMBERS_IN, MEMBERS_OUT
from ingest.rosters import Rosters
from quality.catalogue import RuleCatalogue
from quality.catalogue.schema_checks import EVENT_CONTRADICTED
from quality.engine.context import latest_versions

OPENING, CLOSING = "membership_change.OPEN", "membership_change.CLOSE"
_BALANCES = """
SELECT v.organization_code, v.period_code, o.cell_code, o.value
FROM observations o JOIN balance_versions v USING (file_hash)
WHERE o.cell_code IN ($opening, $closing) AND o.state IN ('value', 'zero')
"""


@dataclass(frozen=True)
class Contradicted:
    """An event's row whose number of members two workbooks contradict: what it says, what they imply."""

    event_row: int
    event_id: str
    period_code: str
    registered: int
    implied: int


def contradicted_events(
    connection: duckdb.DuckDBPyConnection, clean: pd.DataFrame, register: pd.DataFrame, reference: Reference
) -> list[Contradicted]:
    """The events between two organizations, one row each, whose known number both workbooks contradict alike.

    ``clean`` are the file versions that are sound inside (`evaluation_context`), ``register`` the register's cells.
    """
    moved = register[register["cell_code"].isin([MEMBERS_IN, MEMBERS_OUT])]
    if moved.empty or clean.empty:
        return []
    sides = _Sides(connection, clean, moved, reference)
    events = reference["organization_events"].reset_index(drop=True)
    alone = ~events["event_id"].duplicated(keep=False)
    known = pd.to_numeric(events["members_moved"], errors="coerce")
    pairs = alone & known.notna() & events["from_organization_code"].notna() & events["to_organization_code"].notna()
    found = []
    for event in events[pairs].itertuples():
        implied = sides.implied(event, float(known[event.Index]))
        if implied is not None and implied[1] != known[event.Index]:
            period, number = implied
            found.append(Contradicted(int(event.Index), event.event_id, period, int(known[event.Index]), int(number)))
    return found


def without_contradicted(register: pd.DataFrame, found: list[Contradicted]) -> pd.DataFrame:
    """The register's cells with the numbers of members of those events unknown."""
    doubtful = register["event_id"].isin({one.event_id for one in found})
    doubtful &= register["cell_code"].isin([MEMBERS_IN, MEMBERS_OUT])
    return register.assign(value=register["value"].where(~doubtful))


def contradicted_violations(found: list[Contradicted], reference: Reference, rules: RuleCatalogue) -> pd.DataFrame:
    """One row per event (`VIOLATION_COLUMNS`), at its number in the register."""
    from quality.schemas.run import as_violations  # pandera takes its time to import

    places = reference.places_of("organization_events")
    rows: list[dict[str, Any]] = []
    for one in found:
        place = places.of(one.event_row, "members_moved")
        rows.append(
            {
                **{"check": EVENT_CONTRADICTED, "file_name": place.file, "sheet": "organization_events"},
                **{"cell": place.cell, "cells": f"{place.file}!{place.cell} ({one.event_id})"},
                **{"observed": str(one.registered), "expected": str(one.implied)},
            }
        )
    return as_violations(pd.DataFrame(rows, columns=_COLUMNS), rules, reference)


_COLUMNS = ["check", "file_name", "sheet", "cell", "cells", "observed", "expected"]


class _Sides:
    """What the workbooks of the two sides of an event imply of its number."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, clean: pd.DataFrame, moved: pd.DataFrame, reference: Reference
    ) -> None:
        latest = latest_versions(clean)[["file_hash", "organization_code", "period_code"]].astype("str")
        connection.register("balance_versions", latest)
        rows = connection.execute(_BALANCES, {"opening": OPENING, "closing": CLOSING}).df()
        connection.unregister("balance_versions")
        keys = zip(rows["organization_code"], rows["period_code"], rows["cell_code"], strict=True)
        self._balances = dict(zip(keys, rows["value"].astype(float), strict=True))
        unknown = moved[moved["value"].isna()]
        self._unknown = set(zip(unknown["organization_code"], unknown["period_code"], strict=True))
        sums = moved.groupby(["organization_code", "period_code", "cell_code"])["value"].sum()
        self._moved = {key: float(value) for key, value in sums.items()}
        self._event_periods = {(row.event_id, row.cell_code): row.period_code for row in moved.itertuples()}
        periods = reference["periods"]
        self._previous = dict(zip(periods["period_code"], periods["previous_period_code"], strict=True))
        self._ends = dict(zip(periods["period_code"], periods["period_end"], strict=True))
        self._rosters = Rosters(reference)

    def implied(self, event: Any, number: float) -> tuple[str, float] | None:
        """Period and number, where both workbooks imply one and the same; None where either is silent."""
        period = self._event_periods.get((event.event_id, MEMBERS_IN))
        if period is None or period != self._event_periods.get((event.event_id, MEMBERS_OUT)):
            return None
        came = self._change(event.to_organization_code, period)
        left = self._change(event.from_organization_code, period)
        if came is None or left is None:
            return None
        came, left = came + number, number - left
        return (period, came) if came == left and came >= 0 else None

    def _change(self, organization: str, period: str) -> float | None:
        """By how much an organization's opening exceeds what the register lets expect; None where that is not known."""
        before = self._previous.get(period)
        if before is None or (organization, period) in self._unknown:
            return None
        closing = self._balance(organization, before, CLOSING)
        opening = self._balance(organization, period, OPENING)
        if closing is None or opening is None:
            return None
        moves = (self._moved.get((organization, period, cell), 0.0) for cell in (MEMBERS_IN, MEMBERS_OUT))
        came, left = moves
        return opening - closing - came + left

    def _balance(self, organization: str, period: str, cell: str) -> float | None:
        """A balance of the workbook; 0 on a day on which the organization was on no roster."""
        if self._rosters.committee_of(organization, self._ends[period]) is None:
            return 0.0
        return self._balances.get((organization, period, cell))
