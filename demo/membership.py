"""Members of every organization through the periods: openings, flows, closings, exact to every published total."""

from __future__ import annotations

from typing import Any

import numpy as np

from demo.allocate import Counts, largest_remainder, log_normal_sizes, scatter
from demo.plan import CommitteePlan, Event, PeriodPlan

INFLOWS = ("IN_ADMIT", "IN_TR", "IN_RESTORE")
OUTFLOWS = ("OUT_DEATH", "OUT_EXPEL", "OUT_REMOVE", "OUT_RESIGN", "OUT_TR")
_LEAST_MEMBERS = 3
_FIRST_MEMBERS = 12
_RATES = {"IN_ADMIT": "admit", "IN_TR": "transfer_in", "OUT_TR": "transfer_out", "OUT_DEATH": "death"}


def plan_members(plan: CommitteePlan, parameters: dict[str, Any], rng: np.random.Generator) -> None:
    """Fill OPEN, CLOSE and all flows of every period, and the members every event moves."""
    own = parameters["committees"][plan.committee_code]
    totals = _flow_totals(plan, own, parameters["flows_default"])
    opening = _opening(plan, own, totals)
    sizes = _first_sizes(plan, parameters, opening, rng)
    flows = _simulate(plan, sizes, totals, None, rng)
    wanted = own.get("events", {}).get("handed_over_members")
    if wanted is not None:
        sizes = _meet_handed_over(plan, sizes, wanted)
        _simulate(plan, sizes, totals, flows, rng)


def _flow_totals(plan: CommitteePlan, own: dict[str, Any], rates: dict[str, float]) -> dict[str, dict[str, int]]:
    """Per period the committee's total of every flow; ``OUT_TR`` of a published span balances to its closing."""
    totals: dict[str, dict[str, int]] = {period.period_code: {} for period in plan.periods}
    if "span" in own:
        handed_over = int(own["events"]["handed_over_members"])
        _span_totals(plan, own["span"], int(own["opening"]), handed_over, totals)
    for code, declared in own["periods"].items():
        given = {flow: declared[flow] for flow in (*INFLOWS, *OUTFLOWS) if flow in declared}
        expelled = declared.get("discipline", {}).get("forms", {}).get("KTR", 0)
        totals[code] = {"OUT_EXPEL": expelled, "OUT_REMOVE": 1, "OUT_RESIGN": 0, "IN_RESTORE": 0} | given
        totals[code] |= {flow: -int(rates[rate] * 10_000) for flow, rate in _RATES.items() if flow not in given}
    return totals


def _span_totals(
    plan: CommitteePlan, span: dict[str, Any], opening: int, handed_over: int, totals: dict[str, dict[str, int]]
) -> None:
    weights = np.array(span["weights"])
    for flow in (*INFLOWS, *OUTFLOWS):
        if flow in span:
            for code, part in zip(span["periods"], largest_remainder(span[flow], weights), strict=True):
                totals[code][flow] = int(part)
    moved = sum(event.members * (1 if event.target else -1) for event in plan.events if event.kind == "received")
    net = {
        code: sum(part.get(f, 0) for f in INFLOWS) - sum(part.get(f, 0) for f in OUTFLOWS)
        for code, part in totals.items()
    }
    balance = opening + sum(net[code] for code in span["periods"]) + moved - handed_over - span["closing"]
    still = span["unchanged_in"]
    totals[still]["OUT_TR"] = net[still]
    others = [code for code in span["periods"] if code != still]
    shares = largest_remainder(
        balance - net[still], np.array([w for c, w in zip(span["periods"], weights, strict=True) if c != still])
    )
    for code, part in zip(others, shares, strict=True):
        totals[code]["OUT_TR"] = int(part)


def _opening(plan: CommitteePlan, own: dict[str, Any], totals: dict[str, dict[str, int]]) -> int:
    """The first opening: published, or derived backwards from the first published closing."""
    if "inherits" in own:
        return 0
    if own["opening"] != "derived":
        return int(own["opening"])
    balance = 0
    for period in plan.periods:
        flows = totals[period.period_code]
        balance += sum(flows[f] for f in INFLOWS) - sum(flows[f] for f in OUTFLOWS)
        closing = own["periods"][period.period_code].get("closing")
        if closing is not None:
            return int(closing) - balance
    raise KeyError(f"{plan.committee_code}: no period has a published closing")


def _first_sizes(plan: CommitteePlan, parameters: dict[str, Any], opening: int, rng: np.random.Generator) -> Counts:
    first = plan.periods[0]
    sizes = np.zeros(len(plan.organizations), dtype=np.int64)
    there = [o.alive(first.end) and (o.born is None or o.born < first.start) for o in plan.organizations]
    if not any(there):
        return sizes
    kinds = np.array([o.types[0][1] for o in plan.organizations])
    small, large = (np.array(there) & (kinds == kind) for kind in ("CBCS", "DBCS"))
    cbcs, dbcs = parameters["sizes"]["CBCS"], parameters["sizes"]["DBCS"]
    of_small = int(14 * small.sum())
    sizes[small] = log_normal_sizes(of_small, int(small.sum()), cbcs["sigma"], cbcs["least"], cbcs["most"], rng)
    sizes[large] = log_normal_sizes(opening - of_small, int(large.sum()), dbcs["sigma"], dbcs["least"], None, rng)
    return sizes


Flows = dict[str, dict[str, Counts]]


def _simulate(
    plan: CommitteePlan, sizes: Counts, totals: dict[str, dict[str, int]], fixed: Flows | None, rng: np.random.Generator
) -> Flows:
    """Run through the periods; with ``fixed`` flows only openings and closings follow the new sizes."""
    closing = sizes.copy()
    flows: Flows = {}
    for number, period in enumerate(plan.periods):
        opening = closing.copy()
        for event in plan.events:
            if period.start <= event.day <= period.end and (number > 0 or event.target is None or event.origin is None):
                _move(plan, event, closing, opening)
        opening[~period.alive] = 0
        parts = (
            fixed[period.period_code]
            if fixed
            else _scatter_flows(plan, period, opening, totals[period.period_code], rng)
        )
        flows[period.period_code] = parts
        gained = sum((parts[flow] for flow in INFLOWS), np.zeros_like(opening))
        lost = sum((parts[flow] for flow in OUTFLOWS), np.zeros_like(opening))
        closing = opening + gained - lost
        period.cells |= {**parts, "OPEN": opening, "INC": gained, "DEC": lost, "CLOSE": closing}
        if (closing[period.alive] < _LEAST_MEMBERS).any():
            raise ValueError(
                f"{plan.committee_code} {period.period_code}: an organization is left with too few members"
            )
    return flows


def _move(plan: CommitteePlan, event: Event, closing: Counts, opening: Counts) -> None:
    """Move an event's members: those of an organization that ends are its last closing."""
    origin = plan.index(event.origin) if event.origin else None
    target = plan.index(event.target) if event.target else None
    if origin is not None and origin == target:
        return
    if origin is not None and event.unit == "organization":
        event.members = int(closing[origin])
    if origin is not None:
        opening[origin] -= event.members
    if target is not None:
        opening[target] += event.members


def _scatter_flows(
    plan: CommitteePlan, period: PeriodPlan, opening: Counts, totals: dict[str, int], rng: np.random.Generator
) -> dict[str, Counts]:
    weights = np.where(period.alive, opening, 0).astype(float)
    anywhere = np.where(period.alive, 10**6, 0)
    parts: dict[str, Counts] = {}
    for flow in INFLOWS:
        total = _total(totals[flow], opening)
        first = (
            np.where(period.alive & (opening == 0), _FIRST_MEMBERS, 0) if flow == "IN_TR" else np.zeros_like(opening)
        )
        parts[flow] = first + scatter(total - int(first.sum()), weights, anywhere, rng)
    left = opening + sum(parts.values(), np.zeros_like(opening)) - _LEAST_MEMBERS
    left = np.where(period.alive, left, 0)
    for flow in OUTFLOWS:
        room = np.minimum(left, _expelled_at_most(plan, period)) if flow == "OUT_EXPEL" else left
        parts[flow] = scatter(_total(totals[flow], opening), weights, np.maximum(room, 0), rng)
        left = left - parts[flow]
    return parts


def _total(declared: int, opening: Counts) -> int:
    """A declared total; a negative number is a rate in ten-thousandths of the members."""
    return declared if declared >= 0 else int(-declared * opening.sum() / 10_000)


def _expelled_at_most(plan: CommitteePlan, period: PeriodPlan) -> Counts:
    limit = period.cells.get("_EXPELLED")
    return np.full(len(plan.organizations), 10**6, dtype=np.int64) if limit is None else limit


def _meet_handed_over(plan: CommitteePlan, sizes: Counts, wanted: int) -> Counts:
    """Shift first sizes between those handed over and the large ones that stay until the published total is met."""
    handed = [event for event in plan.events if event.kind == "handed_over"]
    difference = wanted - sum(event.members for event in handed)
    leaving = sorted({plan.index(str(event.origin)) for event in handed if event.unit == "organization"})
    staying = [i for i, o in enumerate(plan.organizations) if o.ended is None and o.born is None and sizes[i] > 60]
    moved = sizes.copy()
    gain, give = (leaving, staying) if difference > 0 else (staying, leaving)
    amount = abs(difference)
    moved[gain] += largest_remainder(amount, sizes[gain].astype(float))
    moved[give] -= largest_remainder(amount, sizes[give].astype(float), np.maximum(sizes[give] - 12, 0))
    return moved
