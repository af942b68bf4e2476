"""Kinds of error, priors and what is learnt from confirmed corrections."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.localise import Cell, Confirmed, Constraint, Problem, load_weights, localise
from quality.localise.calibration import load_calibration
from quality.localise.fit import fit_calibration, fit_spread, fit_weights
from quality.localise.multi_cell_errors import Blame
from quality.localise.neighbourhood import Neighbourhood
from quality.localise.prior import prior_cost
from quality.localise.single_cell_errors import inverses, likelihoods
from quality.localise.situations import SITUATIONS, situation
from quality.localise.states import Step
from quality.localise.weights import UNIT


@pytest.mark.parametrize(
    ("observed", "true", "previous", "kind", "chance"),
    [
        (132, 123, None, "transposed", 1 / 2),
        (13, 123, None, "dropped_digit", 1 / 3),
        (1123, 123, None, "added_digit", 2 / 40),
        (128, 123, None, "wrong_digit", 1 / 27),
        (1230, 123, None, "times_10", 1.0),
        (12, 123, None, "over_10", 1.0),
        (7000, 7, None, "times_1000", 1.0),
        (-7, 7, None, "sign", 1.0),
        (11, 7, 11, "copied_previous", 1.0),
        (None, 7, None, "omitted", 1.0),
        (0, 7, None, "omitted", 1.0),
    ],
)
def test_likelihood_of_each_kind(
    observed: int | None, true: int, previous: int | None, kind: str, chance: float
) -> None:
    assert dict(likelihoods(observed, true, previous))[kind] == pytest.approx(chance)


@given(st.integers(1, 99_999), st.integers(1, 999_999))
def test_what_the_words_of_a_factor_say_is_true_of_every_pair_it_is_offered_for(observed: int, true: int) -> None:
    """6 for 65 is no tenth, and nothing says that turns were counted where a figure is a multiple of the right one."""
    kinds = load_weights().kinds
    said: dict[str, Callable[[int], bool]] = {
        "gấp 10 lần": lambda right: observed == 10 * right,
        "gấp 1.000 lần": lambda right: observed == 1000 * right,
        "thiếu chữ số cuối": lambda right: str(right)[:-1] == str(observed),
        "thiếu ba chữ số cuối": lambda right: str(right)[:-3] == str(observed),
        "gấp hai, ba hoặc bốn lần, có thể tính trùng": lambda right: observed in (2 * right, 3 * right, 4 * right),
    }
    for right in (true, 10 * observed, 10 * observed + true % 10, 1000 * observed + true % 1000, observed // 3 or 1):
        for kind, _ in likelihoods(observed, right, None):
            if kind in ("times_10", "over_10", "times_1000", "over_1000", "counted_times"):
                assert said[kinds[kind].vi](right), (kind, observed, right)


def test_kinds_that_cannot_have_happened_are_not_offered() -> None:
    offered = set(dict(likelihoods(321, 123, 999)))
    assert offered == {"off_by_few", "any"}


def test_inverses_undo_plain_errors() -> None:
    assert {123, 13, 1320, -132, 0} <= set(inverses(132))


def test_prior_prefers_last_period_and_never_forbids() -> None:
    spread = load_weights().spread["stock"]
    cell = Cell("a", 100, 100, "stock")
    near, far, absurd = (prior_cost(value, cell, spread) for value in (101, 140, 100_000))
    assert near < far < absurd < 40 * UNIT
    assert prior_cost(-5, cell, spread) > prior_cost(5, cell, spread)


def test_confirmed_kinds_move_the_shares() -> None:
    prior = load_weights()
    fitted = fit_weights([Confirmed(1230, 123, kind="times_10")] * 30, prior)
    assert fitted.kinds["times_10"].share > prior.kinds["times_10"].share
    assert sum(kind.share for kind in fitted.kinds.values()) == pytest.approx(1.0)


def test_unnamed_corrections_are_inferred_from_their_figures() -> None:
    prior = load_weights()
    fitted = fit_weights([Confirmed(132, 123)] * 30, prior)
    assert fitted.kinds["transposed"].share > fitted.kinds["dropped_digit"].share


def test_no_kind_is_ever_ruled_out() -> None:
    fitted = fit_weights([Confirmed(1230, 123, kind="times_10")] * 10_000, load_weights())
    assert min(kind.share for kind in fitted.kinds.values()) > 0.01


def test_spread_follows_the_clean_moves() -> None:
    prior = load_weights()
    calm = fit_spread([("stock", 100.0, 101)] * 80, prior).spread["stock"].scale
    wild = fit_spread([("stock", 100.0, 140)] * 80, prior).spread["stock"].scale
    assert calm < prior.spread["stock"].scale < wild
    assert fit_spread([("stock", 100.0, 140)] * 10, prior) == prior


def test_calibration_is_rising_and_true() -> None:
    pairs = [(0.9, index % 10 < 6, 1.0) for index in range(300)] + [(0.3, index % 10 < 2, 1.0) for index in range(300)]
    knots = fit_calibration(pairs)
    assert [stated for _, stated in knots] == sorted(stated for _, stated in knots)
    assert any(raw == pytest.approx(0.9) and stated == pytest.approx(0.6, abs=0.01) for raw, stated in knots)


def test_calibration_counts_by_weight() -> None:
    pairs = [(0.9, True, 1.0)] * 300 + [(0.9, False, 0.5)] * 200
    assert fit_calibration(pairs)[-1][1] == pytest.approx(0.75, abs=0.01)


def test_what_was_never_wrong_is_stated_by_how_often_it_was_seen() -> None:
    few, many = (fit_calibration([(0.99, True, 1.0)] * count)[-1][1] for count in (60, 600))
    assert few == pytest.approx(60 / 61)
    assert many == pytest.approx(600 / 601)


def test_blocks_of_one_level_are_one_observation() -> None:
    """Ten blocks in which all were right are 600 suspects of one kind, not ten times sixty."""
    pairs = [(0.9 + index / 10_000, True, 1.0) for index in range(600)]
    assert fit_calibration(pairs)[-1][1] == pytest.approx(600 / 601)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_shipped_calibration_rises_from_zero_and_never_claims_certainty(situation: str) -> None:
    calibration = load_calibration()
    for stated in (calibration.stated, calibration.stated_value):
        told = [stated(raw / 100, situation) for raw in range(101)]
        assert told == sorted(told)
        assert told[0] == 0
        assert told[-1] < 1


def test_bands_go_by_what_is_stated() -> None:
    calibration = load_calibration()
    assert [calibration.band(one).name for one in (0.97, 0.7, 0.2)] == ["near_certain", "likely", "open"]


def neighbourhood(*constraints: Constraint, **written: int) -> Neighbourhood:
    problem = Problem.of([Cell(name, value) for name, value in written.items()], constraints)
    return Neighbourhood(problem, problem.violated, load_weights(), frozenset())


TOTAL = Constraint("total", (("total", 1), ("a", -1), ("b", -1)))
SAME = Constraint("same", (("total", 1), ("twin", -1)))
BELOW = Constraint("below", (("a", 1), ("c", -1)), "<=")


@pytest.mark.parametrize(
    ("written", "cell", "value", "kind", "expected"),
    [
        ({"total": 90, "a": 5, "b": 4, "twin": 9, "c": 7}, "total", 9, "times_10", "several_sums"),
        ({"total": 9, "a": 50, "b": 4, "twin": 9, "c": 70}, "a", 5, "times_10", "one_sum"),
        ({"total": 9, "a": 6, "b": 4, "twin": 9, "c": 7}, "a", 5, "off_by_few", "one_sum_plain"),
        ({"total": 9, "a": 6, "b": 4, "twin": 9, "c": 7}, "a", 5, "wrong_digit", "one_sum_plain"),
        ({"total": 19, "a": 25, "b": 4, "twin": 19, "c": 70}, "a", 15, "wrong_digit", "one_sum"),
        ({"total": 9, "a": 5, "b": 4, "twin": 9, "c": 3}, "c", 7, "any", "bound_open"),
        ({"total": 9, "a": 5, "b": 4, "twin": 9, "c": 3}, "c", 30, "over_10", "bound"),
        ({"total": 9, "a": 5, "b": 4, "twin": 9, "c": 3}, "c", 5, "swapped_near", "bound"),
        ({"total": 90, "a": 5, "b": 4, "twin": 9, "c": 7}, "a", 6, "carried", "companion"),
        ({"total": 90, "a": 5, "b": 4, "twin": 9, "c": 7}, "a", 6, "copied_beside", "companion"),
        ({"total": 90, "a": 50, "b": 4, "twin": 90, "c": 70}, "a", 5, "times_10", "goes_on"),
    ],
)
def test_situations_say_what_speaks_for_a_suspect(
    written: dict[str, int], cell: str, value: int, kind: str, expected: str
) -> None:
    around = neighbourhood(TOTAL, SAME, BELOW, **written)
    index = [one.key for one in around.cells].index(cell)
    assert situation(around, Step(kind, ((index, value),))) == expected


@pytest.mark.parametrize(("kind", "expected"), [("swapped_near", "other_end"), ("over_10", "bound")])
def test_the_end_of_an_exchange_that_the_likeliest_explanation_does_without_is_a_situation_apart(
    kind: str, expected: str
) -> None:
    around = neighbourhood(TOTAL, SAME, BELOW, total=9, a=5, b=4, twin=9, c=3)
    index = [one.key for one in around.cells].index("c")
    assert situation(around, Step(kind, ((index, 5),)), likeliest=False) == expected


@pytest.mark.parametrize(
    ("kind", "now", "true", "sheets", "expected"),
    [
        ("row_missing", None, None, ("Biểu 1",), "list_against_form"),
        ("row_missing", None, None, ("Biểu 1", "TH kỷ luật"), "record"),
        ("wrong_code", "Đến", "Đi", ("Biểu 1",), "list_code"),
        ("row_twice", None, None, ("Biểu 1",), "row_twice"),
        ("row_surplus", None, None, ("Biểu 1",), "list_against_form"),
        ("amounts_exchanged", "14", "4", ("Biểu 1",), "list_against_form"),
        ("wrong_amount", "14", "4", ("Biểu 1",), "record"),
        ("wrong_amount", "5", "4", ("Biểu 1",), "list_amount"),
        ("wrong_amount", "14", "4", (), "bound_open"),
        ("fields_exchanged", "14", "4", (), "bound"),
        ("wrong_code", "Đến", "Đi", (), "list_code"),
        ("row_twice", None, None, (), "row_twice"),
    ],
)
def test_a_record_is_sure_where_it_shows_the_error_or_two_sheets_speak_against_it(
    kind: str, now: str | None, true: str | None, sheets: tuple[str, ...], expected: str
) -> None:
    cells = [Cell("list.sum", 3, sheet="Danh sách"), *(Cell(f"f{n}", 4, sheet=one) for n, one in enumerate(sheets))]
    rules = [Constraint(f"r{n}", ((f"f{n}", 1), ("list.sum", -1))) for n, _ in enumerate(sheets)]
    rules += [] if sheets else [Constraint("most", (("list.sum", 1),), "<=", -1)]
    around = Neighbourhood(Problem.of(cells, rules), range(len(rules)), load_weights(), frozenset())
    summed = [one.key for one in around.cells].index("list.sum")
    blame = Blame("list#1", "Danh sách!E8", now, true)
    assert situation(around, Step(kind, ((summed, 4),), (blame,))) == expected


def test_of_a_list_and_one_form_neither_is_nearly_certain() -> None:
    """Whether a row is missing or the form is wrong, nobody sees, nor which code was meant; a double row shows more."""
    situations = ("list_against_form", "list_code", "row_twice", "list_amount", "record")
    told = [load_calibration().stated(1.0, one) for one in situations]
    assert told[0] == told[1] == 0.6 < told[2] == told[3] == 0.79 < 0.8 < told[4]


def test_a_situation_of_few_suspects_is_fitted_in_smaller_blocks() -> None:
    """Of a hundred suspects those of .9 are always so and those of .6 never: as one block they would be neither."""
    pairs = [(0.2, False, 1.0)] * 70 + [(0.6, False, 1.0)] * 15 + [(0.9, True, 1.0)] * 15
    stated = dict(fit_calibration(pairs))
    assert stated[0.6] == 0.0
    assert stated[0.9] == pytest.approx(15 / 16)


def test_a_part_that_holds_another_part_of_its_total_costs_no_more_than_its_kind() -> None:
    around = neighbourhood(TOTAL, total=97, a=57, b=43)
    cost, kind = around.change([one.key for one in around.cells].index("a"), 14)
    assert kind == "counted_inside"
    assert cost <= around.costs["counted_inside"] + around.gain(0, 14)


def test_contradictions_that_share_no_cell_are_counted() -> None:
    def pair(one: str, other: str) -> Constraint:
        return Constraint(one, ((one, 1), (other, -1)))

    around = Problem.of([Cell(name, n) for n, name in enumerate("abcd")], [pair("a", "b"), pair("c", "d")])
    assert Neighbourhood(around, around.violated, load_weights(), frozenset()).apart == 2
    assert neighbourhood(TOTAL, SAME, total=90, a=5, b=4, twin=9).apart == 1


@pytest.mark.parametrize(("speaks", "of_value", "most"), [("bound", 0.4, 0.75), ("bound", 0.5, 1), ("one_sum", 0.4, 1)])
def test_of_a_bound_that_no_value_speaks_for_neither_side_is_nearly_certain(
    speaks: str, of_value: float, most: float
) -> None:
    assert load_calibration().stated_beside(0.99, of_value, speaks) == pytest.approx(min(0.99, most))
    assert load_calibration().stated_beside(0.6, of_value, speaks) == 0.6


def test_a_cell_that_is_too_large_for_another_is_not_told_as_sure_where_its_value_is_open() -> None:
    """315 of 70 where it was 87 of 87: it may be 31 or 35 with a digit too many, and the 70 may be a slip of 315."""
    column = [("due", 70), ("came", 315)]
    cells = [Cell(name, now, 87, sheet="form", row=row, label=f"form!C{row}") for row, (name, now) in enumerate(column)]
    found = localise(Problem.of(cells, [Constraint("most", (("came", 1), ("due", -1)), "<=")]))
    (open_,) = (one for one in found.suspects() if one.proposed_probability < 0.5)
    assert open_.probability == 0.75


def test_of_a_figure_and_what_it_may_at_most_be_one_is_named_where_one_cell_explains_it_best() -> None:
    """16 due of which 17 were issued, 17 each last time: that the two were exchanged is possible, and names no more."""
    column = [("cells", 16, 16), ("committees", 1, 1), ("due", 16, 17), ("issued", 17, 17)]
    cells = [
        Cell(name, now, then, "stock", sheet="form", row=row, label=f"form!C{row}")
        for row, (name, now, then) in zip((9, 20, 23, 24), column, strict=True)
    ]
    rules = [
        Constraint("most", (("issued", 1), ("due", -1)), "<="),
        Constraint("all", (("due", 1), ("cells", -1), ("committees", -1)), weight=2.5),
    ]
    (component,) = localise(Problem.of(cells, rules)).components
    assert [(one.cell, one.proposed) for one in component.suspects if one.probability >= 0.5] == [("due", 17)]
    (other,) = (one for one in component.suspects if one.cell == "issued")
    assert other.situation == "other_end"
