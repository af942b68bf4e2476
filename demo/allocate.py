"""Sharing a total over organizations: exact sums, whole numbers, no organization beyond its capacity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]


class CannotAllocate(ValueError):
    """A total that does not fit into the capacities."""


def largest_remainder(total: int, weights: NDArray[np.float64], capacity: Counts | None = None) -> Counts:
    """Share ``total`` in proportion to ``weights``; the largest remainders round up, ties by position.

    What exceeds an organization's ``capacity`` goes to the others. Raises CannotAllocate where it does not fit.
    """
    room = np.full(len(weights), total, dtype=np.int64) if capacity is None else capacity.astype(np.int64)
    if room.sum() < total:
        raise CannotAllocate(f"{total} do not fit into {int(room.sum())}")
    shared = np.zeros(len(weights), dtype=np.int64)
    left = total
    while left:
        open_ = room > shared
        share = np.where(open_, np.maximum(weights, 1e-9), 0.0)
        exact = share / share.sum() * left
        part = np.minimum(np.floor(exact).astype(np.int64), room - shared)
        if part.sum() == 0:
            order = np.argsort(-(exact - np.floor(exact)), kind="stable")
            chosen = [index for index in order if room[index] > shared[index]][:left]
            part[chosen] = 1
        shared += part
        left = total - int(shared.sum())
    return shared


def scatter(total: int, weights: NDArray[np.float64], capacity: Counts, rng: np.random.Generator) -> Counts:
    """Throw ``total`` single units at organizations with probability by weight: zeros are frequent, as in life."""
    if capacity.sum() < total:
        raise CannotAllocate(f"{total} do not fit into {int(capacity.sum())}")
    shared = np.zeros(len(weights), dtype=np.int64)
    left = total
    while left:
        open_ = np.where(shared < capacity, np.maximum(weights, 1e-9), 0.0)
        thrown = rng.multinomial(left, open_ / open_.sum())
        shared = np.minimum(shared + thrown, capacity)
        left = total - int(shared.sum())
    return shared


def log_normal_sizes(
    total: int, count: int, sigma: float, least: int, most: int | None, rng: np.random.Generator
) -> Counts:
    """``count`` sizes summing to ``total``, log-normal around their mean, none below ``least`` or above ``most``."""
    weights = rng.lognormal(0.0, sigma, count)
    room = np.full(count, (most or total) - least, dtype=np.int64)
    return least + largest_remainder(total - least * count, weights, room)
