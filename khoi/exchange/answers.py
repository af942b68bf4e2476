"""Reviewing what senders answered: the findings of a state, and decisions on explanations."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from ingest.deciding_roles import DecidingRoles
from ingest.lake import FINDING_HISTORY, read_tables
from ingest.vietnam import today
from khoi.deployment.home import Home
from khoi.figures.names import chosen as chosen_of
from quality.submissions.answers import ACCEPTED, ANSWERED, CLOSED, OPEN
from quality.submissions.decisions import Decision, append_decision


class CannotDecide(ValueError):
    """A decision that cannot be taken; the message says why."""


def findings_in(home: Home, state: str) -> pd.DataFrame:
    """One row per finding whose state in its organization's latest version is ``state``.

    Columns as `ingest.lake.FINDING_HISTORY`, the latest period first. Empty before the first check. Raises
    WarehouseError where there is no such state.
    """
    home.require_registers()
    state = chosen_of("state", state, (OPEN, ANSWERED, ACCEPTED, CLOSED))
    history = read_tables(home.lake / "checked", FINDING_HISTORY, "finding_history.parquet")
    chosen = history[history["is_latest"].astype(bool) & (history["state"] == state)]
    order = ["period_code", "organization_code", "rule_id", "finding_key"]
    return chosen.sort_values(order, ascending=[False, True, True, True], ignore_index=True)


def decide(
    home: Home,
    key: str,
    verdict: str,
    *,
    by: str,
    until: str | None = None,
    period: str | None = None,
    note: str = "",
    on: dt.date | None = None,
) -> Decision:
    """Write a decision on the explanation of finding ``key`` into the deployment's register.

    ``period`` is the finding's, its latest unless given; ``until`` the last period the decision holds for.
    Raises CannotDecide where there is no such finding, where it must be fixed, or where ``until`` is not a
    declared period that ends with or after the finding's; UnknownRole where ``by`` is no role of the list.
    """
    role = DecidingRoles.read(home.seeds).required(by)
    found = _finding(home, key, period)
    if found["severity"] == "hard" and verdict == "accept":
        raise CannotDecide(f"{key}: lỗi phải sửa, giải trình không thay được / a hard finding must be fixed")
    ends = home.reference().period_ends
    last = chosen_of("period", until, ends) if until else found["period_code"]
    if ends[last] < ends[found["period_code"]]:
        raise CannotDecide(f"--until {last}: không phải kỳ từ {found['period_code']} trở đi / not a later period")
    decision = Decision(
        decided_on=(on or today()).isoformat(),
        verdict=verdict,
        finding_key=key,
        **{name: found[name] for name in ("rule_id", "committee_code", "organization_code", "period_code")},
        until_period=last,
        observed=found["observed"] or "",
        decided_by=role,
        note=note,
    )
    append_decision(home.decisions, decision)
    return decision


def _finding(home: Home, key: str, period: str | None) -> pd.Series:
    """The finding as it stands in the latest version of its organization, of the latest period unless one is given."""
    history = read_tables(home.lake / "checked", FINDING_HISTORY, "finding_history.parquet")
    standing = history["is_latest"].astype(bool) & (history["state"] != CLOSED)
    mine = history[standing & (history["finding_key"] == key)]
    mine = mine[mine["period_code"].isin([period]) | (period is None)].sort_values("period_code")
    if mine.empty:
        raise CannotDecide(f"{key}: không có phát hiện này trong bản mới nhất / no such finding")
    return mine.astype(object).where(mine.notna(), None).iloc[-1]
