"""Sharing totals: parts are whole, never negative, never beyond their room, and add up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.allocate import CannotAllocate, largest_remainder, log_normal_sizes, scatter

counts = st.lists(st.integers(0, 50), min_size=1, max_size=40)


@given(counts, st.data())
def test_largest_remainder_meets_total_and_room(rooms: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(rooms)))
    weights = np.array(data.draw(st.lists(st.floats(0, 100), min_size=len(rooms), max_size=len(rooms))))
    shared = largest_remainder(total, weights, np.array(rooms))
    assert shared.sum() == total
    assert (shared >= 0).all()
    assert (shared <= rooms).all()


@given(counts, st.data())
def test_scatter_meets_total_and_room(rooms: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(rooms)))
    shared = scatter(total, np.ones(len(rooms)), np.array(rooms), np.random.default_rng(1))
    assert shared.sum() == total
    assert (shared <= rooms).all()


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(CannotAllocate, match="7 do not fit into 6"):
        largest_remainder(7, np.ones(2), np.array([3, 3]))
    with pytest.raises(CannotAllocate):
        scatter(7, np.ones(2), np.array([3, 3]), np.random.default_rng(1))


def test_sizes_keep_their_bounds() -> None:
    sizes = log_normal_sizes(800, 50, 0.5, 6, 29, np.random.default_rng(3))
    assert sizes.sum() == 800
    assert sizes.min() >= 6
    assert sizes.max() <= 29
