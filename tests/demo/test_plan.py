"""The plan reproduces what was published before a single workbook is written, and the registers follow from it."""

from __future__ import annotations

import numpy as np
import pytest

from demo.committees import plan_committees
from demo.deployment import demo_reference
from demo.plan import CommitteePlan, PeriodPlan
from demo.write_registers import registers


@pytest.fixture(scope="module")
def reference():
    return demo_reference()


@pytest.fixture(scope="module")
def plans(reference) -> dict[str, CommitteePlan]:
    return {plan.committee_code: plan for plan in plan_committees(reference)}


def published(reference, figure: str) -> int:
    figures = reference["published_figures"].set_index("figure_id")
    return int(figures.loc[figure, "value"])


def period_of(plan: CommitteePlan, code: str) -> PeriodPlan:
    return next(period for period in plan.periods if period.period_code == code)


@pytest.mark.parametrize(
    ("committee", "period", "cell", "figure"),
    [
        ("LD", "2021H1", "CLOSE", "ld2021h1-011"),
        ("LD", "2021H1", "IN_ADMIT", "ld2021h1-018"),
        ("LD", "2021H1", "FEMALE", "ld2021h1-013"),
        ("LD", "2021H1", "CELLS", "ld2021h1-009"),
        ("TV", "2022H1", "CLOSE", "tv2022h1-126"),
        ("TV", "2022H1", "RECOGNIZED", "tv2022h1-129"),
        ("TV", "2021H2", "TCCSD.HTXS", "tv2022h1-102"),
        ("TH", "2020H2", "OPEN", "th2023-005"),
        ("TH", "2023H1", "CLOSE", "th2023-010"),
        ("TH", "2023H1", "CELLS", "th2023-009"),
    ],
)
def test_totals_are_the_published_ones(reference, plans, committee: str, period: str, cell: str, figure: str) -> None:
    assert period_of(plans[committee], period).cells[cell].sum() == published(reference, figure)


def test_thanh_hoa_goes_from_177_to_121(reference, plans) -> None:
    plan = plans["TH"]
    assert plan.periods[0].alive.sum() == published(reference, "th2023-001")
    assert period_of(plan, "2023H1").alive.sum() == published(reference, "th2023-006")
    handed_over = [event for event in plan.events if event.kind == "handed_over"]
    assert sum(event.members for event in handed_over) == published(reference, "th2023-096")
    assert sum(event.unit == "organization" for event in handed_over) == published(reference, "th2023-094")


def test_every_balance_holds(plans) -> None:
    for plan in plans.values():
        closing = None
        for period in plan.periods:
            cells = period.cells
            np.testing.assert_array_equal(cells["CLOSE"], cells["OPEN"] + cells["INC"] - cells["DEC"])
            np.testing.assert_array_equal(cells["IN_TR"], cells["IN_TR_EXT"] + cells["IN_TR_INT"] + cells["IN_TR_OWN"])
            np.testing.assert_array_equal(cells["OFFICIAL"] + cells["PROBATIONARY"], cells["CLOSE"])
            assert all((counts >= 0).all() for counts in cells.values())
            if closing is not None:
                moved = np.zeros_like(closing)
                for event in plan.events:
                    if period.start <= event.day <= period.end and event.origin != event.target:
                        for code, sign in ((event.origin, -1), (event.target, 1)):
                            if code is not None:
                                moved[plan.index(code)] += sign * event.members
                np.testing.assert_array_equal(cells["OPEN"][period.alive], (closing + moved)[period.alive])
            closing = cells["CLOSE"]


def test_transfers_within_a_committee_meet(plans) -> None:
    for plan in plans.values():
        for period in plan.periods:
            assert (
                period.cells["IN_TR_OWN"].sum()
                == period.cells["OUT_TR_OWN"].sum()
                == sum(m for *_, m in period.transfers)
            )


def test_the_same_seed_gives_the_same_plan(reference, plans) -> None:
    again = {plan.committee_code: plan for plan in plan_committees(reference)}
    for code, plan in plans.items():
        for first, second in zip(plan.periods, again[code].periods, strict=True):
            assert first.cases == second.cases
            assert all((first.cells[name] == second.cells[name]).all() for name in first.cells)


def test_another_seed_gives_other_splits_of_the_same_totals(reference, plans) -> None:
    other = {plan.committee_code: plan for plan in plan_committees(reference, seed=1)}
    first, second = (period_of(side["TV"], "2022H1").cells for side in (plans, other))
    assert (first["CLOSE"] != second["CLOSE"]).any()
    assert first["CLOSE"].sum() == second["CLOSE"].sum()


@pytest.mark.parametrize("name", ["organizations", "organization_events"])
def test_registers_in_seeds_are_the_planned_ones(reference, name: str) -> None:
    planned = registers()[name].astype(object)
    planned = planned.where(planned.notna(), None).map(lambda value: None if value is None else str(value))
    seeded = reference[name]
    assert list(planned.columns) == list(seeded.columns)
    differing = (planned.fillna("") != seeded.fillna("")).any(axis=1)
    assert not differing.any(), f"run python -m demo.write_registers; first difference in line {differing.idxmax() + 2}"
