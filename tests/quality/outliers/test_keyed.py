"""Numbering, counting and medians of rows say what groupings and joins of pandas say, whatever the rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.outliers import keyed

row = st.tuples(st.sampled_from("ABC"), st.sampled_from([None, "x", "y"]), st.integers(0, 5))
rows = st.lists(row, min_size=1, max_size=12)


def frame_of(told: list[tuple[str, str | None, int]], *, as_categories: bool) -> pd.DataFrame:
    frame = pd.DataFrame(told, columns=["who", "what", "value"])
    return frame.assign(what=frame["what"].astype("str")).astype("category" if as_categories else {"who": "str"})


@given(rows, st.booleans(), st.booleans())
def test_rows_have_one_number_where_they_agree_in_the_order_of_what_they_say(
    told: list[tuple[str, str | None, int]], as_categories: bool, is_long: bool
) -> None:
    frame = frame_of(told, as_categories=as_categories)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyed, "_MOST", 2 if is_long else 2**62)
        numbers = keyed.numbered(frame, ["who", "what", "value"])
    plain = [None if what is None else (who, what, value) for who, what, value in told]
    assert [number < 0 for number in numbers] == [one is None for one in plain]
    known = [(number, one) for number, one in zip(numbers, plain, strict=True) if one is not None]
    for number, one in known:
        for other_number, other in known:
            assert (number < other_number) == (one < other)


@given(rows, st.booleans())
def test_counting_says_what_a_grouping_says(told: list[tuple[str, str | None, int]], as_categories: bool) -> None:
    frame = frame_of(told, as_categories=as_categories)
    same = frame["value"].to_numpy(int) > 2
    counted = keyed.tallied(frame, ["who", "what"], same)
    grouped = frame.assign(same=same).groupby(["who", "what"], observed=True, as_index=False)["same"]
    plain = grouped.agg(same="sum", compared="size")
    assert counted.astype(object).to_numpy().tolist() == plain.astype(object).to_numpy().tolist()


numbers = st.lists(st.tuples(st.integers(0, 3), st.floats(-9, 9)), min_size=1, max_size=15)


@given(numbers)
def test_medians_and_sizes_are_those_of_a_grouping(told: list[tuple[int, float]]) -> None:
    frame = pd.DataFrame(told, columns=["group", "value"])
    found, sizes = keyed.medians(frame["group"].to_numpy(np.int64), frame["value"].to_numpy())
    grouped = frame.groupby("group")["value"]
    assert found.tolist() == grouped.transform("median").tolist()
    assert sizes.tolist() == grouped.transform("size").tolist()


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9)), unique=True, min_size=1, max_size=12))
def test_what_stood_before_is_the_value_of_the_moment_before(told: list[tuple[int, int]]) -> None:
    frame = pd.DataFrame(told, columns=["group", "moment"]).assign(value=np.arange(len(told), dtype=float))
    found = keyed.before(frame["group"].to_numpy(np.int64), frame["moment"].to_numpy(np.int64), frame["value"].array)
    plain = frame.sort_values("moment").groupby("group")["value"].shift().reindex(frame.index)
    np.testing.assert_array_equal(found, plain.to_numpy())


whole = st.lists(st.integers(0, 4), max_size=8)


@given(whole, whole)
def test_partners_are_all_pairs_of_one_number(own: list[int], others: list[int]) -> None:
    mine, theirs = keyed.partners(np.array(own, dtype=np.int64), np.array(others, dtype=np.int64))
    plain = [(a, b) for a, one in enumerate(own) for b, other in enumerate(others) if one == other]
    assert list(zip(mine.tolist(), theirs.tolist(), strict=True)) == plain
