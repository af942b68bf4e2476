"""Numbers of events that workbooks contradict and no workbook confirms: the register is asked, not the sender.

The opening of an organization is its last closing with what events brought and took. Where it is not, the workbook is
wrong or a number of the register; the workbook is blamed only where the other side of every event confirms the
register's number. Of an event whose other side is silent, lies outside, or contradicts the number as well, nobody
knows: its number counts as unknown, so that no rule returns a workbook for it, and the register is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd

from ingest.derived_once import derived_once
from ingest.reference import Reference
from ingest.register_cells import MEMBERS_IN, MEMBERS_OUT, MEMBERS_PASSED_ON, placed_events
from ingest.rosters import rosters_of
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
    """An event's row whose number of members no workbook confirms: what it says, what workbooks imply, whose."""

    event_row: int
    event_id: str
    period_code: str
    registered: int
    implied: tuple[int, ...]
    organizations: tuple[str, ...]


@dataclass(frozen=True)
class _Row:
    """A row of the events with a known number, and the organizations of the committee that it moves members between."""

    row: int
    event_id: str
    period: str
    number: int
    sides: dict[str, int]
    """Organization -> 1 where members came to it, -1 where they left it."""


def contradicted_events(
    connection: duckdb.DuckDBPyConnection,
    clean: pd.DataFrame,
    register: pd.DataFrame,
    reference: Reference,
    asked: Collection[str] | None = None,
) -> list[Contradicted]:
    """The rows of events whose known number a workbook contradicts and none confirms, in the order of the register.

    ``clean`` are the file versions that are sound inside (`evaluation_context`), ``register`` the register's cells.
    ``asked``: only the events that these organizations have a part in; all unless given.
    """
    rows = _known_rows(reference) if asked is None else _rows_of(reference, asked)
    if not rows or clean.empty:
        return []
    concerned = clean["organization_code"].isin({code for row in rows for code in row.sides})
    sides = _Sides(connection, clean[concerned], register, reference)
    implied: dict[int, dict[str, int]] = {}
    for row in rows:
        for organization, sign in row.sides.items():
            change = sides.change(organization, row.period)
            if not change or any(sides.change(other, row.period) == 0 for other in row.sides if other != organization):
                continue
            # Fewer than none cannot have moved: then the workbook is wrong whatever the register says.
            if (number := row.number + sign * change) >= 0:
                implied.setdefault(row.row, {})[organization] = int(number)
    return [
        Contradicted(
            row.row, row.event_id, row.period, row.number, tuple(sorted(set(told.values()))), tuple(sorted(told))
        )
        for row in rows
        if (told := implied.get(row.row))
    ]


def event_partners(reference: Reference, asked: Collection[str]) -> set[str]:
    """The organizations whose workbooks tell whether the events of the ``asked`` ones moved as many as they say."""
    return {code for row in _rows_of(reference, asked) for code in row.sides}


def _rows_of(reference: Reference, asked: Collection[str]) -> list[_Row]:
    """The rows of the events that ``asked`` organizations have a part in; an event is doubted as a whole."""
    rows = _known_rows(reference)
    events = {row.event_id for row in rows if not row.sides.keys().isdisjoint(asked)}
    return [row for row in rows if row.event_id in events]


@derived_once
def _known_rows(reference: Reference) -> list[_Row]:
    return list(_read_rows(reference))


def _read_rows(reference: Reference) -> Iterator[_Row]:
    for event in placed_events(reference).sort_values("event_row", kind="stable").itertuples():
        left, entered = event.from_organization_code, event.to_organization_code
        if pd.isna(event.members_moved) or left == entered:
            continue
        sides = {code: sign for code, sign in ((entered, 1), (left, -1)) if code is not None and not pd.isna(code)}
        yield _Row(int(event.event_row), event.event_id, event.period_code, int(event.members_moved), sides)


def without_contradicted(register: pd.DataFrame, found: list[Contradicted]) -> pd.DataFrame:
    """The register's cells with the numbers of members of those events unknown."""
    if not found:
        return register
    doubtful = register["event_id"].isin({one.event_id for one in found})
    doubtful &= register["cell_code"].isin([MEMBERS_IN, MEMBERS_OUT, MEMBERS_PASSED_ON])
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
                **{
                    "cell": place.cell,
                    "cells": f"{place.file}!{place.cell} ({', '.join((one.event_id, *one.organizations))})",
                },
                **{"observed": str(one.registered), "expected": " / ".join(map(str, one.implied))},
            }
        )
    return as_violations(pd.DataFrame(rows, columns=_COLUMNS), rules, reference)


_COLUMNS = ["check", "file_name", "sheet", "cell", "cells", "observed", "expected"]


class _Sides:
    """By how much the workbooks of organizations depart from what the register lets expect."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, clean: pd.DataFrame, register: pd.DataFrame, reference: Reference
    ) -> None:
        latest = latest_versions(clean)[["file_hash", "organization_code", "period_code"]].astype("str")
        connection.register("balance_versions", latest)
        rows = connection.execute(_BALANCES, {"opening": OPENING, "closing": CLOSING}).df()
        connection.unregister("balance_versions")
        keys = zip(rows["organization_code"], rows["period_code"], rows["cell_code"], strict=True)
        self._balances = dict(zip(keys, rows["value"].astype(float), strict=True))
        moved = register[register["cell_code"].isin([MEMBERS_IN, MEMBERS_OUT])]
        unknown = moved[moved["value"].isna()]
        self._unknown = set(zip(unknown["organization_code"], unknown["period_code"], strict=True))
        sums = moved.groupby(["organization_code", "period_code", "cell_code"])["value"].sum()
        self._moved = {key: float(value) for key, value in sums.items()}
        periods = reference["periods"]
        self._previous = dict(zip(periods["period_code"], periods["previous_period_code"], strict=True))
        self._ends = dict(zip(periods["period_code"], periods["period_end"], strict=True))
        self._rosters = rosters_of(reference)

    def change(self, organization: str, period: str) -> float | None:
        """By how much an organization's opening exceeds what the register lets expect; None where that is not known."""
        before = self._previous.get(period)
        if before is None or (organization, period) in self._unknown:
            return None
        closing = self._balance(organization, before, CLOSING)
        opening = self._balance(organization, period, OPENING)
        if closing is None or opening is None:
            return None
        came, left = (self._moved.get((organization, period, cell), 0.0) for cell in (MEMBERS_IN, MEMBERS_OUT))
        return opening - closing - came + left

    def _balance(self, organization: str, period: str, cell: str) -> float | None:
        """A balance of the workbook; 0 on a day on which the organization was on no roster.

        The opening of one that ended within the period and reported it says nothing of what it passed on later.
        """
        if self._rosters.committee_of(organization, self._ends[period]) is None:
            return None if cell == OPENING and (organization, period, cell) in self._balances else 0.0
        return self._balances.get((organization, period, cell))
