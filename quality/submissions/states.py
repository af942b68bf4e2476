"""What happens between the versions of a submission, and the state each file version ends in.

Two steps, so that nothing depends on the order in which files are processed: first the findings inside one
workbook; then, over the versions that are clean inside, the findings across periods. Versions are ordered by
(submission number, received at, hash), where received at is when our clock first saw the bytes. A version that
arrives in a locked period is kept and never current; withdrawn ones take no part (`quality.submissions.withdrawals`).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Hashable

import numpy as np
import pandas as pd

from ingest.derived_once import derived_once
from ingest.lake import SUBMISSION_STATES
from ingest.reference import Reference
from ingest.vietnam import VIETNAM
from quality.catalogue import RuleCatalogue
from quality.catalogue.schema_checks import LATE, LOCKED_PERIOD, TWO_FILES
from quality.engine import SUBJECT, VIOLATION_COLUMNS
from quality.engine.context import VERSION_ORDER, latest_versions


def with_deadlines(versions: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """``versions`` with due_on, locked_on, arrived_on (all ISO days or None), late and after_lock."""
    deadlines = _deadlines(reference)
    subjects = zip(versions["committee_code"], versions["period_code"], strict=True)
    due = [deadlines.get(subject, (None, None)) for subject in subjects]
    arrived = [_day(moment) for moment in pd.to_datetime(versions["received_at"], utc=True)]
    both = list(zip(arrived, due, strict=True))
    return versions.assign(
        due_on=pd.array([day for day, _ in due], dtype="str"),
        locked_on=pd.array([day for _, day in due], dtype="str"),
        arrived_on=pd.array(arrived, dtype="str"),
        late=np.array([bool(came and by and came > by) for came, (by, _) in both], dtype=bool),
        after_lock=np.array([bool(came and lock and came > lock) for came, (_, lock) in both], dtype=bool),
    )


@derived_once
def _deadlines(reference: Reference) -> dict[tuple[str, str], tuple[str | None, str | None]]:
    """(committee, period) -> the days on which it is due and locked."""
    rows = reference["reporting_periods"].astype(object)
    rows = rows.where(rows.notna(), None)
    return {(row.committee_code, row.period_code): (row.due_on, row.locked_on) for row in rows.itertuples()}


def _day(moment: pd.Timestamp) -> str | None:
    """The day here of a moment (ISO text)."""
    return None if pd.isna(moment) else moment.astimezone(VIETNAM).strftime("%Y-%m-%d")


def submission_violations(
    versions: pd.DataFrame, rules: RuleCatalogue, reference: Reference, answering: Collection[str] = ()
) -> pd.DataFrame:
    """Violations between versions: late, two files with one number, a version for a locked period.

    ``versions`` are the identified file versions (`evaluation_context`). *Late* is said where no version of
    the organization and period arrived in time, to each of them. ``answering`` are the files that are a returned
    copy sent back: they follow the version they answer, whatever number their cover still bears.
    """
    known = with_deadlines(versions, reference).sort_values(VERSION_ORDER, kind="stable")
    late = known[known["late"]]
    if len(late):
        late = late[known.groupby(["organization_code", "period_code"])["late"].transform("all")[late.index]]
    locked = known[known["after_lock"]]
    parts = [
        version_violation(rules, LATE, late, late["arrived_on"], late["due_on"]),
        version_violation(rules, LOCKED_PERIOD, locked, locked["arrived_on"], locked["locked_on"]),
        _two_files(rules, known[~known["file_hash"].isin(answering)]),
    ]
    found = [part for part in parts if len(part)]
    if not found:
        return pd.DataFrame(columns=VIOLATION_COLUMNS)
    return pd.concat(found, ignore_index=True).reindex(columns=VIOLATION_COLUMNS)


def _two_files(rules: RuleCatalogue, ordered: pd.DataFrame) -> pd.DataFrame:
    """Every version but the first of those that share a submission number; it names the ones before it."""
    group = ["organization_code", "period_code", "submission_no"]
    shared = ordered[ordered.duplicated(group, keep=False)]
    if shared.empty:
        return pd.DataFrame(columns=VIOLATION_COLUMNS)
    earlier = {index: told for _, versions in shared.groupby(group) for index, told in _names_before(versions)}
    later = shared[shared.duplicated(group, keep="first")]
    expected = pd.Series(earlier, dtype=object).reindex(later.index)
    return version_violation(rules, TWO_FILES, later, later["submission_no"].astype(str), expected)


def _names_before(versions: pd.DataFrame) -> list[tuple[Hashable, str]]:
    """For each of ``versions`` the names of those before it; one that bears its own name is told by its arrival."""
    names = versions["file_name"].astype(str).tolist()
    moments = pd.to_datetime(versions["received_at"], utc=True).dt.tz_convert(VIETNAM).dt.strftime("%H:%M %d/%m/%Y")
    dated = [f"{name} (nhận {moment})" for name, moment in zip(names, moments, strict=True)]
    told = [
        ", ".join(dated[before] if names[before] == name else names[before] for before in range(position))
        for position, name in enumerate(names)
    ]
    return list(zip(versions.index, told, strict=True))


def version_violation(
    rules: RuleCatalogue, check: str, versions: pd.DataFrame, observed: pd.Series, expected: pd.Series
) -> pd.DataFrame:
    """One violation of the rule of ``check`` per row of ``versions``, with what was found and what is expected."""
    if versions.empty:
        return pd.DataFrame(columns=VIOLATION_COLUMNS)
    rule = rules.by_check[check]
    severities = [rule.severity_on(dt.date.fromisoformat(day)) for day in versions["period_end"]]
    return versions[[*SUBJECT, "file_hash", "file_name"]].assign(
        rule_id=rule.id, engine="register", severity=severities, observed=observed, expected=expected
    )


def clean_inside(versions: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """The versions without a hard finding in ``findings``."""
    hard = findings[(findings["severity"] == "hard") & (findings["outcome"] == "fail")]
    return versions[~versions["file_hash"].isin(hard["file_hash"].dropna())]


def submission_states(
    submissions: pd.DataFrame, versions: pd.DataFrame, findings: pd.DataFrame, reference: Reference
) -> pd.DataFrame:
    """One row per received file version (`ingest.lake.SUBMISSION_STATES`), sorted by file_hash.

    ``versions`` are the identified versions of declared periods; ``findings`` those of all engines.
    """
    failing = findings[(findings["outcome"] == "fail") & findings["file_hash"].notna()]
    states = submissions[["file_hash", *SUBJECT, "read_state"]].drop_duplicates("file_hash")
    states = states.sort_values("file_hash", ignore_index=True)
    for severity in ("hard", "soft"):
        counted = Counter(failing.loc[failing["severity"] == severity, "file_hash"])
        states[f"{severity}_findings"] = np.array([counted[name] for name in states["file_hash"]], dtype="int32")
    accepted = clean_inside(versions, findings)
    usable = with_deadlines(accepted, reference)
    current = latest_versions(usable[~usable["after_lock"]])
    replaced = usable[~usable["after_lock"] & ~usable["file_hash"].isin(current["file_hash"])]
    states["is_current"] = states["file_hash"].isin(current["file_hash"])
    states["state"] = states["read_state"]
    identified = states["read_state"] == "identified"
    is_accepted = identified & states["file_hash"].isin(accepted["file_hash"])
    warned = states["soft_findings"] > 0
    states.loc[identified, "state"] = "returned"
    states.loc[is_accepted, "state"] = "accepted"
    states.loc[is_accepted & warned, "state"] = "accepted_with_warnings"
    states.loc[states["file_hash"].isin(replaced["file_hash"]), "state"] = "superseded"
    return states.reindex(columns=SUBMISSION_STATES.names)
