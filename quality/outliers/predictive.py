"""What a small count should be: a negative-binomial predictive from the organization's own past and its peers.

Model: events of one kind at organization i and period t are Poisson with mean rate_i x exposure_it x cohort_t.
The rates of a committee's organizations follow a gamma law, fitted to all their past counts (empirical Bayes,
with the members as exposure); an organization's own past sharpens its rate; the cohort factor lets a rise that
everybody shares pass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quality.outliers.laws import Numbers

LEAST_SHAPE, GREATEST_SHAPE = 0.05, 200.0
"""Bounds of the fitted gamma shape: peers nearly unrelated, peers nearly equal."""


@dataclass(frozen=True, slots=True)
class Peers:
    """The gamma law of a committee's rates: shape, and exposure (members x periods) that the prior is worth."""

    shape: float
    exposure: float

    @property
    def rate(self) -> float:
        """The mean rate, events per member and period."""
        return self.shape / self.exposure


def fit_peers(events: Numbers, exposure: Numbers) -> Peers:
    """The gamma law by moments from one total (events, exposure) per organization.

    The mean rate is events / exposure over all; its variance is what the counts vary beyond Poisson. Organizations
    without exposure are left out; with nothing to learn from, half an event at unit rate per exposure is assumed.
    """
    shapes, exposures = fit_groups(events, exposure, np.zeros(len(events), dtype=np.int64), 1)
    return Peers(float(shapes[0]), float(exposures[0]))


def fit_groups(events: Numbers, exposure: Numbers, group: NDArray[np.int64], groups: int) -> tuple[Numbers, Numbers]:
    """(shape, exposure) of the gamma law of each of ``groups`` committees and cells at once; see `fit_peers`."""
    used = exposure > 0
    events, exposure, group = events[used], exposure[used], group[used]

    def summed(values: Numbers) -> Numbers:
        return np.bincount(group, weights=values, minlength=groups).astype(np.float64)

    total, seen = summed(exposure), summed(events)
    known = total > 0
    safe = np.where(known, total, 1.0)
    rate = (seen + 0.5) / (safe + 0.5 / np.maximum(1e-9, (seen + 1) / safe))
    excess = summed((events - rate[group] * exposure) ** 2 - rate[group] * exposure)
    variance = excess / np.maximum(summed(exposure**2), 1e-9)
    shape = np.where(variance > 0, rate**2 / np.where(variance > 0, variance, 1.0), GREATEST_SHAPE)
    shape = np.clip(shape, LEAST_SHAPE, GREATEST_SHAPE)
    return np.where(known, shape, 0.5), np.where(known, shape / rate, 0.5)


def predictive(peers: Peers, events: Numbers, exposure: Numbers, now: Numbers) -> tuple[Numbers, Numbers]:
    """(mean, size) of the negative-binomial predictive of each organization's next count.

    ``events`` and ``exposure`` are its own past totals, ``now`` its exposure in the period asked about.
    """
    size = peers.shape + events
    mean = size / (peers.exposure + exposure) * now
    return mean, size
