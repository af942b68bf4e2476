"""From explanations to probabilities: what is said of two places must be possible together."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.localise import Cell, Constraint, Problem, load_weights
from quality.localise.calibration import Calibration, load_calibration
from quality.localise.multi_cell_errors import Blame
from quality.localise.neighbourhood import Neighbourhood
from quality.localise.posterior import probabilities, suspects, words
from quality.localise.search import Explanation
from quality.localise.situations import SITUATIONS
from quality.localise.states import Step
from quality.localise.weights import UNIT

TWINS = Problem.of(
    [Cell("a", 12, label="Biểu 1!C9"), Cell("b", 21, label="Cơ cấu!C9")], [Constraint("twins", (("a", 1), ("b", -1)))]
)
SURE_OF_ALL = ((0.0, 0.0), (0.4, 0.9), (1.0, 1.0))


def boastful() -> Calibration:
    """A calibration that says nine tenths of whatever is worth four."""
    knots = dict.fromkeys(SITUATIONS, SURE_OF_ALL)
    return replace(load_calibration(), knots=knots, value_knots=knots)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 3 * UNIT), st.booleans())
def test_two_places_that_exclude_each_other_are_not_both_probable(dearer: int, with_both: bool) -> None:
    around = Neighbourhood(TWINS, [0], load_weights(), frozenset())
    first, second = Step("any", ((0, 21),)), Step("any", ((1, 12),))
    found = [Explanation(0, (first,), 0), Explanation(dearer, (second,), 0)]
    if with_both:
        found.append(Explanation(4 * UNIT, (first, second), 0))
    named = suspects(around, found, boastful())
    masses = [2.718281828 ** (-one.cost / UNIT / boastful().temperature) for one in found]
    both = masses[2] / sum(masses) if with_both else 0.0
    assert sum(one.probability for one in named) <= 1 + both + 1e-5
    assert all(one.proposed_probability <= one.probability for one in named)
    assert list(named) == sorted(named, key=lambda one: -one.probability)
    assert all(one.band == boastful().band(one.probability) for one in named)


@pytest.mark.parametrize(("kind", "most"), [("moved_part", 0.6), ("swapped_near", 1.0)])
def test_of_a_kind_that_examiners_found_less_often_right_no_more_is_stated(kind: str, most: float) -> None:
    around = Neighbourhood(TWINS, [0], load_weights(), frozenset())
    named = suspects(around, [Explanation(0, (Step(kind, ((0, 20), (1, 20))),), 0)], boastful(), unknown=9.0)
    assert len(named) == 2
    assert all(one.probability <= most and one.proposed_probability <= most for one in named)
    assert (max(one.probability for one in named) > 0.6) is (most > 0.6)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 40), st.floats(0, 3), st.floats(1, 3), st.floats(1, 6))
def test_a_missing_row_gains_nothing_by_the_ways_to_imagine_it(
    ways: int, dearer: float, temperature: float, unknown: float
) -> None:
    """Forty codes that nobody can read, each a fortieth as likely: together the one row that is missing."""
    lacks = Blame("list#missing", "DS kỷ luật!B8:I9", None, None)
    wrong = Explanation(0, (Step("wrong_code", ((0, 21),), (Blame("list#1.LEVEL", "a!E8", "x", "y"),)),), 0)
    whole = [wrong, Explanation(round(dearer * UNIT), (Step("row_missing", ((0, 21),), (lacks,)),), 0)]
    cost = round((dearer + math.log(ways)) * UNIT)
    parts = [
        Explanation(cost, (Step("row_missing", ((0, 21 + n),), (replace(lacks, detail=(str(n),)),)),), 0)
        for n in range(ways)
    ]
    code, *rows = probabilities([wrong, *parts], temperature, unknown)
    assert code == pytest.approx(probabilities(whole, temperature, unknown)[0], abs=1e-5)
    assert sum(rows) == pytest.approx(probabilities(whole, temperature, unknown)[1], abs=1e-5)


def test_of_a_missing_row_only_that_is_told_which_all_likely_rows_say() -> None:
    around = Neighbourhood(TWINS, [0], load_weights(), frozenset())
    lacks = Blame("list#missing", "DS kỷ luật!B8:I9", None, None)
    rows = [(0, ("Có", "Khiển trách")), (0, ("Khiển trách",)), (9 * UNIT, ("Cách chức",))]
    found = [
        Explanation(cost, (Step("row_missing", ((0, 21),), (replace(lacks, detail=told),)),), 0) for cost, told in rows
    ]
    (one,) = suspects(around, found, boastful())
    assert "(Khiển trách)" in one.reason_vi


def test_the_other_end_of_an_exchange_is_named_only_where_it_is_as_probable() -> None:
    cells = [Cell(name, value, label=f"Biểu 1!{name.upper()}") for name, value in (("c9", 1), ("d9", 0), ("e9", 0))]
    rules = [Constraint("sum", (("c9", 1), ("d9", 1), ("e9", 1)))]
    around = Neighbourhood(Problem.of(cells, rules), [0], load_weights(), frozenset())
    one_end, other_end = Step("swapped_near", ((0, 0), (1, 1))), Step("swapped_near", ((0, 0), (2, 1)))
    alone = suspects(around, [Explanation(0, (one_end,), 0)], boastful())[0]
    doubted = suspects(around, [Explanation(0, (one_end,), 0), Explanation(0, (other_end,), 0)], boastful())
    assert alone.reason_vi == "đổi chỗ với ô Biểu 1!D9 ở bên cạnh"
    assert alone.reason_en == "exchanged with the cell Biểu 1!D9 beside it"
    told = {one.cell: (one.reason_vi, one.reason_en) for one in doubted}
    assert told.keys() == {"c9", "d9", "e9"}
    assert told["c9"] == ("đổi chỗ với một ô khác ở bên cạnh", "exchanged with another cell beside it")


@pytest.mark.parametrize("doubted", [False, True])
def test_every_reason_that_names_another_cell_is_a_sentence_with_and_without_it(doubted: bool) -> None:
    around = Neighbourhood(TWINS, [0], load_weights(), frozenset())
    step = Step("", ((0, 0), (1, 1)))
    kinds = {**around.weights.kinds, **around.weights.rated_kinds}
    naming = {name for name, kind in kinds.items() if "{other}" in kind.vi or "{other}" in kind.en}
    assert naming >= {"swapped_near", "moved_part", "amounts_exchanged"}
    named = around.cells[1].label
    for kind in naming:
        vi, en = words(around, replace(step, kind=kind), around.cells[0].key, doubted)
        vi_other, en_other = ("một ô khác", "another cell") if doubted else (f"ô {named}", f"the cell {named}")
        assert vi_other in vi
        assert en_other in en
        assert "(" not in vi + en
        assert "ô ô" not in vi
        assert "ô một ô" not in vi


@pytest.mark.parametrize("blames", [(), (Blame("list#1.MEMBERS", "a!E8", "12", "13"),)])
def test_different_true_figures_are_different_events(blames: tuple[Blame, ...]) -> None:
    """What somebody wrote can be read: two figures that may belong there are two explanations, each doubted."""
    found = [Explanation(0, (Step("any", ((0, value),), blames),), 0) for value in (13, 14)]
    assert probabilities(found, 2.0, 0.0) == pytest.approx([1 / 3, 1 / 3])


def test_what_is_blamed_only_with_another_place_is_no_more_probable_than_it() -> None:
    """A row that a list may have too many, and a figure of a form that follows from it alone."""
    surplus = Blame("list#1", "DS kỷ luật!B8:I8", None, None)
    step, follows = Step("row_surplus", ((0, 0),), (surplus,)), Step("carried", ((1, 0),))
    calibration = replace(boastful(), most={"list_against_form": 0.6})
    around = Neighbourhood(TWINS, [0], load_weights(), frozenset())
    together = [Explanation(0, (step, follows), 0)]
    named = {one.place: one.probability for one in suspects(around, together, calibration)}
    assert named["Cơ cấu!C9"] <= named["DS kỷ luật!B8:I8"] == pytest.approx(0.6)
    apart = [*together, Explanation(0, (follows,), 0)]
    alone = {one.place: one.probability for one in suspects(around, apart, calibration)}
    assert alone["Cơ cấu!C9"] > named["Cơ cấu!C9"], "blamed without the row as well, it stands for itself"


@pytest.mark.parametrize(("dearer", "accused"), [(0, False), (1, True)])
def test_nothing_is_accused_that_an_explanation_of_equal_cost_leaves_alone(dearer: int, accused: bool) -> None:
    """Eight figures would do in the one cell, one in the other; the ways add up, what is right about it does not."""
    around = Neighbourhood(TWINS, [0], load_weights(), frozenset())
    ways = [Explanation(0, (Step("any", ((0, value),)),), 0) for value in range(8)]
    other = Explanation(dearer * UNIT, (Step("any", ((1, 3),)),), 0)
    calibration = replace(boastful(), temperature=1.0, most=load_calibration().most)
    first = suspects(around, [*ways, other], calibration)[0]
    assert first.cell == around.cells[0].key
    assert (first.probability >= 0.8) == accused


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 5), st.floats(0, 3))
def test_of_rows_that_differ_in_nothing_none_is_told_as_more_probable(rows: int, temperature: float) -> None:
    """One of them is wrong and the rules do not see which: each has an equal part, not the first one most of it."""
    found = [
        Explanation(0, (Step("wrong_code", ((0, 21),), (Blame(f"list#{n}.LEVEL", f"DS kỷ luật!E{n}", "x", "y"),)),), 0)
        for n in range(rows)
    ]
    around = Neighbourhood(TWINS, [0], load_weights(), frozenset())
    calibration = replace(boastful(), temperature=1 + temperature, most={})
    told = [one.probability for one in suspects(around, found, calibration)]
    assert len(told) == rows
    assert max(told) == min(told) <= 1 / rows + 1e-6


def test_rows_that_are_wrong_together_do_not_share() -> None:
    """Two ends of one exchange are as probable as each other, and both are wrong."""
    ends = tuple(Blame(f"list#{n}.MEMBERS", f"Chuyển sinh hoạt!E{n}", "1", "2") for n in (1, 2))
    around = Neighbourhood(TWINS, [0], load_weights(), frozenset())
    whole = [Explanation(0, (Step("amounts_exchanged", ((0, 21),), ends),), 0)]
    told = suspects(around, whole, replace(boastful(), most={}))
    assert [one.probability for one in told] == [1.0, 1.0]


def test_what_is_stated_at_most_of_a_list_turns_no_order_round() -> None:
    """Two amounts exchanged are found more probable than a wrong code, of which more may be stated at most."""
    exchanged = tuple(Blame(f"list#{n}.MEMBERS", f"Chuyển sinh hoạt!E{n}", "1", "2") for n in (1, 2))
    code = (Blame("list#3.SCOPE", "Chuyển sinh hoạt!C3", "x", "y"),)
    found = [
        Explanation(0, (Step("amounts_exchanged", ((0, 21),), exchanged),), 0),
        Explanation(UNIT // 4, (Step("wrong_code", ((0, 21),), code),), 0),
    ]
    around = Neighbourhood(TWINS, [0], load_weights(), frozenset())
    calibration = replace(boastful(), most={"list_against_form": 0.5, "list_code": 0.7})
    told = {one.place: one.probability for one in suspects(around, found, calibration)}
    assert told["Chuyển sinh hoạt!E1"] == told["Chuyển sinh hoạt!E2"] == 0.5
    assert told["Chuyển sinh hoạt!C3"] < 0.5
