"""Bounds and order: what questions can do to a headline, and which to ask first."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.followup.effects import EFFECT
from quality.followup.figures import Headlines
from quality.followup.ranking import Situation, order

HEADLINES = Headlines(
    ["members", "rated_pct"], {"members": "stock", "good": "stock", "rated": "stock"}, {"rated_pct": ("good", "rated")},
    pd.DataFrame(columns=["measure_code", "cell_code", "coefficient"]),
)  # fmt: skip
TOTALS = {"members": 1000.0, "good": 90.0, "rated": 100.0}


def situation(effects: list[tuple[str, str, float, float]], totals: dict[str, float] | None = None) -> Situation:
    """The situation of ``effects`` (query, measure, low, high) with tolerances of 1 %."""
    queries = list(dict.fromkeys(query for query, *_ in effects))
    frame = pd.DataFrame(effects, columns=["query_id", "measure_code", "low", "high"])
    return Situation.of(HEADLINES, totals or TOTALS, queries, frame, np.ones(2 if not totals else 1))


def test_the_greatest_movement_is_asked_first() -> None:
    asked = order(situation([("small", "members", 1, 2), ("great", "members", 80, 90), ("middle", "members", -20, 20)]))
    assert asked.queries == [1, 2, 0]
    assert asked.remaining[:, 0].tolist() == pytest.approx([2.2, 0.2, 0.0])


def test_a_headline_settled_already_does_not_decide_the_order() -> None:
    # 0.5 % of the members is within the tolerance, a point and more of the percentage is not.
    asked = order(situation([("members", "members", 5, 5), ("share", "good", -2, 0)]))
    assert asked.queries == [1, 0]


def test_bounds_of_a_percentage_move_both_ends() -> None:
    one = situation([("returned", "good", 8, 10), ("returned", "rated", 10, 10)])
    value, least, most = one.bounds(one.low, one.high)
    assert value[0].tolist() == [1000, 90]
    assert least[0, 1] == pytest.approx(100 * 98 / 110)
    assert most[0, 1] == pytest.approx(100 * 100 / 110)


def test_a_headline_without_a_figure_is_left_out() -> None:
    assert situation([("one", "members", 1, 1)], {"members": 5.0}).shown == ["members"]


def test_a_share_of_nothing_is_no_headline() -> None:
    told = Situation.of(HEADLINES, {**TOTALS, "good": 0.0, "rated": 0.0}, [], pd.DataFrame(columns=EFFECT), np.ones(1))
    assert told.shown == ["members"]
    assert order(told).queries == []


def test_a_query_that_moves_nothing_comes_last() -> None:
    frame = pd.DataFrame([("late", "members", 3.0, 3.0)], columns=["query_id", "measure_code", "low", "high"])
    asked = order(Situation.of(HEADLINES, TOTALS, ["empty", "late"], frame, np.ones(2)))
    assert asked.queries == [1, 0]
    assert asked.influence.tolist() == [0.0, pytest.approx(0.3)]


EFFECTS = st.lists(
    st.tuples(st.sampled_from(["members", "good", "rated"]), st.integers(-30, 30), st.integers(0, 30)),
    min_size=1,
    max_size=12,
)


@settings(deadline=None)
@given(EFFECTS)
def test_all_answers_together_leave_nothing_open(effects: list[tuple[str, int, int]]) -> None:
    rows = [(f"q{number}", measure, low, low + width) for number, (measure, low, width) in enumerate(effects)]
    asked = order(situation(rows))
    assert sorted(asked.queries) == list(range(len(rows)))
    assert asked.remaining[-1].tolist() == [0.0, 0.0]


@settings(deadline=None)
@given(EFFECTS, st.randoms())
def test_the_order_does_not_depend_on_the_order_of_the_queries(effects: list, random: object) -> None:
    rows = [(f"q{number:02}", measure, low, low + width) for number, (measure, low, width) in enumerate(effects)]
    shuffled = rows[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    named = []
    for one in (rows, shuffled):
        told = situation(one)
        named.append([told.queries[place] for place in order(told).queries])
    assert named[0] == named[1]


@settings(deadline=None)
@given(EFFECTS)
def test_the_published_value_moves_within_its_bounds(effects: list[tuple[str, int, int]]) -> None:
    rows = [(f"q{number}", measure, low, low + width) for number, (measure, low, width) in enumerate(effects)]
    told = situation(rows)
    low, high = told.low.sum(axis=0), told.high.sum(axis=0)
    _, least, most = told.bounds(low, high)
    for share in (0.0, 0.3, 1.0):
        truth = dict(zip(told.measures, told.totals + low + share * (high - low), strict=True))
        assert least[0] - 1e-9 <= truth["members"] <= most[0] + 1e-9
        if truth["rated"] > 0 and 0 <= truth["good"] <= truth["rated"]:
            assert least[1] - 1e-6 <= 100 * truth["good"] / truth["rated"] <= most[1] + 1e-6


def test_what_one_query_moves_in_several_ways_adds_up_and_an_unknown_way_adds_nothing() -> None:
    one = situation([("late", "members", -1, np.inf), ("late", "members", -2, 3), ("late", "good", np.nan, 4)])
    assert one.low.tolist() == [[-3, 0, 0]]
    assert one.high.tolist() == [[np.inf, 4, 0]]


def test_where_no_headline_is_published_every_query_still_has_its_place() -> None:
    """Only the count of the good is known, which is no headline by itself."""
    frame = pd.DataFrame(
        [("one", "good", 1, 2), ("two", "good", 3, 4)], columns=["query_id", "measure_code", "low", "high"]
    )
    one = Situation.of(HEADLINES, {"good": 90.0}, ["one", "two"], frame, np.ones(0))
    assert one.shown == []
    asked = order(one)
    assert asked.queries == [0, 1]
    assert asked.remaining.shape == (2, 0)
