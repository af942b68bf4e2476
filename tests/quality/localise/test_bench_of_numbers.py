"""The localiser's bench: every number is held against what it says, and what it kept is what it measured."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.errors import Given, pick, plant
from bench.fit import corners
from bench.held_out_errors import HELD_OUT
from bench.localise import Claim, Score, bands
from bench.workbooks import Source, Spoilt
from quality.localise.calibration import load_calibration

BIEU_1, CO_CAU = ("Biểu 1", "C27"), ("Cơ cấu", "C9")


def scored(suggested: str) -> Score:
    """The score of one workbook in which 43 should stand at Biểu 1!C27, after one finding."""
    source = Source("f", pd.Series(dtype=object), Given({}, {}, {}, {}, {}), {}, {}, {"membership_change": "Biểu 1"})
    spoilt = Spoilt(source, "digits", "g", {BIEU_1: "52"}, {BIEU_1: "43"}, mechanisms={"wrong_digit"})
    score = Score()
    score.add(spoilt, pd.DataFrame([{"severity": "hard", "engine": "rule", "suggested": suggested}]))
    return score


@pytest.mark.parametrize(
    ("suggested", "claims", "accused"),
    [
        ("Biểu 1!C27: 52 → 43 (97 %) - số khác", [Claim(0.97, True, True)], (1, 0)),
        ("Biểu 1!C27: 52 → 41 (70 %) - số khác", [Claim(0.7, False, True)], (0, 0)),
        ("Biểu 1!C27 (trên 99 %) - số khác", [Claim(0.99, True, True)], (1, 0)),
        ("Cơ cấu!C9: 52 → 43 (81 %) - số khác", [Claim(0.81, False, False)], (1, 1)),
        (
            "Cơ cấu!C9 (60 %) - số khác; Biểu 1!C27: 52 → 43 (62 %) - số khác",
            [Claim(0.6, False, False), Claim(0.62, True, True)],
            (0, 0),
        ),
    ],
)
def test_beside_a_value_stands_the_probability_of_the_value(
    suggested: str, claims: list[Claim], accused: tuple[int, int]
) -> None:
    score = scored(suggested)
    assert score.claims == claims
    assert (score.accused, score.wrongly) == accused
    assert score.exact == (claims[-1].wrong and len(claims) == 1)


def test_scores_that_are_kept_are_those_that_were_measured() -> None:
    score = scored("Biểu 1!C27: 52 → 41 (70 %) - số khác; Cơ cấu!C9 (60 %) - số khác")
    assert Score.of(json.loads(json.dumps(asdict(score)))) == score


def test_a_band_says_how_far_it_is_from_what_is_so() -> None:
    claims = [Claim(0.9, True, True), Claim(0.8, False, True), Claim(0.5, False, False)]
    assert bands(claims, "all") == [
        "| all | 0.80-0.95 | 2 | 0.850 | 0.500 | -35.0 | 1.000 |",
        "| all | 0.50-0.65 | 1 | 0.500 | 0.000 | -50.0 | 0.000 |",
    ]


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from([0.1, 0.2, 0.3])), min_size=2, max_size=12))
def test_a_curve_written_by_its_corners_is_the_same_curve(knots: list[tuple[float, float]]) -> None:
    raws, levels = sorted({round(raw, 5) for raw, _ in knots} | {0.0, 1.0}), sorted(level for _, level in knots)
    whole = [(raw, levels[min(n, len(levels) - 1)]) for n, raw in enumerate(raws)]
    boundless = replace(load_calibration(), most={}, most_value={}, most_bare={}, most_kind={})
    known = replace(boundless, knots={"bound": tuple(whole)})
    short = replace(boundless, knots={"bound": tuple((x, y) for x, y in corners(whole))})
    for n in range(101):
        assert short.stated(n / 100, "bound") == pytest.approx(known.stated(n / 100, "bound"))


COLUMN = {"a": 4, "b": 7, "c": 9, "d": 2}


@pytest.mark.parametrize("seed", range(5))
def test_an_error_goes_over_the_cells_of_a_line_that_no_rule_names_and_begins_at_none(seed: int) -> None:
    places = {name: ("form", row, 3) for row, name in enumerate(COLUMN)}
    given_ = Given(COLUMN, {}, places, {}, {}, unruled=frozenset("bcd"))
    dice = np.random.default_rng(seed)
    assert {pick(dice, given_) for _ in range(20)} == {"a"}
    written, _ = plant(dice, given_, HELD_OUT["column down"])
    assert written == {"a": None, "b": 4, "c": 7, "d": 9}
