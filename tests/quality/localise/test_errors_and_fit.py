"""Kinds of error, priors and what is learnt from confirmed corrections."""

from __future__ import annotations

import pytest

from quality.localise import Cell, Confirmed, load_weights
from quality.localise.calibration import load_calibration
from quality.localise.fit import fit_calibration, fit_spread, fit_weights
from quality.localise.prior import prior_cost
from quality.localise.single_cell_errors import inverses, likelihoods
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
    pairs = [(0.9, index % 10 < 6) for index in range(300)] + [(0.3, index % 10 < 2) for index in range(300)]
    knots = fit_calibration(pairs)
    assert [stated for _, stated in knots] == sorted(stated for _, stated in knots)
    assert any(raw == pytest.approx(0.9) and stated == pytest.approx(0.6, abs=0.01) for raw, stated in knots)


def test_shipped_calibration_rises_from_zero_to_one_band() -> None:
    calibration = load_calibration()
    stated = [calibration.stated(raw / 100) for raw in range(101)]
    assert stated == sorted(stated)
    assert stated[0] == 0
    assert calibration.band(0.97).name == "near_certain"
    assert calibration.band(0.7).name == "likely"
    assert calibration.band(0.2).name == "open"


def test_calibration_never_learns_certainty_from_examples() -> None:
    knots = fit_calibration([(0.99, True)] * 200)
    assert knots[-1][1] == pytest.approx(200 / 201)


def test_values_are_stated_by_knots_of_their_own() -> None:
    calibration = load_calibration()
    for raw in (0.2, 0.6, 0.9, 1.0):
        assert 0 <= calibration.stated_value(raw) < 1
        assert 0 <= calibration.stated(raw) < 1
