"""The predictive test for small counts and its limits."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.outliers.counts import cohort, count_flags, scored
from quality.outliers.laws import negative_binomial_range
from quality.outliers.predictive import fit_groups, fit_peers, predictive

PERIODS = ["2021-H2", "2022-H2", "2023-H2", "2024-H2"]


def panel(now: dict[str, int], rise: int = 1, organizations: int = 60) -> pd.DataFrame:
    """Two admissions a period per 100 members everywhere; ``now`` replaces figures of the last period."""
    rows = []
    for number in range(organizations):
        name = f"O{number:02d}"
        for position, period in enumerate(PERIODS):
            last = period == PERIODS[-1]
            value = (
                now.get(name, (2 + (number + position) % 2) * (rise if last else 1))
                if last
                else 2 + (number + position) % 2
            )
            rows.append(("C", name, "membership_change", "membership_change.IN_ADMIT", period, 100, value))
    columns = ["committee", "organization", "form", "cell_code", "period", "members", "value"]
    return pd.DataFrame(rows, columns=columns)


def test_a_tenfold_figure_is_asked_about_with_the_range_expected() -> None:
    flags = count_flags(panel({"O07": 30}), PERIODS[-1])
    assert list(flags["organization"]) == ["O07"]
    row = flags.iloc[0]
    assert row["low"] <= 2
    assert 3 <= row["high"] <= 12


def test_clean_figures_are_left_alone() -> None:
    assert count_flags(panel({}), PERIODS[-1]).empty


def test_a_rise_everybody_shares_is_no_question() -> None:
    assert count_flags(panel({}, rise=4), PERIODS[-1]).empty


def test_small_moves_are_never_asked_about() -> None:
    assert count_flags(panel({"O07": 7}), PERIODS[-1]).empty


def test_the_order_of_rows_does_not_matter() -> None:
    frame = panel({"O07": 30, "O20": 45})
    shuffled = frame.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(count_flags(frame, PERIODS[-1]), count_flags(shuffled, PERIODS[-1]))


def test_missing_figures_are_not_tested() -> None:
    frame = panel({})
    frame.loc[frame["organization"] == "O05", "value"] = np.nan
    assert "O05" not in set(scored(frame, PERIODS[-1])["organization"])


def test_a_new_organization_is_judged_by_its_peers() -> None:
    frame = panel({"O07": 40})
    frame = frame[(frame["organization"] != "O07") | (frame["period"] == PERIODS[-1])]
    assert list(count_flags(frame, PERIODS[-1])["organization"]) == ["O07"]


def test_peers_that_differ_give_a_flat_prior() -> None:
    exposure = np.full(200, 100.0)
    dice = np.random.default_rng(1)
    alike = fit_peers(dice.poisson(4, 200).astype(float), exposure)
    unlike = fit_peers(dice.poisson(4 * dice.gamma(0.5, 2, 200)).astype(float), exposure)
    assert alike.shape > 5 * unlike.shape
    assert alike.rate == pytest.approx(0.04, rel=0.15)


def test_groups_fitted_at_once_are_those_fitted_alone() -> None:
    dice = np.random.default_rng(2)
    group = dice.integers(0, 3, 120)
    events, exposure = dice.poisson(3, 120).astype(float), dice.integers(20, 200, 120).astype(float)
    shapes, exposures = fit_groups(events, exposure, group, 4)
    for number in range(3):
        alone = fit_peers(events[group == number], exposure[group == number])
        assert (shapes[number], exposures[number]) == pytest.approx((alone.shape, alone.exposure))
    assert (shapes[3], exposures[3]) == (0.5, 0.5)  # nothing to learn from


def test_own_history_outweighs_the_peers() -> None:
    peers = fit_peers(np.full(50, 2.0), np.full(50, 100.0))
    mean, size = predictive(peers, np.array([0.0, 400.0]), np.array([0.0, 1000.0]), np.array([100.0, 100.0]))
    assert mean[0] == pytest.approx(2.0, rel=0.1)
    assert mean[1] > mean[0]
    low, high = negative_binomial_range(0.99, mean, size)
    assert low[1] < mean[1] < high[1]


def test_the_cohort_leaves_oneself_out() -> None:
    factor = cohort(np.array([1000.0, 2.0, 2.0, 2.0] * 10), np.full(40, 2.0), 5.0)
    assert factor[1] < 2.5
    assert cohort(np.array([3.0]), np.array([2.0]), 5.0)[0] == pytest.approx(1.0)


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(st.sampled_from([f"O{number:02d}" for number in range(12)]), st.integers(0, 60), max_size=6),
    st.sets(st.sampled_from([f"O{number:02d}" for number in range(12)])),
)
def test_asking_some_says_of_them_what_asking_all_says(now: dict[str, int], asked: set[str]) -> None:
    frame = pd.concat(
        [panel(now, organizations=12), panel({}, organizations=12).assign(form="study", cell_code="study.HELD")],
        ignore_index=True,
    )
    whole = count_flags(frame, PERIODS[-1])
    of_asked = whole[whole["organization"].isin(asked)].reset_index(drop=True)
    some = count_flags(frame, PERIODS[-1], asked=asked)
    assert some.astype("str").to_dict("records") == of_asked.astype("str").to_dict("records")
