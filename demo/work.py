"""The work beyond members, ratings and discipline: totals of `work.yaml` shared over organizations and periods.

`spread.yaml` says, cell by cell, among whom a total is shared and beyond what it may not go. What a committee
reports of its own work goes into a workbook of its own.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from demo.allocate import Counts, largest_remainder, scatter
from demo.plan import CommitteePlan, PeriodPlan, with_published_values
from demo.registers import AGENCIES, NON_STATE, STATE_ENTERPRISES
from ingest.reference import Reference

WORK_FILE = Path(__file__).with_name("work.yaml")
SPREAD_FILE = Path(__file__).with_name("spread.yaml")
_SPAN = "span"
_SIGNED = {
    "ORGANIZATIONS": "ONE",
    "CELLS": "CELLS",
    "OPEN": "OPEN",
    "ADMITTED": "IN_ADMIT",
    "TRANSFERRED_IN": "IN_TR_EXT + IN_TR_INT",
    "TRANSFERRED_OUT": "OUT_TR_EXT + OUT_TR_INT",
    "DEATHS": "OUT_DEATH",
    "EXPELLED": "OUT_EXPEL",
    "REMOVED": "OUT_REMOVE",
    "RESIGNED": "OUT_RESIGN",
    "CLOSE": "CLOSE",
    "PROBATIONARY": "PROBATIONARY",
    "FEMALE": "FEMALE",
}
"""What a committee signs: the sums of what its organizations truly hold."""
_SCATTERED_BELOW = 30
"""Totals below so many an organization are thrown unit by unit, so that zeros are frequent; others are shared."""


@cache
def spread() -> dict[str, dict[str, Any]]:
    """Cell code -> how its total is shared, in the order of filling."""
    declared: dict[str, dict[str, Any]] = yaml.safe_load(SPREAD_FILE.read_text(encoding="utf-8"))
    return declared


def load_work(reference: Reference) -> dict[str, Any]:
    """The declared totals and records by committee and period, published values filled in."""
    work: dict[str, Any] = with_published_values(yaml.safe_load(WORK_FILE.read_text(encoding="utf-8")), reference)
    return work


def plan_work(
    plan: CommitteePlan, parameters: dict[str, Any], work: dict[str, Any], targets: Any, rng: np.random.Generator
) -> None:
    """Fill ``work`` and ``own_work`` of every period. ``targets`` is the register of targets."""
    own = work.get(plan.committee_code, {})
    span = parameters["committees"][plan.committee_code].get(_SPAN, {})
    for cell, how in spread().items():
        _fill(plan, cell, how, own, span, rng)
    for period in plan.periods:
        period.own_work = {
            form: _plain(content) if isinstance(content, dict) else [_plain(record) for record in content]
            for form, content in own.get(period.period_code, {}).get("committee", {}).items()
        }
        period.own_work["signed_totals"] = {
            f"{item}.value": int(_value(plan, period, cells)[period.alive].sum()) for item, cells in _SIGNED.items()
        } | {"DISCIPLINED.value": sum(case["SUBJECT"] != "TCD" for case in period.cases)}
    _span_of_the_committee(plan, own.get(_SPAN, {}).get("committee", {}), span)
    mine = targets[targets["committee_code"] == plan.committee_code]
    for period in plan.periods:
        valid = mine[(mine["valid_from"] <= period.end) & (period.end <= mine["valid_to"])]
        period.own_work["resolution_targets"] = [
            {"TARGET": row.target_id, "LOW": int(row.low), **({"HIGH": int(row.high)} if row.high else {})}
            for row in valid.itertuples()
        ]


def _fill(
    plan: CommitteePlan,
    cell: str,
    how: dict[str, Any],
    own: dict[str, Any],
    span: dict[str, Any],
    rng: np.random.Generator,
) -> None:
    rooms = {period.period_code: _room(plan, period, how) for period in plan.periods}
    spanned = [code for code in span.get("periods", []) if code in rooms]
    declared = _declared(own.get(_SPAN, {}), cell)
    parts: dict[str, Any] = {}
    if isinstance(declared, dict) and "share" in declared:
        parts = dict.fromkeys(spanned, declared)
    elif declared is not None:
        total = _total(declared)
        weights = [float(rooms[code].sum()) for code in spanned] if "within" in how else span["weights"]
        parts = dict(zip(spanned, largest_remainder(total, np.array(weights)).tolist(), strict=True))
    for period in plan.periods:
        said = _declared(own.get(period.period_code, {}), cell)
        wanted = parts.get(period.period_code) if said is None else said
        period.work[cell] = _shared(period, how, wanted, rooms[period.period_code], rng)


def _declared(content: dict[str, Any], cell: str) -> Any:
    form, _, name = cell.partition(".")
    cells = content.get("organizations", {}).get(form, {})
    return cells.get(name, cells.get(name.removeprefix("QUANTITY.")))


def _total(wanted: Any) -> int:
    return int(wanted["total"] - wanted.get("less", 0)) if isinstance(wanted, dict) else int(wanted)


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value if isinstance(value, str) else _total(value) for key, value in record.items()}


def _room(plan: CommitteePlan, period: PeriodPlan, how: dict[str, Any]) -> Counts:
    """How much of the cell each organization can hold at most."""
    open_ = period.alive.copy()
    if "among" in how:
        open_ &= np.array([organization.type_on(period.end) == how["among"] for organization in plan.organizations])
    if "where" in how:
        open_ &= period.work[how["where"]] > 0
    most = _value(plan, period, how["within"]) if "within" in how else np.full(len(open_), 10**12, dtype=np.int64)
    return np.where(open_, most, 0)


def _value(plan: CommitteePlan, period: PeriodPlan, expression: str) -> Counts:
    """The sum of cells that ``expression`` names (``a + b - c``)."""
    signed = expression.replace("- ", "-").replace("+ ", "").split()
    zero = np.zeros(len(plan.organizations), dtype=np.int64)
    parts = [(-1 if name.startswith("-") else 1, _named(plan, period, name.lstrip("-"))) for name in signed]
    return sum((sign * counts for sign, counts in parts), zero)


def _named(plan: CommitteePlan, period: PeriodPlan, name: str) -> Counts:
    if name in period.work:
        return period.work[name]
    if name in period.cells:
        return period.cells[name]
    types = np.array([organization.type_on(period.end) for organization in plan.organizations])
    sectors = np.array([organization.sector for organization in plan.organizations])
    no_committee = np.isin(np.arange(len(types)), list(plan.no_committee))
    known = {
        "ONE": np.ones(len(types), dtype=bool),
        "HAS_COMMITTEE": ~no_committee,
        "AGENCY": np.isin(sectors, AGENCIES),
        "ENTERPRISE": np.isin(sectors, STATE_ENTERPRISES + NON_STATE),
    }
    if name == "ALL_CELLS":
        return np.where(types == "CBCS", 1, period.cells["CELLS"]) * period.alive
    return (known[name] & period.alive).astype(np.int64)


def _shared(period: PeriodPlan, how: dict[str, Any], wanted: Any, room: Counts, rng: np.random.Generator) -> Counts:
    size = int(period.alive.sum())
    if "base" in how:
        return _on_top(period, how, wanted, rng)
    if wanted is None:
        total = round(how["usual"] * room.sum() if "usual" in how else how["each"] * size)
    elif isinstance(wanted, dict) and "share" in wanted:
        total = int(np.ceil(wanted["share"] * room.sum()))
    else:
        total = _total(wanted)
    total = min(total, int(room.sum())) if wanted is None else total
    weights = np.where(room > 0, period.cells["CLOSE"] * rng.lognormal(0.0, 0.4, len(room)), 0.0)
    first = np.zeros(len(room), dtype=np.int64)
    if isinstance(wanted, dict) and "positive" in wanted:
        order = np.argsort(-np.where(room > 0, weights, -1.0), kind="stable")
        first[order[: wanted["positive"]]] = 1
        room = np.where(first > 0, room, 0)
    left = total - int(first.sum())
    if total >= _SCATTERED_BELOW * size or room.sum() < 1.5 * total:
        return first + largest_remainder(left, weights, room - first)
    return first + scatter(left, weights, room - first, rng)


def _on_top(period: PeriodPlan, how: dict[str, Any], wanted: Any, rng: np.random.Generator) -> Counts:
    base: Counts = period.work[how["base"]]
    more = 0 if wanted is None else _total(wanted) - int(base.sum())
    extra: Counts = scatter(more, np.where(base > 1, base, 0).astype(float), np.where(base > 1, 5, 0), rng)
    return np.add(base, extra)


def _span_of_the_committee(plan: CommitteePlan, content: dict[str, Any], span: dict[str, Any]) -> None:
    """Divide what the committee reports for the whole span over its periods; a zero is told in the last one."""
    by_code = {period.period_code: period for period in plan.periods}
    spanned = [by_code[code] for code in span.get("periods", []) if code in by_code]
    for form, declared in content.items():
        records = [declared] if isinstance(declared, dict) else declared
        for record in records:
            numbers = {key: _total(value) for key, value in record.items() if not isinstance(value, str)}
            names = {key: value for key, value in record.items() if isinstance(value, str)}
            split = {key: largest_remainder(total, np.array(span["weights"])) for key, total in numbers.items()}
            for place, period in enumerate(spanned):
                part = {key: int(counts[place]) for key, counts in split.items()}
                last = place == len(spanned) - 1
                if any(part.values()) or (last and not any(numbers.values())):
                    _add(period, form, isinstance(declared, dict), {**names, **part})


def _add(period: PeriodPlan, form: str, is_matrix: bool, part: dict[str, Any]) -> None:
    if is_matrix:
        period.own_work[form] = {**period.own_work.get(form, {}), **part}
    else:
        period.own_work.setdefault(form, []).append(part)
