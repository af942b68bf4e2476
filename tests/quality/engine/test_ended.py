"""Of an organization that ended within the period counts what happened; what it passed on is its successor's."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pandas as pd
import pytest
from submitted_rows import Lake, register_of

from ingest.catalogue import Catalogue
from ingest.reference import SEED_COLUMNS, Reference
from quality.engine.context import evaluation_context
from quality.engine.ended import COUNTED, counted_observations

OPEN, ADMIT, CLOSE = (f"membership_change.{item}" for item in ("OPEN", "IN_ADMIT", "CLOSE"))
SAID = {OPEN: 40, ADMIT: 2, CLOSE: 42}
LAST_DAY, DAY_AFTER = "2022-05-31", "2022-06-01"


def register(*moved: str | None) -> Reference:
    """AA-2 ended on `LAST_DAY` and joined AA-1 with so many members, in one event each."""
    known = register_of("AA-1", "AA-2")
    organizations = known["organizations"]
    until = organizations["valid_to"].mask(organizations["organization_code"] == "AA-2", LAST_DAY)
    events = [
        {
            **{"event_id": f"E{number}", "event_type": "merged", "effective_on": DAY_AFTER, "committee_code": "AA"},
            **{"from_organization_code": "AA-2", "to_organization_code": "AA-1", "unit": "organization"},
            "members_moved": members,
        }
        for number, members in enumerate(moved)
    ]
    rows = pd.DataFrame(events, columns=SEED_COLUMNS["organization_events"]).astype(object)
    tables = {
        "organizations": organizations.assign(valid_to=until),
        "organization_events": rows.where(rows.notna(), None),
    }
    return replace(known, tables={**known.tables, **tables})


@pytest.mark.parametrize(
    ("moved", "opening"),
    [(["42"], (-2, "value")), (["30", "12"], (-2, "value")), ([None], (None, "missing")), ([], (40, "value"))],
)
def test_its_opening_counts_less_what_it_passed_on(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, moved: list[str | None], opening: tuple
) -> None:
    lake = Lake().add("one", SAID, "AA-1").add("two", SAID, "AA-2")
    connection.register("observations", lake.observations)
    reference = register(*moved)
    versions = evaluation_context(lake.submissions, reference)
    with counted_observations(connection, versions, catalogue, reference):
        asked = f"select file_hash, cell_code, value, state from {COUNTED} where cell_code in (?, ?, ?)"
        rows = connection.execute(asked, [OPEN, ADMIT, CLOSE]).fetchall()
    counted = {(file, cell): (value, state) for file, cell, value, state in rows}
    assert {cell: counted["one", cell][0] for cell in SAID} == SAID
    assert ("two", CLOSE) not in counted
    assert counted["two", ADMIT] == (2, "value")
    assert counted["two", OPEN] == opening
