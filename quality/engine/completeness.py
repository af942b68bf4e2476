"""Who has not reported: the roster of every ended reporting period against the current submissions."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from ingest.active_stretches import active_stretches
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.catalogue.model import Outcome
from quality.engine import OUTCOME_COLUMNS, SUBJECT, VIOLATION_COLUMNS, Verdicts
from quality.engine.context import latest_versions

ACCEPTED = ("accepted", "accepted_with_warnings")
NOT_YET_ENDED, RETURNED = "not_yet_ended", "returned"
WAITING = "waiting"
"""The state of a file that was received and not yet normalised and checked."""

_STATE_WORDS = {
    "none": ("chưa gửi", "none came"),
    "identified": ("đã nhận, chưa kiểm tra", "received, not yet checked"),
    "superseded": ("đã có bản gửi sau thay thế", "replaced by a later one"),
    "withdrawn": ("đã rút", "withdrawn"),
}


def roster(reference: Reference) -> pd.DataFrame:
    """One row per organization and reporting period of its committee in which it was valid on the last day.

    Columns: the subject, period_end, due_on, locked_on (ISO text).
    """
    everyone = asked(reference)
    return everyone[~everyone["is_ended"]].drop(columns="is_ended").reset_index(drop=True)


def asked(reference: Reference) -> pd.DataFrame:
    """The roster and, marked ``is_ended``, the organizations that ended within a period: they may report, nobody waits.

    Columns: those of `roster`, is_ended.
    """
    active = active_stretches(reference)[[*SUBJECT, "period_end", "is_ended"]]
    expected = reference["reporting_periods"].merge(active, on=["committee_code", "period_code"])
    columns = [*SUBJECT, "period_end", "due_on", "locked_on", "is_ended"]
    return expected[columns].drop_duplicates(SUBJECT).sort_values(SUBJECT, ignore_index=True)


def judge_completeness(state: str | None) -> Outcome:
    """What the state of the latest version (None: no version came) means for an organization on the roster."""
    # A returned workbook is told by what is wrong in it; to say that none was accepted would double it.
    if state in (NOT_YET_ENDED, WAITING, RETURNED):
        return "not_assessable"
    return "pass" if state in ACCEPTED else "fail"


def check_completeness(
    rules: RuleCatalogue, reference: Reference, versions: pd.DataFrame, states: pd.DataFrame, as_of: dt.date
) -> Verdicts:
    """One violation per organization and ended period without an accepted current submission.

    ``versions`` (identified file versions) and ``states`` (`SUBMISSION_STATES`) say what came. An accepted
    current version passes whatever came after it. Before the due date the rule's milder severity holds.
    """
    expected = roster(reference)
    expected = expected.assign(state=_states_by_subject(expected, versions, states))
    expected.loc[expected["period_end"] >= as_of.isoformat(), "state"] = NOT_YET_ENDED
    states_or_none = expected["state"].where(expected["state"].notna(), None)
    expected["outcome"] = [judge_completeness(state) for state in states_or_none]
    parts = [_violations(rule_id, expected, rules, as_of) for rule_id in (rule.id for rule in rules.completeness)]
    outcomes = [_outcomes(rule.id, expected) for rule in rules.completeness]
    empty = Verdicts(pd.DataFrame(columns=VIOLATION_COLUMNS), pd.DataFrame(columns=OUTCOME_COLUMNS))
    return Verdicts(pd.concat([empty.violations, *parts]), pd.concat([empty.outcomes, *outcomes]))


def _states_by_subject(expected: pd.DataFrame, versions: pd.DataFrame, states: pd.DataFrame) -> pd.Series:
    """The state of the current version, else of the latest one, else None, in the order of ``expected``."""
    known = versions.merge(states[["file_hash", "state", "is_current"]], on="file_hash")
    latest = latest_versions(known)
    current = known[known["is_current"]]
    chosen = pd.concat([current, latest]).drop_duplicates(["organization_code", "period_code"], keep="first")
    found = expected.merge(chosen[["organization_code", "period_code", "state"]], how="left")["state"]
    return found.astype(object)


def _violations(rule_id: str, expected: pd.DataFrame, rules: RuleCatalogue, as_of: dt.date) -> pd.DataFrame:
    rule = next(rule for rule in rules.completeness if rule.id == rule_id)
    failed = expected[expected["outcome"] == "fail"]
    days = failed["period_end"].map(dt.date.fromisoformat)
    failed = failed[[rule.in_force(day) for day in days]] if len(failed) else failed
    overdue = failed["due_on"].isna() | (failed["due_on"] < as_of.isoformat())
    severities = [
        rule.severity_on(dt.date.fromisoformat(end)) if late else rule.severity_before_due
        for end, late in zip(failed["period_end"], overdue, strict=True)
    ]
    observed = failed["state"].where(failed["state"].notna(), "none")
    return failed[SUBJECT].assign(
        rule_id=rule.id,
        engine="register",
        severity=severities,
        observed=observed,
        observed_vi=observed.map(lambda state: _STATE_WORDS.get(state, (state,) * 2)[0]),
        observed_en=observed.map(lambda state: _STATE_WORDS.get(state, (state,) * 2)[1]),
        expected=failed["due_on"],
    )


def _outcomes(rule_id: str, expected: pd.DataFrame) -> pd.DataFrame:
    counts = pd.crosstab([expected["committee_code"], expected["period_code"]], expected["outcome"])
    counts = counts.reindex(columns=["pass", "fail", "not_assessable"], fill_value=0).reset_index()
    counts.columns = pd.Index(OUTCOME_COLUMNS[1:])
    return counts.assign(rule_id=rule_id)[OUTCOME_COLUMNS]
