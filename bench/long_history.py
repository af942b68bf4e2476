"""A committee with a long past: every half-year since 2018, planned by the demo's generator.

The demo's own committees report seven half-years at most. This one has eighty-six organizations, no event, and the
flows that the demo takes where no publication says any; its openings are the closings before them.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pandas as pd

from bench.nation import fill
from demo.committees import committee_itself, event_rows, organization_rows, plan_committees
from demo.contents import own_workbook, workbook_contents
from demo.deployment import demo_reference
from demo.plan import CommitteePlan, load_parameters
from ingest.reference import Reference
from ingest.template import WorkbookContent
from khoi.deployment import Home, create_deployment

COMMITTEE = "NK"
_DUE = "2099-12-31"
_FIRST = "2018-01-01"
"""Ratings had other levels before, which the demo's plans do not know."""
_PLAN: dict[str, Any] = {
    "organizations": {"DBCS": 40, "CBCS": 46},
    "sectors": {"S4": 20, "S5": 40, "S6A": 20, "S9A1": 6},
    "cells": 220,
    "no_committee": 8,
    "opening": 3400,
}


def half_years(reference: Reference, before: dt.date) -> list[str]:
    """The codes of all half-years that the generator can write and that end before the day, the first one first."""
    periods = reference["periods"]
    known = (periods["period_start"] >= _FIRST) & (periods["period_end"] < before.isoformat())
    return sorted(periods.loc[known & periods["kind"].isin(["H1", "H2"]), "period_code"])


def planned(reference: Reference, periods: list[str]) -> CommitteePlan:
    """The committee over ``periods``."""
    parameters = load_parameters(reference)
    own = {**_PLAN, "periods": {code: {"discipline": {"forms": {"KT": 2, "CC": 1}}} for code in periods}}
    (plan,) = plan_committees(reference, parameters={**parameters, "committees": {COMMITTEE: own}})
    return plan


def deployed(home: Home, periods: list[str]) -> None:
    """Make ``home`` a deployment of the committee alone and write what it sent in ``periods`` into the inbox."""
    reference = demo_reference()
    plan = planned(reference, periods)
    create_deployment(home, _registers(plan, reference))
    fill(home, _contents(plan, home))


def _registers(plan: CommitteePlan, reference: Reference) -> dict[str, bytes]:
    committee = {
        "committee_code": plan.committee_code,
        "name_vi": "Đảng bộ nhiều kỳ (giả định)",
        "name_en": "Party committee of many periods (invented)",
        "province": "Tỉnh giả định",
        "valid_from": "2000-01-01",
        "authority": "Tổ chức giả định của phép đo",
    }
    due = [
        {"committee_code": plan.committee_code, "period_code": period.period_code, "due_on": _DUE}
        for period in plan.periods
    ]
    tables = {
        "committees": pd.DataFrame([committee]),
        "reporting_periods": pd.DataFrame(due),
        "organizations": organization_rows(plan),
        "organization_events": event_rows(plan),
    }
    return {name: _as_csv(rows, list(reference[name].columns)) for name, rows in tables.items()}


def _as_csv(rows: pd.DataFrame, columns: list[str]) -> bytes:
    text = io.StringIO()
    rows.reindex(columns=columns).to_csv(text, index=False, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
    return text.getvalue().encode()


def _contents(plan: CommitteePlan, home: Home) -> list[WorkbookContent]:
    catalogue, reference = home.catalogue(), home.reference()
    names = reference["organizations"].set_index("organization_code")["name"].to_dict()
    kinds = reference["periods"].set_index("period_code")["kind"]
    own = committee_itself(plan.committee_code)
    sent: list[WorkbookContent] = []
    for period in plan.periods:
        end, kind = dt.date.fromisoformat(period.end), kinds[period.period_code]
        sent += workbook_contents(plan, period, catalogue.form_set(end, kind, "organization"), names)
        sent.append(own_workbook(plan, period, catalogue.form_set(end, kind, "committee"), own, names[own]))
    return sent
