"""The plans of all committees, and the registers that follow from them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from demo.discipline import plan_cases, plan_expulsions
from demo.membership import plan_members
from demo.plan import CommitteePlan, PeriodPlan, load_parameters
from demo.registers import ALWAYS, RegisterBuilder
from demo.subjects import plan_subjects
from demo.successions import inherited_cells, inherited_without_committee, take_over
from demo.work import load_work, plan_work
from ingest.reference import COMMITTEE_ITSELF, SEED_COLUMNS, Reference

SYNTHETIC = "Tổ chức giả định của bản minh họa"


def plan_committees(
    reference: Reference, *, seed: int | None = None, parameters: dict[str, Any] | None = None
) -> list[CommitteePlan]:
    """Plan every committee of the parameters, in their order: successors after those whose organizations they take.

    Needs periods and published figures of ``reference`` only. ``parameters``: those of `load_parameters` unless given.
    """
    parameters = parameters or load_parameters(reference)
    plans: dict[str, CommitteePlan] = {}
    for number, code in enumerate(parameters["committees"]):
        plans[code] = _plan(code, number, parameters, reference, parameters["seed"] if seed is None else seed, plans)
    return list(plans.values())


def _plan(
    code: str,
    number: int,
    parameters: dict[str, Any],
    reference: Reference,
    seed: int,
    earlier: dict[str, CommitteePlan],
) -> CommitteePlan:
    rng = np.random.default_rng([seed, number])
    own = parameters["committees"][code]
    builder = RegisterBuilder(code, parameters, rng)
    if "inherits" in own:
        builder.organizations, builder.events = take_over(code, own["inherits"], earlier)
    else:
        builder.build()
    calendar = reference["periods"].set_index("period_code")
    wanted = sorted({*own["periods"], *own.get("span", {}).get("periods", [])})
    periods = []
    for period_code in wanted:
        start, end = calendar.loc[period_code, ["period_start", "period_end"]]
        alive = np.array([organization.alive(end) for organization in builder.organizations])
        periods.append(PeriodPlan(period_code, start, end, alive))
    faults_in = own.get("faults_in", wanted[-1])
    plan = CommitteePlan(code, builder.organizations, builder.events, periods, set(), faults_in)
    plan_expulsions(plan, parameters, rng)
    plan_members(plan, parameters, rng)
    heir = "inherits" in own
    plan.no_committee = (
        inherited_without_committee(plan, earlier) if heir else _without_committee(plan, own["no_committee"])
    )
    plan_subjects(plan, parameters, rng, inherited_cells(plan, earlier) if heir else None)
    plan_cases(plan, parameters, rng)
    plan_work(plan, parameters, load_work(reference), reference["targets"], np.random.default_rng([seed, number, 1]))
    for period in plan.periods:
        period.cells.pop("_EXPELLED", None)
    return plan


def _without_committee(plan: CommitteePlan, count: int) -> set[int]:
    """The smallest cells of the first roster have no committee; those established later do."""
    sizes = plan.periods[0].cells["CLOSE"]
    small = [
        i for i, o in enumerate(plan.organizations) if o.types[0][1] == "CBCS" and o.born is None and len(o.types) == 1
    ]
    return set(sorted(small, key=lambda i: (int(sizes[i]), i))[:count])


def organization_rows(plan: CommitteePlan) -> pd.DataFrame:
    """The register of organizations: one row per organization and unchanged stretch."""
    rows = []
    for organization in plan.organizations:
        starts = [since for since, _ in organization.types]
        ends = [str(np.datetime64(day) - 1) for day in starts[1:]] + [organization.ended]
        for (since, kind), until in zip(organization.types, ends, strict=True):
            rows.append(
                {
                    "organization_code": organization.code,
                    "committee_code": plan.committee_code,
                    "name": f"{'Đảng bộ' if kind == 'DBCS' else 'Chi bộ'} cơ sở số {organization.code[-3:]} (giả định)",
                    "organization_type": kind,
                    "sector": organization.sector,
                    "industrial_zone": "CO" if organization.industrial_zone else "KHONG",
                    "valid_from": since,
                    "valid_to": until,
                    "authority": SYNTHETIC,
                }
            )
    rows.append(
        {
            "organization_code": committee_itself(plan.committee_code),
            "committee_code": plan.committee_code,
            "name": "Đảng ủy cấp trên, phần việc của chính mình",
            "organization_type": COMMITTEE_ITSELF,
            "valid_from": ALWAYS,
            "authority": SYNTHETIC,
        }
    )
    return pd.DataFrame(rows, columns=SEED_COLUMNS["organizations"])


def committee_itself(committee_code: str) -> str:
    """The code under which a committee sends in its own work."""
    return f"{committee_code}-000"


def event_rows(plan: CommitteePlan) -> pd.DataFrame:
    """The register of events: one row per predecessor and successor."""
    ordered = sorted(plan.events, key=lambda e: (e.day, e.kind, e.target or "", e.origin or "", e.unit))
    keys: dict[tuple[str, ...], int] = {}
    rows = []
    for event in ordered:
        joint = (event.kind, event.day, event.target or event.origin or "", event.unit)
        number = keys.setdefault(joint, len(keys) + 1)
        rows.append(
            {
                "event_id": f"{plan.committee_code}-E{number:03d}",
                "event_type": event.kind,
                "effective_on": event.day,
                "committee_code": plan.committee_code,
                "from_organization_code": event.origin or event.predecessor,
                "to_organization_code": event.target,
                "external_body": event.external_body,
                "unit": event.unit,
                "cells_moved": event.cells,
                "members_moved": event.members,
                "authority": SYNTHETIC,
                "note": None,
            }
        )
    return pd.DataFrame(rows, columns=SEED_COLUMNS["organization_events"])
