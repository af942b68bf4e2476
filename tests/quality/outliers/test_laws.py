"""The chances and ranges of counts are those of `scipy.stats`, which the product does not import."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from quality.outliers.laws import (
    binomial_at_least,
    held_at_rate,
    negative_binomial_range,
    negative_binomial_tails,
)

MEANS, SIZES = st.floats(1e-9, 5000), st.floats(0.01, 2000)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 20_000), MEANS, SIZES)
def test_tails_are_those_of_scipy(count: int, mean: float, size: float) -> None:
    below, above = negative_binomial_tails(*(np.array([float(one)]) for one in (count, mean, size)))
    law = stats.nbinom(size, size / (size + max(mean, 1e-12)))
    assert below[0] == pytest.approx(law.cdf(count), rel=1e-9, abs=1e-300)
    assert above[0] == pytest.approx(law.sf(count - 1), rel=1e-9, abs=1e-300)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([0.5, 0.9, 0.95, 0.99, 0.999]), MEANS, SIZES)
def test_ranges_are_those_of_scipy(level: float, mean: float, size: float) -> None:
    low, high = negative_binomial_range(level, np.array([mean]), np.array([size]))
    assert (low[0], high[0]) == stats.nbinom.interval(level, size, size / (size + max(mean, 1e-12)))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 200), st.integers(0, 200))
def test_a_share_of_heaps_is_that_of_scipy(count: int, more: int) -> None:
    chance = binomial_at_least(np.array([count]), np.array([count + more]), 0.2)
    assert chance[0] == pytest.approx(stats.binom.sf(count - 1, count + more, 0.2), rel=1e-9)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(1e-12, 1), max_size=40), st.sampled_from([0.001, 0.01, 0.1, 0.5]))
def test_who_is_chosen_is_who_scipy_chooses(chances: list[float], rate: float) -> None:
    given_chances = np.array(chances, dtype=float)
    expected = stats.false_discovery_control(given_chances, method="bh") if chances else given_chances
    clear = abs(expected - rate) > 1e-9  # a chance at the very rate may be rounded to either side
    assert (held_at_rate(given_chances, rate)[clear] == (expected <= rate)[clear]).all()


def test_the_tests_of_outliers_do_not_load_all_of_scipy() -> None:
    asked = (
        "import sys; import numpy as np; import quality.followup.expected; from quality.outliers import copies, laws\n"
    )
    unasked = "assert 'scipy' not in sys.modules\n"
    answered = "laws.negative_binomial_range(.9, np.ones(1), np.ones(1)); assert 'scipy.stats' not in sys.modules"
    subprocess.run([sys.executable, "-c", f"{asked}{unasked}{answered}"], check=True)
