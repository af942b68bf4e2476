"""All that hangs on the members: status, structure, cells, ratings, transfers, discipline cases."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from demo.allocate import Counts, largest_remainder, scatter
from demo.plan import CommitteePlan, PeriodPlan

_STRUCTURE = {
    "FEMALE": 0.39,
    "ETHNIC_MINORITY": 0.03,
    "RELIGIOUS": 0.08,
    "THEORY_ADVANCED": 0.22,
    "THEORY_INTERMEDIATE": 0.33,
}
_LEANING = 0.35
SCORED_SINCE = "2025-08-30"
_CAPPED = ("CBTT", "DV")
_REASONS = ("NR_NEW", "NR_EXEMPT", "NR_SUSPENDED", "NR_ABSENT", "NR_OTHER")
_RATED_LEVELS = ("HTXS", "HTT", "HTNV", "KHT")


def plan_subjects(
    plan: CommitteePlan, parameters: dict[str, Any], rng: np.random.Generator, inherited: Counts | None = None
) -> None:
    """Fill every cell besides the flows, period by period; ``inherited``: the subordinate cells of a successor."""
    own = parameters["committees"][plan.committee_code]
    if inherited is None:
        cells = _subordinate_cells(plan, own)
    else:
        cells = {period.period_code: np.where(period.alive, inherited, 0) for period in plan.periods}
    leanings = {item: rng.lognormal(0.0, _LEANING, len(plan.organizations)) for item in _STRUCTURE}
    for place, period in enumerate(plan.periods):
        before = _adjacent(plan.periods[place - 1], period) if place else None
        declared = own["periods"].get(period.period_code, {})
        period.cells["CELLS"] = cells[period.period_code]
        due = period.cells["CELLS"] if declared.get("congresses") else np.zeros_like(period.cells["CLOSE"])
        period.cells |= {"CONGRESSES_DUE": due, "CONGRESSES_HELD": due}
        _transfers(plan, period, parameters["shares"], rng)
        _statuses(period, declared, _span_part(own, period.period_code), parameters, rng)
        _recognized_were_probationary(before, period)
        _quarters(period, rng)
        _structure(period, declared, parameters["shares"], leanings)
        _women_come_and_go(before, period)
        if period.period_code.endswith("H2"):
            _ratings(plan, period, declared.get("ratings", {}), parameters, rng)
            _score_bands(period)
            period.plan_met = rng.random(len(plan.organizations)) < parameters["plan_met"]


def _span_part(own: dict[str, Any], period_code: str) -> dict[str, int]:
    span = own.get("span")
    if span is None or period_code not in span["periods"]:
        return {}
    weights = np.array(span["weights"])
    place = span["periods"].index(period_code)
    return {key: int(largest_remainder(span[key], weights)[place]) for key in ("RECOGNIZED", "CARDS")}


def _alive_shares(
    period: PeriodPlan, total: int, room: Counts, rng: np.random.Generator, spread: float = 0.35
) -> Counts:
    weights = np.where(period.alive, period.cells["CLOSE"], 0) * rng.lognormal(0.0, spread, len(room))
    return largest_remainder(total, weights, np.where(period.alive, room, 0))


def _subordinate_cells(plan: CommitteePlan, own: dict[str, Any]) -> dict[str, Counts]:
    """Subordinate cells per period: of committees only, changed by events, meeting the published counts."""
    first = plan.periods[0]
    kinds = np.array([o.types[0][1] == "DBCS" for o in plan.organizations]) & first.alive
    weights = np.where(kinds, first.cells["CLOSE"], 0).astype(float)
    leaving = np.array([o.ended is not None and o.types[0][1] == "DBCS" for o in plan.organizations]) & kinds
    events = own.get("events")
    carried = events["handed_over_org_cells"] if events else 0
    cells = np.where(kinds, 2, 0).astype(np.int64)
    for group, total in ((leaving, carried), (kinds & ~leaving, own["cells"] - carried)):
        if group.any():
            cells[group] += largest_remainder(int(total - cells[group].sum()), weights[group])
    by_period = {}
    for period in plan.periods:
        for event in plan.events:
            if period.start <= event.day <= period.end:
                cells = _cells_after(plan, own, cells, event)
        by_period[period.period_code] = np.where(period.alive, cells, 0)
    return by_period


def _cells_after(plan: CommitteePlan, own: dict[str, Any], cells: Counts, event: Any) -> Counts:
    cells = cells.copy()
    fresh = own["events"]["new_committee_cells"] if "events" in own else {}
    if event.unit == "subordinate_cell":
        cells[plan.index(event.origin)] -= event.cells
    elif event.origin and event.kind == "handed_over":
        event.cells = int(cells[plan.index(event.origin)])
        cells[plan.index(event.origin)] = 0
    elif event.target and event.kind in fresh:
        target = plan.index(event.target)
        if plan.organizations[target].type_on(event.day) == "DBCS":
            cells[target] = fresh[event.kind]
    return cells


def _transfers(plan: CommitteePlan, period: PeriodPlan, shares: dict[str, float], rng: np.random.Generator) -> None:
    """Split transfers by scope, and let a few members move between organizations of the committee, pair by pair."""
    for flow in ("IN_TR", "OUT_TR"):
        total = period.cells[flow]
        period.cells[f"{flow}_EXT"] = rng.binomial(total, 1 - shares["province_transfers"])
        period.cells[f"{flow}_INT"] = total - period.cells[f"{flow}_EXT"]
    size = len(plan.organizations)
    inside, outside = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    living = np.flatnonzero(period.alive)
    weights = period.cells["CLOSE"][living] / period.cells["CLOSE"][living].sum()
    for _ in range(int(shares["own_transfers"] * period.cells["CLOSE"].sum())):
        origin, target = (int(i) for i in rng.choice(living, 2, replace=False, p=weights))
        # One comes for one who goes, so that no closing moves and the pair still has two sides to compare.
        period.transfers += [(origin, target, 1), (target, origin, 1)]
        for side in (origin, target):
            inside[side] += 1
            outside[side] += 1
    period.cells |= {"IN_TR_OWN": inside, "OUT_TR_OWN": outside}
    period.cells["IN_TR"] = period.cells["IN_TR"] + inside
    period.cells["OUT_TR"] = period.cells["OUT_TR"] + outside
    period.cells["INC"] = period.cells["INC"] + inside
    period.cells["DEC"] = period.cells["DEC"] + outside


def _statuses(
    period: PeriodPlan,
    declared: dict[str, Any],
    span: dict[str, int],
    parameters: dict[str, Any],
    rng: np.random.Generator,
) -> None:
    close, admitted = period.cells["CLOSE"], np.minimum(period.cells["IN_ADMIT"], period.cells["CLOSE"])
    members, rates, shares = int(close.sum()), parameters["flows_default"], parameters["shares"]
    probationary = int(declared.get("PROBATIONARY", admitted.sum() * 1.7))
    period.cells["PROBATIONARY"] = admitted + _alive_shares(
        period, probationary - int(admitted.sum()), close - admitted, rng
    )
    period.cells["OFFICIAL"] = close - period.cells["PROBATIONARY"]
    counts = {
        "EXEMPT": int(shares["exempt"] * members),
        "SUSPENDED": int(shares["suspended"] * members),
        "RECOGNIZED": declared.get("RECOGNIZED", span.get("RECOGNIZED", int(rates["official"] * members))),
        "CARDS": declared.get("CARDS", span.get("CARDS", int(rates["cards"] * members))),
        "HANDBOOK": declared.get("HANDBOOK", int(0.9 * members)),
        "RESIDENCE_DUE": int(shares["residence_due"] * members),
    }
    room = period.cells["OFFICIAL"] // 2
    for item, total in counts.items():
        wide = item in ("HANDBOOK", "RESIDENCE_DUE")
        if item in ("SUSPENDED", "RECOGNIZED"):
            period.cells[item] = scatter(total, np.where(period.alive, close, 0).astype(float), room, rng)
        else:
            period.cells[item] = _alive_shares(period, total, close if wide else room, rng, 0.05 if wide else 0.35)
    period.cells["RESIDENCE"] = period.cells["RESIDENCE_DUE"]
    removed = period.cells["OUT_REMOVE"]
    period.cells["OUT_REMOVE_PROB"] = rng.binomial(removed, 0.4)


def _adjacent(before: PeriodPlan, period: PeriodPlan) -> PeriodPlan | None:
    """``before`` where ``period`` begins the day after it: only then a workbook looks back on it."""
    day_after = dt.date.fromisoformat(before.end) + dt.timedelta(days=1)
    return before if day_after.isoformat() == period.start else None


def _recognized_were_probationary(before: PeriodPlan | None, period: PeriodPlan) -> None:
    """Only probationary members of the period before, or who came since, become official."""
    if before is None:
        return
    most = before.cells["PROBATIONARY"] + period.cells["IN_TR"]
    _keep_within(period, "RECOGNIZED", np.zeros_like(most), np.where(before.alive, most, period.cells["OFFICIAL"] // 2))


def _women_come_and_go(before: PeriodPlan | None, period: PeriodPlan) -> None:
    """The number of women moves by no more members than came and went."""
    if before is None:
        return
    close, former = period.cells["CLOSE"], before.cells["FEMALE"]
    least = np.where(before.alive, np.maximum(former - period.cells["DEC"], 0), 0)
    most = np.where(before.alive, np.minimum(former + period.cells["INC"], close), close)
    _keep_within(period, "FEMALE", np.minimum(least, close), most)


def _keep_within(period: PeriodPlan, item: str, least: Counts, most: Counts) -> None:
    """Move what of ``item`` lies outside ``least`` to ``most`` to organizations with room; the total stays."""
    least, most = (np.where(period.alive, side, 0) for side in (least, most))
    kept = np.clip(period.cells[item], least, most)
    surplus = int(period.cells[item].sum() - kept.sum())
    room = most - kept if surplus > 0 else kept - least
    moved = largest_remainder(abs(surplus), room.astype(float), room)
    period.cells[item] = kept + moved if surplus > 0 else kept - moved


def _structure(
    period: PeriodPlan, declared: dict[str, Any], shares: dict[str, float], leanings: dict[str, NDArray[np.float64]]
) -> None:
    """Split the members; an organization leans one way for good, so that its figures move with its members."""
    close = period.cells["CLOSE"]
    members = int(close.sum())
    for item, share in _STRUCTURE.items():
        room = close
        if item == "THEORY_INTERMEDIATE":
            room = close - period.cells["THEORY_ADVANCED"]
        weights = np.where(period.alive, close, 0) * leanings[item]
        total = int(declared.get(item, share * members))
        period.cells[item] = largest_remainder(total, weights, np.where(period.alive, room, 0))
    left = close - period.cells["THEORY_ADVANCED"] - period.cells["THEORY_INTERMEDIATE"]
    period.cells["THEORY_ELEMENTARY"] = np.floor(left * shares["theory_elementary"]).astype(np.int64)


def _ratings(
    plan: CommitteePlan,
    period: PeriodPlan,
    published: dict[str, Any],
    parameters: dict[str, Any],
    rng: np.random.Generator,
) -> None:
    zero = np.zeros(len(plan.organizations), dtype=np.int64)
    for subject, (eligible, given) in _rated_subjects(plan, period, parameters["ratings"]["absent"], rng).items():
        reasons = {reason: given.get(reason, zero) for reason in _REASONS}
        not_rated = sum(reasons.values(), zero)
        rated = eligible - not_rated
        totals = _level_totals(rated, published.get(subject), parameters["ratings"][subject])
        levels = _levels(rated, totals, rng, capped=subject in _CAPPED)
        cells = {"ELIGIBLE": eligible, "RATED": rated, "NOT_RATED": not_rated, **levels, **reasons}
        period.cells |= {f"{subject}.{column}": counts for column, counts in cells.items()}


def _rated_subjects(
    plan: CommitteePlan, period: PeriodPlan, absent_share: float, rng: np.random.Generator
) -> dict[str, tuple[Counts, dict[str, Counts]]]:
    """Subject -> how many of each organization could be rated, and why some were not."""
    is_new = [o.predecessor is None and o.born is not None and o.born >= period.start for o in plan.organizations]
    new = np.array(is_new) & period.alive
    has_committee = period.alive & ~np.isin(np.arange(len(plan.organizations)), list(plan.no_committee))
    cells, close = period.cells["CELLS"], period.cells["CLOSE"]
    exempt, suspended = period.cells["EXEMPT"], period.cells["SUSPENDED"]
    fresh = np.minimum(period.cells["IN_ADMIT"], close - exempt - suspended)
    absent = rng.binomial(np.maximum(close - exempt - suspended - fresh, 0), absent_share)
    members = {"NR_NEW": fresh, "NR_EXEMPT": exempt, "NR_SUSPENDED": suspended, "NR_ABSENT": absent}
    return {
        "TCCSD": (period.alive.astype(np.int64), {"NR_NEW": np.where(new, 1, 0)}),
        "CBTT": (cells, {"NR_NEW": np.where(new, cells, 0)}),
        "TTLD": (has_committee.astype(np.int64), {"NR_NEW": np.where(new & has_committee, 1, 0)}),
        "DV": (close, members),
    }


def _score_bands(period: PeriodPlan) -> None:
    """From 2025 on every rated one has a score; one in ten of the good had the points for excellent."""
    if period.end < SCORED_SINCE:
        return
    for subject in ("TCCSD", "CBTT", "TTLD", "DV"):
        lowered = period.cells[f"{subject}.HTT"] // 10
        period.cells |= {
            f"{subject}.BAND_90": period.cells[f"{subject}.HTXS"] + lowered,
            f"{subject}.BAND_70": period.cells[f"{subject}.HTT"] - lowered,
            f"{subject}.BAND_50": period.cells[f"{subject}.HTNV"],
            f"{subject}.BAND_0": period.cells[f"{subject}.KHT"],
        }


def _quarters(period: PeriodPlan, rng: np.random.Generator) -> None:
    """The leaders of every organization, rated by quarter since 2025: one, and one more for every two cells."""
    if period.end < SCORED_SINCE:
        return
    leaders = np.where(period.alive, 1 + period.cells["CELLS"] // 2, 0)
    for quarter in ("QUARTER_1", "QUARTER_2"):
        excellent, completed = rng.binomial(leaders, 0.12), rng.binomial(leaders // 4, 0.1)
        good = leaders - excellent - completed
        levels = {"ELIGIBLE": leaders, "RATED": leaders, "HTXS": excellent, "HTT": good, "HTNV": completed}
        period.cells |= {f"{quarter}.{level}": counts for level, counts in levels.items()}


def _level_totals(rated: Counts, published: dict[str, int] | None, shares: dict[str, float]) -> dict[str, int]:
    total = int(rated.sum())
    if published:
        good = published["good"] - published["HTXS"]
        return {
            "HTXS": published["HTXS"],
            "HTT": good,
            "HTNV": published["HTNV"],
            "KHT": total - published["good"] - published["HTNV"],
        }
    counts = {level: round(shares[level] * total) for level in ("HTXS", "HTNV", "KHT")}
    return {**counts, "HTT": total - sum(counts.values())}


def _levels(rated: Counts, totals: dict[str, int], rng: np.random.Generator, *, capped: bool) -> dict[str, Counts]:
    """The levels of every organization; ``capped``: excellent are at most 20 % of the good, half rounded up."""
    left = rated.copy()
    levels = {}
    for level in ("KHT", "HTNV", "HTXS"):
        room = np.maximum(20 * left + 50, 0) // 120 if capped and level == "HTXS" else left
        levels[level] = scatter(min(totals[level], int(room.sum())), left.astype(float), room, rng)
        left = left - levels[level]
    levels["HTT"] = left
    return {level: levels[level] for level in _RATED_LEVELS}
