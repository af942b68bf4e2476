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
    return _active(reference["organizations"], reference)


def ended_stretches(reference: Reference) -> pd.DataFrame:
    """The rows of `active_stretches` whose organization ended within the period: few, and found among few."""
    stretches = reference["organizations"]
    may_have = stretches.loc[stretches["valid_to"].notna(), "organization_code"]
    active = _active(stretches[stretches["organization_code"].isin(may_have)], reference)
    return active[active["is_ended"]].reset_index(drop=True)


def _active(stretches: pd.DataFrame, reference: Reference) -> pd.DataFrame:
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
def active_by_subject(reference: Reference) -> ActiveBySubject:
    """(organization, period) -> committee, organization type, whether it ended within the period."""
    return ActiveBySubject(reference)


class ActiveBySubject:
    """What `active_stretches` says of one organization and period, found when it is asked for.

    A country has fifty thousand organizations and a register dozens of periods: of most pairs nobody asks.
    """

    def __init__(self, reference: Reference) -> None:
        periods, stretches = reference["periods"], reference["organizations"]
        days = zip(periods["period_code"], periods["period_start"], periods["period_end"], strict=True)
        self._periods = {str(code): (str(start), str(end)) for code, start, end in days}
        self._known: dict[tuple[str, str], tuple[str, str, bool] | None] = {}
        self._stretches: dict[str, list[tuple[str, str, str, str]]] = {}
        columns = (
            stretches["organization_code"],
            stretches["valid_from"].fillna(""),
            stretches["valid_to"].fillna(_FOREVER),
            stretches["committee_code"],
            stretches["organization_type"],
        )
        for code, first, last, committee, kind in zip(*columns, strict=True):
            self._stretches.setdefault(str(code), []).append((first, last, str(committee), str(kind)))

    def get(self, subject: tuple[str, str]) -> tuple[str, str, bool] | None:
        """Committee, organization type and whether it ended; None where it is active on no day of the period."""
        if subject not in self._known:
            self._known[subject] = self._found(*subject)
        return self._known[subject]

    def _found(self, organization: str, period: str) -> tuple[str, str, bool] | None:
        if period not in self._periods:
            return None
        start, end = self._periods[period]
        met = [one for one in self._stretches.get(organization, ()) if one[0] <= end and one[1] >= start]
        if not met:
            return None
        standing = [one for one in met if one[1] >= end]
        _, _, committee, kind = standing[0] if standing else max(met, key=lambda one: one[1])
        return committee, kind, not standing
