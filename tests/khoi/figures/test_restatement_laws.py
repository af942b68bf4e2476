"""Laws of comparison over random reorganisations: nobody is counted twice or lost, and SQL agrees with a replay.

One build holds many committees, each a random history of ten half years; one of them has hundreds of organizations.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator

import duckdb
import pandas as pd
import pytest
from lake_of_rows import LakeOfRows
from random_reorganisations import OUTSIDE, PERIODS, History, period_days, replayed

from khoi.deployment.home import Home
from khoi.figures.compare import compare
from khoi.figures.restate import restated
from khoi.warehouse.build import build_warehouse
from khoi.warehouse.publish import publish
from khoi.warehouse.read import open_published

pytestmark = pytest.mark.long
SEED = 20_261_121
MEASURES = ("members_total", "members_admitted", "members_opening")
DAYS = (dt.date(2013, 12, 31), dt.date(2015, 12, 31), dt.date(2016, 8, 17), dt.date(2018, 12, 31))


def _histories() -> list[History]:
    """Eleven committees of 4 to 40 organizations, half of them with missing workbooks, and one of 300."""
    small = [
        History(f"G{number}", random.Random(SEED + number), missing=0.08 * (number % 2)).live(
            organizations=4 + 4 * number, events_a_period=2 + number
        )
        for number in range(10)
    ]
    return [*small, History("GX", random.Random(SEED), missing=0.03).live(organizations=300, events_a_period=25)]


@pytest.fixture(scope="module")
def histories() -> list[History]:
    return _histories()


@pytest.fixture(scope="module")
def warehouse(
    histories: list[History], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    rows = LakeOfRows(
        committees=tuple(history.committee for history in histories),
        periods=PERIODS,
        organizations=[row for history in histories for row in history.organizations()],
        balances=[row for history in histories for row in history.balances],
        events=[row for history in histories for row in history.events],
        longer_periods=[
            {
                "period_code": "2015",
                "kind": "Y",
                "year": 2015,
                "period_start": "2015-01-01",
                "period_end": "2015-12-31",
            },
            {
                "period_code": "2017",
                "kind": "Y",
                "year": 2017,
                "period_start": "2017-01-01",
                "period_end": "2017-12-31",
            },
        ],
        every_cell=False,
    )
    home: Home = rows.write(tmp_path_factory.mktemp("random") / "khoi")
    build_warehouse(home)
    publish(home)
    with open_published(home) as connection:
        yield connection


def _value(measure: str, opening: int, admitted: int, died: int) -> int:
    return {"members_total": opening + admitted - died, "members_admitted": admitted, "members_opening": opening}[
        measure
    ]


def _reported(history: History, measure: str, period: str) -> dict[str, float]:
    return {
        code: float(_value(measure, opening, admitted, died))
        for code, reported, opening, admitted, died, _ in history.balances
        if reported == period
    }


def test_the_histories_are_worth_the_test(histories: list[History]) -> None:
    """Hundreds of organizations, every kind of event, days with several events, organizations of one day's making."""
    assert sum(len(history.born) for history in histories) > 600
    kinds = {(event[1], event[7]) for history in histories for event in history.events}
    assert {kind for kind, _ in kinds} == {"merged", "consolidated", "split", "handed_over", "received", "dissolved"}
    assert ("handed_over", "subordinate_cell") in kinds
    days = [(event[3], event[2]) for history in histories for event in history.events]
    assert len(set(days)) < len(days) / 1.1
    born = {code: day.isoformat() for history in histories for code, day in history.born.items()}
    first_days = {
        (event[5], event[0]) for history in histories for event in history.events if born.get(event[5]) == event[2]
    }
    assert len(first_days) > len({code for code, _ in first_days})


def test_shares_of_a_step_add_up(warehouse: duckdb.DuckDBPyConnection) -> None:
    wrong = warehouse.execute(
        "select * from (select committee_code, direction, step_no, organization_code, sum(share) as whole, "
        "min(share) as least from bridge_reorganisation_shares group by all) "
        "where abs(whole - 1) > 1e-9 or least < 0"
    ).df()
    assert wrong.empty


@pytest.mark.parametrize("as_of", DAYS, ids=str)
def test_as_of_agrees_with_a_replay_and_loses_nobody(
    warehouse: duckdb.DuckDBPyConnection, histories: list[History], as_of: dt.date
) -> None:
    """Every organization of every committee, period and measure; with what is outside, the sum is what was reported."""
    frame = restated(warehouse, [(measure, period) for measure in MEASURES for period in PERIODS], as_of)
    found = frame.set_index(["committee_code", "period_code", "measure_code", "organization_code"])["value"].to_dict()
    expected = {}
    for history in histories:
        for measure in MEASURES:
            for period in PERIODS:
                figures = _reported(history, measure, period)
                after = replayed(history, figures, period, as_of)
                assert sum(after.values()) == pytest.approx(sum(figures.values()))
                key = (history.committee, period, measure)
                expected |= {(*key, code): value for code, value in after.items()}
    assert {key for key, value in expected.items() if abs(value) > 1e-6} <= found.keys()
    for key, value in found.items():
        assert value == pytest.approx(expected.get(key, 0), abs=2e-6), key


def test_a_period_restated_to_its_own_end_is_itself(
    warehouse: duckdb.DuckDBPyConnection, histories: list[History]
) -> None:
    for period in PERIODS:
        frame = restated(warehouse, [("members_total", period)], period_days(period)[1])
        assert OUTSIDE not in set(frame["organization_code"])
        found = dict(zip(frame["organization_code"], frame["value"], strict=True))
        expected = {code: value for h in histories for code, value in _reported(h, "members_total", period).items()}
        assert found == expected


def test_organizations_of_the_day_hold_what_is_inside(
    warehouse: duckdb.DuckDBPyConnection, histories: list[History]
) -> None:
    """As is, figures stand with organizations that exist, where every share was known."""
    complete = [history for history in histories if not history.missing]
    frame = restated(warehouse, [("members_total", period) for period in PERIODS], dt.date(2018, 12, 31))
    for history in complete:
        mine = frame[(frame["committee_code"] == history.committee) & (frame["value"].abs() > 1e-6)]
        assert set(mine["organization_code"]) <= {*history.members, OUTSIDE}


def test_parts_add_up_and_explain_what_was_lived(
    warehouse: duckdb.DuckDBPyConnection, histories: list[History]
) -> None:
    """Of all pairs and measures; where every workbook came, no submitted measure leaves a remainder or coverage."""
    sums = warehouse.execute(
        """
        select c.committee_code, c.measure_code, c.period_from, c.period_to, c.difference,
            coalesce(sum(p.value), 0) as parts,
            coalesce(sum(abs(p.value)) filter (p.part_group in ('remainder', 'coverage', 'definition')), 0)
                as unexplained
        from rpt_year_comparisons as c
        left join rpt_change_parts as p using (committee_code, measure_code, period_from, period_to)
        group by all
        """
    ).df()
    assert len(sums) > 10 * 45 * 3
    pd.testing.assert_series_equal(sums["difference"], sums["parts"], check_names=False, atol=1e-5, rtol=0)
    complete = [history.committee for history in histories if not history.missing]
    lived = sums[(sums["measure_code"] != "orgs_handed_over") & sums["committee_code"].isin(complete)]
    assert set(MEASURES) <= set(lived["measure_code"])
    assert len(lived) >= 45 * len(complete) * len(MEASURES)
    assert (lived["unexplained"] < 1e-6).all()


@pytest.mark.parametrize("basis", ["as-was", "as-is", "as-of:2016-08-17", "like-for-like"])
def test_cumulative_flows_are_their_halves_on_every_basis(
    warehouse: duckdb.DuckDBPyConnection, histories: list[History], basis: str
) -> None:
    """A year against a year is its first halves and its second halves against each other, parts included."""
    years = compare(warehouse, "members_admitted", "2015", "2017", basis=basis)
    halves = [compare(warehouse, "members_admitted", f"2015{h}", f"2017{h}", basis=basis) for h in ("H1", "H2")]
    assert len(years) == len(histories)
    for year, first, second in zip(years, *halves, strict=True):
        assert year.restated is not None
        assert first.restated is not None
        assert second.restated is not None
        assert year.restated.difference == pytest.approx(first.restated.difference + second.restated.difference)
        assert sum(part.value for part in year.parts) == pytest.approx(year.as_reported.difference)


@pytest.mark.parametrize("basis", ["as-was", "as-is", "like-for-like"])
def test_a_ratio_restates_its_terms(warehouse: duckdb.DuckDBPyConnection, basis: str) -> None:
    for ratio in compare(warehouse, "members_admitted_pct", "2014H1", "2018H1", basis=basis):
        over, under = ratio.terms
        assert ratio.restated is not None
        assert over.restated is not None
        assert under.restated is not None
        assert ratio.restated.value_from == pytest.approx(100 * over.restated.value_from / under.restated.value_from)
        assert sum(part.value for part in ratio.parts) == pytest.approx(ratio.as_reported.difference)
