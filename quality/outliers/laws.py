"""Chances and ranges of counts, from the special functions that `scipy.stats` asks as well.

To import `scipy.stats` takes half a second, more than all tests of a workbook; `scipy.special` takes a tenth, and of
most workbooks nothing is asked that needs it. A test holds every answer against `scipy.stats`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def negative_binomial_tails(counts: Numbers, mean: Numbers, size: Numbers) -> tuple[Numbers, Numbers]:
    """(P(at most the count), P(at least the count)) of whole ``counts``, where ``mean`` and ``size`` are the law's."""
    from scipy import special

    success = _success(mean, size)
    below = special.betainc(size, counts + 1, success)
    above = np.where(counts > 0, special.betaincc(size, np.maximum(counts, 1), success), 1.0)
    return below, above


def negative_binomial_range(level: float, mean: Numbers, size: Numbers) -> tuple[Numbers, Numbers]:
    """The central range that holds the count with probability ``level``: whole numbers, of each law one pair."""
    success, beyond = _success(mean, size), (1 - level) / 2
    return _quantile(beyond, size, success), _quantile(1 - beyond, size, success)


def binomial_at_least(count: Numbers, of: Numbers, chance: float) -> Numbers:
    """P(at least ``count`` of ``of``), each with ``chance``."""
    from scipy import special

    above: Numbers = special.bdtrc(np.asarray(count) - 1, np.asarray(of), chance)
    return above


def held_at_rate(chances: Numbers, rate: float) -> NDArray[np.bool_]:
    """Which of the ``chances`` are chosen where ``rate`` of the chosen may be wrong (Benjamini and Hochberg, 1995)."""
    order = np.argsort(chances, kind="stable")
    passing = np.flatnonzero(chances[order] * len(chances) / np.arange(1, len(chances) + 1) <= rate)
    chosen = np.zeros(len(chances), dtype=bool)
    if len(passing):
        chosen[order[: passing[-1] + 1]] = True
    return chosen


def _success(mean: Numbers, size: Numbers) -> Numbers:
    return np.asarray(size / (size + np.maximum(mean, 1e-12)))


def _quantile(chance: float, size: Numbers, success: Numbers) -> Numbers:
    """The least whole number that the count is at most with at least ``chance``."""
    from scipy import special

    found = np.ceil(special.nbdtrik(chance, size, success)).clip(0)
    less = (found - 1).clip(0)
    return np.where(special.betainc(size, less + 1, success) >= chance, less, found)
