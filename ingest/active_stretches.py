"""The organizations of a period: those that are active on any day of it.

Most are there on its last day. One whose last stretch ends before that day *ended* in the period: what happened to it
until then counts (its flows), and on the last day there is nothing of it left (its levels). Whoever needs to know which
organizations a period has, under which committee and as what, asks here
([0075](../docs/decisions/0075-an-organization-that-ended.md)).
"""

from __future__ import annotations

import pandas as pd

from ingest.derived_once import derived_once
from ingest.reference import Reference

_FOREVER = "9999-12-31"
ACTIVE_COLUMNS = [
    *("organization_code", "period_code", "period_end", "committee_code", "name"),
    *("organization_type", "sector", "industrial_zone", "valid_from", "valid_to", "is_ended"),
]


@derived_once
def active_stretches(reference: Reference) -> pd.DataFrame:
    """One row per organization and declared period in which it is active on any day.

    It is the stretch of the last day, else the last one within the period. Columns: ACTIVE_COLUMNS; days are ISO texts,
    ``valid_to`` empty where it is open; ``is_ended``: the organization is on no roster on the period's last day.
    """
    stretches = reference["organizations"]
    first, last = stretches["valid_from"].fillna(""), stretches["valid_to"].fillna(_FOREVER)
    periods = reference["periods"][["period_code", "period_start", "period_end"]]
    met = stretches.assign(first=first, last=last).merge(periods, how="cross")
    met = met[(met["first"] <= met["period_end"]) & (met["last"] >= met["period_start"])]
    met = met.assign(is_ended=met["last"] < met["period_end"])
    # On the last day the first line of the register holds, as everywhere; before it the line that ended last.
    ended = met[met["is_ended"]].sort_values("last", ascending=False, kind="stable")
    chosen = pd.concat([met[~met["is_ended"]], ended]).drop_duplicates(["organization_code", "period_code"])
    return chosen[ACTIVE_COLUMNS].sort_values(["organization_code", "period_code"], ignore_index=True)


@derived_once
def active_by_subject(reference: Reference) -> dict[tuple[str, str], tuple[str, str, bool]]:
    """(organization, period) -> committee, organization type, whether it ended within the period."""
    rows = active_stretches(reference)
    columns = ["organization_code", "period_code", "committee_code", "organization_type", "is_ended"]
    return {
        (str(code), str(period)): (str(committee), str(kind), bool(ended))
        for code, period, committee, kind, ended in rows[columns].itertuples(index=False, name=None)
    }
