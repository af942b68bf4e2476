"""As is and as of a day, over the deployment of rows, against figures done by hand and against what DHIS2 does."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from khoi.figures.compare import compare
from khoi.figures.restate import OUTSIDE, restated
from khoi.warehouse.errors import WarehouseError

pytestmark = pytest.mark.slow
Warehouse = duckdb.DuckDBPyConnection
TODAY = dt.date(2030, 1, 1)
BEFORE = dt.date(2021, 6, 30)


def _figures(warehouse: Warehouse, period: str, as_of: dt.date, measure: str = "members_total") -> dict[str, float]:
    frame = restated(warehouse, [(measure, period)], as_of)
    mine = frame[frame["committee_code"] == "AA"]
    return dict(zip(mine["organization_code"], mine["value"], strict=True))


def test_as_is_adds_mergers_shares_splits_and_leaves_out_what_was_handed_over(warehouse: Warehouse) -> None:
    """AA-2 (50) joined AA-1 (100); AA-3 left; a cell of 10 of AA-4's 40 left; AA-5 gave 8 of its 22 to AA-7."""
    assert _figures(warehouse, "2021H1", TODAY) == {
        "AA-1": 150,
        "AA-4": 30,
        "AA-5": pytest.approx(20 * 14 / 22),
        "AA-7": pytest.approx(20 * 8 / 22),
        OUTSIDE: 40,
    }


def test_as_of_an_earlier_day_walks_back(warehouse: Warehouse) -> None:
    """AA-1's 158 are a third AA-2's (50 of 150); AA-7 returns to AA-5; AA-6 had not yet been received."""
    assert _figures(warehouse, "2022H1", BEFORE) == {
        "AA-1": pytest.approx(158 * 2 / 3),
        "AA-2": pytest.approx(158 / 3),
        "AA-4": 28,
        "AA-5": 23,
        OUTSIDE: 13,
    }


def test_between_two_events_only_the_first_is_walked(warehouse: Warehouse) -> None:
    assert _figures(warehouse, "2021H1", dt.date(2021, 12, 31)) == {"AA-1": 150, "AA-4": 30, "AA-5": 20, OUTSIDE: 40}


@pytest.mark.parametrize(
    ("basis", "value_from", "value_to", "outside"),
    [
        ("as-was", 240, 222, (None, None)),
        ("as-is", 200, 222, (40, 0)),
        ("as-of:2021-06-30", 240, 209, (0, 13)),
        ("like-for-like", 200, 209, (None, None)),
    ],
)
def test_one_argument_chooses_the_basis(
    warehouse: Warehouse, basis: str, value_from: float, value_to: float, outside: tuple[float | None, float | None]
) -> None:
    (comparison,) = compare(warehouse, "members_total", "2021H1", "2022H1", "AA", basis=basis)
    assert comparison.restated is not None
    assert (comparison.restated.value_from, comparison.restated.value_to) == pytest.approx((value_from, value_to))
    assert (comparison.side_from.outside, comparison.side_to.outside) == outside
    assert comparison.as_reported.difference == -18


def test_a_ratio_is_restated_by_its_terms_never_by_itself(warehouse: Warehouse) -> None:
    """2 admitted of 238 at the opening; today's organizations hold 2 (all AA-1's) of 148 + 30 + 20."""
    (comparison,) = compare(warehouse, "members_admitted_pct", "2021H1", "2022H1", "AA", basis="as-is")
    over, under = comparison.terms
    assert comparison.restated is not None
    assert over.restated is not None
    assert under.restated is not None
    assert (over.restated.value_from, under.restated.value_from) == pytest.approx((2, 198))
    assert comparison.restated.value_from == pytest.approx(100 * 2 / 198)


@pytest.mark.parametrize("basis", ["", "as-if", "as-of", "as-of:30/6/2021", "as-is:2021-06-30"])
def test_a_basis_that_is_none_is_refused(warehouse: Warehouse, basis: str) -> None:
    with pytest.raises(WarehouseError, match="like-for-like"):
        compare(warehouse, "members_total", "2021H1", "2022H1", basis=basis)


def _as_dhis2_documents_it(reported: dict[str, float]) -> dict[str, float]:
    """The same merger and split by DHIS2's documented rules, over the figures of 2021H1.

    Merging units, where both hold a value for the same data element and period the one updated last is kept (the
    surviving AA-1's); splitting, all data goes to one unit (AA-5); the hierarchy is always the latest one.
    """
    after = dict(reported)
    after.pop("AA-2")
    after["AA-7"] = 0
    return after


def test_where_dhis2_differs(warehouse: Warehouse) -> None:
    """Its merger loses 50 members, its split shows AA-7 growing from nothing; here both keep every member."""
    reported = dict(
        warehouse.execute(
            "select organization_code, value from fct_measure_values where committee_code = 'AA' "
            "and measure_code = 'members_total' and period_code = '2021H1'"
        ).fetchall()
    )
    theirs, ours = _as_dhis2_documents_it(reported), _figures(warehouse, "2021H1", TODAY)
    assert sum(reported.values()) == sum(ours.values()) == 240
    assert sum(theirs.values()) == 190
    assert ours["AA-1"] - theirs["AA-1"] == 50
    assert theirs["AA-7"] == 0
    assert ours["AA-7"] + ours["AA-5"] == pytest.approx(theirs["AA-5"])
