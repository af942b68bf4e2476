"""Discipline cases that agree with the summary, with the expulsions of Biểu 1 and with every published cross-foot."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from demo.allocate import largest_remainder
from demo.plan import CommitteePlan, PeriodPlan

FORMS_BY_GRAVITY = ("KTR", "CACH", "CC", "KT")
_LEVELS_BY_RANK = ("L_CU3", "L_UBKT2", "L_CU2", "L_DUCS", "L_UBKTCS", "L_CB")
_COMMITTEE_LEVELS = ("L_DUCS", "L_UBKTCS")
_USUAL_VIOLATIONS = ("DDLS", "KDL", "TTN", "TCCB", "TCNH", "VPPL", "HNGD", "KHAC")


def plan_expulsions(plan: CommitteePlan, parameters: dict[str, Any], rng: np.random.Generator) -> None:
    """Where a publication says in how many organizations members were expelled, fix which and when."""
    span = parameters["committees"][plan.committee_code].get("span")
    if span is None:
        return
    discipline = span["discipline"]
    large = [
        i for i, o in enumerate(plan.organizations) if o.ended is None and o.born is None and o.types[0][1] == "DBCS"
    ]
    chosen = rng.choice(large, discipline["expelled_in_organizations"], replace=False)
    extra = rng.choice(chosen, discipline["forms"]["KTR"] - len(chosen))
    places = list(rng.permutation(np.concatenate([chosen, extra])))
    parts = largest_remainder(discipline["forms"]["KTR"], np.array(span["weights"]))
    for code, part in zip(span["periods"], parts, strict=True):
        period = next(period for period in plan.periods if period.period_code == code)
        limit = np.zeros(len(plan.organizations), dtype=np.int64)
        for place in places[:part]:
            limit[place] += 1
        places = places[part:]
        period.cells["_EXPELLED"] = limit


def plan_cases(plan: CommitteePlan, parameters: dict[str, Any], rng: np.random.Generator) -> None:
    """The cases of every period, one dict a case with ``organization`` (position) and the fields of the form."""
    own = parameters["committees"][plan.committee_code]
    for number, period in enumerate(plan.periods):
        declared = own["periods"].get(period.period_code, {}).get("discipline") or _span_cases(own, period.period_code)
        forms = [form for form in FORMS_BY_GRAVITY for _ in range(declared["forms"].get(form, 0))]
        levels = _declared_or(declared.get("levels"), _LEVELS_BY_RANK, len(forms))
        violations: list[Any] = _declared_or(declared.get("violations"), None, len(forms))
        violations = (
            list(rng.permutation(violations)) if violations[0] else list(rng.choice(_USUAL_VIOLATIONS, len(forms)))
        )
        places = _places(plan, period, forms, levels, rng)
        for index, form in enumerate(forms):
            kind = plan.organizations[places[index]].type_on(period.end)
            level = levels[index] or _usual_level(form, kind, rng)
            period.cases.append(_case(period, places[index], form, level, str(violations[index]), rng))
        for case in [case for case in period.cases if case["DISCIPLINE_FORM"] == "KT"][: declared.get("proposed", 0)]:
            case["DECISION_STATUS"] = "PROPOSED"
        _organization_cases(plan, period, declared.get("organizations", 0), rng)
        _number(plan, period, number)


def _span_cases(own: dict[str, Any], period_code: str) -> dict[str, Any]:
    """One period's part of a span's cases, by the span's weights."""
    span = own["span"]
    weights, place = np.array(span["weights"]), span["periods"].index(period_code)
    whole = span["discipline"]
    part = {form: int(largest_remainder(count, weights)[place]) for form, count in whole["forms"].items()}
    others = {key: int(largest_remainder(whole[key], weights)[place]) for key in ("organizations", "proposed")}
    return {"forms": part, **others}


def _declared_or(counts: dict[str, int] | None, order: tuple[str, ...] | None, size: int) -> list[str | None]:
    if counts is None:
        return [None] * size
    return [code for code in (order or counts) for _ in range(counts.get(code, 0))]


def _places(
    plan: CommitteePlan, period: PeriodPlan, forms: list[str], levels: list[str | None], rng: np.random.Generator
) -> list[int]:
    """Expulsions where Biểu 1 has them; what a grassroots committee decides in organizations that have one."""
    expelled = [int(i) for i in np.repeat(np.arange(len(plan.organizations)), period.cells["OUT_EXPEL"])]
    committees = np.array([o.type_on(period.end) == "DBCS" for o in plan.organizations]) & period.alive
    places = []
    for form, level in zip(forms, levels, strict=True):
        if form == "KTR":
            places.append(expelled.pop())
            continue
        pool = committees if level in _COMMITTEE_LEVELS or form == "CACH" else period.alive
        weights = np.where(pool, period.cells["CLOSE"], 0).astype(float)
        places.append(int(rng.choice(len(weights), p=weights / weights.sum())))
    return places


def _usual_level(form: str, kind: str, rng: np.random.Generator) -> str:
    if form in ("KTR", "CACH"):
        return "L_UBKT2"
    if form == "CC" and kind == "DBCS":
        return str(rng.choice(_COMMITTEE_LEVELS))
    return "L_CB"


def _case(
    period: PeriodPlan, place: int, form: str, level: str, violation: str, rng: np.random.Generator
) -> dict[str, Any]:
    start, end = dt.date.fromisoformat(period.start), dt.date.fromisoformat(period.end)
    probationary = form == "KT" and level == "L_CB" and rng.random() < 0.06
    committee_member = form == "CACH" or (not probationary and rng.random() < 0.22)
    return {
        "organization": place,
        "SUBJECT": "DVDB" if probationary else "DV",
        "DISCIPLINE_FORM": form,
        "DISCIPLINE_LEVEL": level,
        "VIOLATION": violation,
        "COMMITTEE_MEMBER": "CO" if committee_member else "KHONG",
        "DECIDED_ON": start + dt.timedelta(days=int(rng.integers(5, (end - start).days))),
        "DECISION_STATUS": "DECIDED",
    }


def _organization_cases(plan: CommitteePlan, period: PeriodPlan, count: int, rng: np.random.Generator) -> None:
    committees = [i for i, o in enumerate(plan.organizations) if period.alive[i] and o.type_on(period.end) == "DBCS"]
    for place in rng.choice(committees, count, replace=False):
        case = _case(period, int(place), "KT", "L_CU2", "TTN", rng)
        period.cases.append({**case, "SUBJECT": "TCD", "COMMITTEE_MEMBER": "KHONG"})


def _number(plan: CommitteePlan, period: PeriodPlan, number: int) -> None:
    period.cases.sort(key=lambda case: (case["organization"], case["DECIDED_ON"], case["DISCIPLINE_FORM"]))
    for index, case in enumerate(period.cases, start=1):
        case["CASE_NO"] = f"{plan.committee_code}.{number + 1:02d}.{index:03d}"
        if case["DECISION_STATUS"] == "PROPOSED":
            del case["DECIDED_ON"]  # the day was for the order only: nothing is decided yet
