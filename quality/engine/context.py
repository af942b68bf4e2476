"""What is evaluated: one row per identified file version, its period, its predecessor and the rules that hold.

Whether a rule holds depends on few things - committee, period, organization type - so it is decided once per
such *workbook kind*, not once per workbook.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import NamedTuple

import pandas as pd

from ingest.active_stretches import active_by_subject
from ingest.catalogue import Catalogue, CatalogueError
from ingest.derived_once import derived_once
from ingest.parameters import Parameters
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.catalogue.model import CombinationRule, LinearRule, When
from quality.engine import SUBJECT

VERSION_ORDER = ["submission_no", "received_at", "file_hash"]
SAME_RULES = [
    *("committee_code", "period_code", "period_end", "period_kind", "organization_type", "is_new", "is_ended"),
]
"""What decides which rules hold for a workbook."""


def valid_on(frame: pd.DataFrame, day: pd.Series) -> pd.Series:
    """True where ``day`` (ISO text) lies in the row's valid_from..valid_to, both included, open ends allowed."""
    started = frame["valid_from"].isna() | (frame["valid_from"] <= day)
    return started & (frame["valid_to"].isna() | (day <= frame["valid_to"]))


def organization_types(subjects: pd.DataFrame, reference: Reference) -> pd.Series:
    """What the register calls each subject (organization_code) at the end of its period_code, or of its own days in it.

    One value per row of ``subjects``, with its index; None where the register has nothing.
    """
    found = [active[1] if active else None for active in _active(subjects, reference)]
    return pd.Series(found, index=subjects.index, dtype=object)


def ended_within(subjects: pd.DataFrame, reference: Reference) -> pd.Series:
    """True where the subject (organization_code) ended before the last day of its period_code."""
    found = [active[2] if active else False for active in _active(subjects, reference)]
    return pd.Series(found, index=subjects.index, dtype=bool)


def _active(subjects: pd.DataFrame, reference: Reference) -> list[tuple[str, str, bool] | None]:
    known = active_by_subject(reference)
    pairs = zip(subjects["organization_code"], subjects["period_code"], strict=True)
    return [known.get((str(code), str(period))) for code, period in pairs]


def evaluation_context(submissions: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """One row per identified file version of a declared period, with a dense ``file_no``.

    Columns: file_no, file_hash, the subject, submission_no, received_at, period_end (ISO text), period_kind,
    previous_period_code, organization_type (the register's on the period's last day, or None), is_new and is_ended
    (it began, it ended within the period), workbook_kind.
    """
    # A column without a single text is one of numbers to pandas, and would not join.
    identified = submissions[submissions["read_state"] == "identified"].astype(dict.fromkeys(SUBJECT, object))
    periods = reference["periods"].rename(columns={"kind": "period_kind"})
    columns = ["period_code", "period_end", "period_kind", "previous_period_code"]
    context = identified.merge(periods[columns], on="period_code").sort_values("file_hash", ignore_index=True)
    context["organization_type"] = organization_types(context, reference)
    context["is_new"] = began_within(context, reference)
    context["is_ended"] = ended_within(context, reference)
    context["submission_no"] = context["submission_no"].fillna(0).astype("int64")
    context["workbook_kind"] = _kinds_of(context)
    context["file_no"] = range(len(context))
    return context


def _kinds_of(context: pd.DataFrame) -> list[int]:
    """The number of every row's kind, in the order of `SAME_RULES`; what is not known comes last."""
    columns = (context[name].astype(object).where(context[name].notna(), None).tolist() for name in SAME_RULES)
    rows = [tuple((one is None, "" if one is None else one) for one in row) for row in zip(*columns, strict=True)]
    numbers = {kind: number for number, kind in enumerate(sorted(set(rows)))}
    return [numbers[row] for row in rows]


def began_within(subjects: pd.DataFrame, reference: Reference) -> pd.Series:
    """True where the first stretch of the subject (organization_code) begins after the first day of its period_code."""
    days = subjects["organization_code"].map(_first_days(reference)).astype(object)
    first_days = reference["periods"].set_index("period_code")["period_start"]
    return days.fillna("") > subjects["period_code"].map(first_days).astype(object)


@derived_once
def _first_days(reference: Reference) -> pd.Series:
    """The day on which each organization's first stretch begins, empty where it always was."""
    organizations = reference["organizations"]
    began = organizations.assign(valid_from=organizations["valid_from"].fillna("")).sort_values("valid_from")
    # The first of the sorted: a minimum of texts is asked of each group by itself, seconds for a country.
    return began.drop_duplicates("organization_code").set_index("organization_code")["valid_from"]


def workbook_kinds(context: pd.DataFrame) -> pd.DataFrame:
    """One row per kind of workbook in ``context``: what decides which rules hold."""
    return (
        context[["workbook_kind", *SAME_RULES]]
        .drop_duplicates("workbook_kind")
        .sort_values("workbook_kind", ignore_index=True)
    )


def latest_versions(versions: pd.DataFrame) -> pd.DataFrame:
    """The last version of each organization and period in the order of VERSION_ORDER."""
    ordered = versions.sort_values(VERSION_ORDER, kind="stable")
    return ordered.drop_duplicates(["organization_code", "period_code"], keep="last")


def with_previous(context: pd.DataFrame, eligible: pd.DataFrame) -> pd.DataFrame:
    """``context`` with previous_file_hash: the latest of ``eligible`` for the same organization, one period before."""
    latest = latest_versions(eligible)[["organization_code", "period_code", "file_hash"]]
    latest.columns = pd.Index(["organization_code", "previous_period_code", "previous_file_hash"])
    return context.merge(latest, on=["organization_code", "previous_period_code"], how="left")


def applicability(
    rules: RuleCatalogue, holding_for: pd.DataFrame, catalogue: Catalogue, reference: Reference
) -> pd.DataFrame:
    """One row per linear or combination rule and kind of workbook: rule_id, workbook_kind, severity, tolerance."""

    rows = [
        (rule_id, kind.workbook_kind, severity, tolerance)
        for kind in holding_for[["workbook_kind", *SAME_RULES]].itertuples(index=False)
        for rule_id, severity, tolerance in _holding(rules, catalogue, reference, _Kind(*kind[1:]))
    ]
    return pd.DataFrame(rows, columns=["rule_id", "workbook_kind", "severity", "tolerance"])


class _Kind(NamedTuple):
    """What decides which rules hold for a workbook: the columns ``SAME_RULES``."""

    committee_code: str
    period_code: str
    period_end: str
    period_kind: str
    organization_type: str | None
    is_new: bool
    is_ended: bool


@derived_once
def _holding(
    rules: RuleCatalogue, catalogue: Catalogue, reference: Reference, kind: _Kind
) -> list[tuple[str, str, float]]:
    """(rule, severity, tolerance) of every linear or combination rule that holds for a kind of workbook."""
    day = dt.date.fromisoformat(kind.period_end)
    in_force = _versions(catalogue, kind.period_end, kind.period_kind)
    own = partial(Parameters.of(reference).value_on, kind.committee_code, kind.period_end)
    held: list[tuple[str, str, float]] = []
    chosen: list[LinearRule | CombinationRule] = [*rules.linear, *rules.combinations]
    for rule in chosen:
        if not rule.in_force(day):
            continue
        tolerance = 0.0
        if isinstance(rule, LinearRule):
            if not _holds(rule.when, kind, in_force):
                continue
            if any(own(name) not in values for name, values in rule.when.parameters.items()):
                continue
            tolerance = float(own(rule.tolerance) or 0) if isinstance(rule.tolerance, str) else rule.tolerance
        held.append((rule.id, rule.severity_on(day), tolerance))
    return held


@derived_once
def _versions(catalogue: Catalogue, period_end: str, period_kind: str) -> dict[str, str]:
    """Form -> its version in force; nothing before the first forms."""
    try:
        form_set = catalogue.form_set(dt.date.fromisoformat(period_end), period_kind)
    except CatalogueError:
        return {}
    return {form.form: version.version for form, version in form_set.forms}


def _holds(when: When, kind: _Kind, versions: dict[str, str]) -> bool:
    """True where the rule holds for a row of `workbook_kinds` whose forms have these ``versions``."""
    return (
        (not when.period_kind or kind.period_kind in when.period_kind)
        and (not when.organization_type or kind.organization_type in when.organization_type)
        and when.is_new in (None, bool(kind.is_new))
        and when.is_ended in (None, bool(kind.is_ended))
        and all(versions.get(form) in allowed for form, allowed in when.form_version.items())
    )
