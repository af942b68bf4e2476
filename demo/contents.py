"""From arrays to workbooks: what one organization writes into each form of one period."""

from __future__ import annotations

from collections import Counter
from typing import Any

from demo.plan import CommitteePlan, PeriodPlan
from ingest.catalogue import FormSet
from ingest.catalogue.model import cell_code
from ingest.template import WorkbookContent

_MEMBERSHIP = "membership_change"
WORK_LISTS = {"study": "TOPIC", "party_badges": "BADGE_YEARS", "commune_sponsorship": "SPONSORSHIP_KIND"}
WORK_FORMS = frozenset({"inspection", "petitions", "campaigns", "cell_activity", *WORK_LISTS})
_ABOVE = ("L_CU2", "L_UBKT2", "L_CU3")


def workbook_contents(
    plan: CommitteePlan, period: PeriodPlan, form_set: FormSet, names: dict[str, str]
) -> list[WorkbookContent]:
    """The workbooks of one period, one an organization on its roster, in order of code."""
    return [
        WorkbookContent(
            plan.committee_code,
            organization.code,
            names[organization.code],
            period.period_code,
            1,
            _matrices(plan, period, index, form_set),
            _records(plan, period, index),
        )
        for index, organization in enumerate(plan.organizations)
        if period.alive[index]
    ]


def own_workbook(plan: CommitteePlan, period: PeriodPlan, form_set: FormSet, code: str, name: str) -> WorkbookContent:
    """The committee's own workbook: what its departments report; ``form_set`` is that of committees."""
    matrices: dict[str, dict[tuple[str, str], Any]] = {}
    records: dict[str, list[dict[str, Any]]] = {}
    for form, version in form_set.forms:
        content = period.own_work.get(form.form)
        if form.kind == "matrix":
            cells = content or {}
            matrices[form.form] = {
                (row.item, column.column): cells.get(f"{row.item}.{column.column}", 0)
                for row in version.rows
                for column in version.columns
            }
        elif content:
            counts = [name for name, field in form.fields.items() if field.type == "count" and field.required]
            records[form.form] = [{**dict.fromkeys(counts, 0), **record} for record in content]
    return WorkbookContent(plan.committee_code, code, name, period.period_code, 1, matrices, records)


def _matrices(
    plan: CommitteePlan, period: PeriodPlan, index: int, form_set: FormSet
) -> dict[str, dict[tuple[str, str], Any]]:
    cells = {name: int(counts[index]) for name, counts in period.cells.items()}
    cells |= {"TR_NET": cells["OUT_TR"] - cells["IN_TR"], "PRESENT": cells["CLOSE"], "TOTAL": cells["CLOSE"]}
    cells |= _summary([case for case in period.cases if case["organization"] == index])
    work = {code: int(counts[index]) for code, counts in period.work.items()}
    matrices: dict[str, dict[tuple[str, str], Any]] = {}
    for form, version in form_set.forms:
        if form.kind != "matrix":
            continue
        matrices[form.form] = {
            (row.item, column.column): _cell(cells, work, cell_code(form.form, row.item, column.column), form.form)
            for row in version.rows
            for column in version.columns
        }
    return matrices


def _cell(cells: dict[str, int], work: dict[str, int], code: str, form: str) -> int:
    """What the plan says of a cell; in the forms of other work a cell nobody planned is nothing."""
    name = code.removeprefix(f"{form}.")
    return cells[name] if name in cells and form not in WORK_FORMS else work.get(code, 0)


def _summary(cases: list[dict[str, Any]]) -> dict[str, int]:
    members = [case for case in cases if case["SUBJECT"] != "TCD"]
    forms = Counter(case["DISCIPLINE_FORM"] for case in members)
    levels = Counter(
        "ABOVE" if case["DISCIPLINE_LEVEL"] in _ABOVE else case["DISCIPLINE_LEVEL"][2:] for case in members
    )
    return {
        "MEMBERS": len(members),
        "COMMITTEE_MEMBERS": sum(case["COMMITTEE_MEMBER"] == "CO" for case in members),
        **{f"FORM_{form}": forms[form] for form in ("KT", "CC", "CACH", "KTR")},
        **{f"LEVEL_{level}": levels[level] for level in ("CB", "DUCS", "UBKTCS", "ABOVE")},
        "ORGANIZATIONS": len(cases) - len(members),
    }


def _records(plan: CommitteePlan, period: PeriodPlan, index: int) -> dict[str, list[dict[str, Any]]]:
    organization = plan.organizations[index]
    profile: dict[str, Any] = {
        "ORGANIZATION_TYPE": organization.type_on(period.end),
        "SECTOR": organization.sector,
        "INDUSTRIAL_ZONE": "CO" if organization.industrial_zone else "KHONG",
        "SUBORDINATE_CELLS": int(period.cells["CELLS"][index]),
        "HAS_COMMITTEE": "KHONG" if index in plan.no_committee else "CO",
        "CONGRESSES_DUE": int(period.cells["CONGRESSES_DUE"][index]),
        "CONGRESSES_HELD": int(period.cells["CONGRESSES_HELD"][index]),
    }
    if organization.born and organization.predecessor is None:
        year, month, day = organization.born.split("-")
        profile["ESTABLISHED_ON"] = f"{day}/{month}/{year}"
    if period.plan_met is not None:
        profile["PLAN_MET"] = "CO" if period.plan_met[index] else "KHONG"
    cases = [
        {key: value for key, value in case.items() if key != "organization"}
        for case in period.cases
        if case["organization"] == index
    ]
    return {
        "organization_profile": [profile],
        "discipline_cases": cases,
        "transfers": _transfers(plan, period, index),
        **{form: _work_records(period, index, form, key) for form, key in WORK_LISTS.items()},
    }


def _work_records(period: PeriodPlan, index: int, form: str, key: str) -> list[dict[str, Any]]:
    """One record a code of the list that has any number: cells ``form.FIELD.CODE`` turned back into rows."""
    records: dict[str, dict[str, Any]] = {}
    for cell, counts in period.work.items():
        owner, _, rest = cell.partition(".")
        if owner == form and counts[index]:
            field, _, code = rest.partition(".")
            records.setdefault(code, {key: code})[field] = int(counts[index])
    fields = {cell.split(".")[1] for cell in period.work if cell.startswith(f"{form}.")}
    return [{**dict.fromkeys(sorted(fields), 0), **record} for record in records.values()]


def _transfers(plan: CommitteePlan, period: PeriodPlan, index: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for direction, flow in (("IN", "IN_TR"), ("OUT", "OUT_TR")):
        for suffix, scope in (("EXT", "NGOAI_TINH"), ("INT", "TRONG_TINH")):
            members = int(period.cells[f"{flow}_{suffix}"][index])
            if members:
                rows.append({"DIRECTION": direction, "SCOPE": scope, "MEMBERS": members})
    inside: Counter[tuple[str, int]] = Counter()
    for origin, target, members in period.transfers:
        if origin == index:
            inside["OUT", target] += members
        if target == index:
            inside["IN", origin] += members
    for (direction, partner), members in sorted(inside.items()):
        code = plan.organizations[partner].code
        rows.append({"DIRECTION": direction, "SCOPE": "TRONG_DANG_BO", "COUNTERPART": code, "MEMBERS": members})
    return rows
