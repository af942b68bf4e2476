"""Rows that agree in some columns, as numbers: what the tests of outliers sort, count and hold against each other.

A grouping of pandas takes one to three milliseconds however few its rows are, and a check of one workbook asks two
dozen of them. Belongs here: numbering, counting, medians and what stood before. Does not belong here: what is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Whole = NDArray[np.int64]
_MOST = 2**62


def numbered(frame: pd.DataFrame, columns: Sequence[str]) -> Whole:
    """One number per row, the same for rows that agree in ``columns`` and in their order; -1 where one is missing."""
    number, reach = np.zeros(len(frame), dtype=np.int64), 1
    missing = np.zeros(len(frame), dtype=bool)
    for name in columns:
        codes, size = _codes(frame[name])
        missing |= codes < 0
        if reach * size > _MOST:
            distinct, number = np.unique(number, return_inverse=True)
            reach = len(distinct)
        number, reach = number * size + codes, reach * size
    return np.where(missing, -1, number)


def _codes(column: pd.Series) -> tuple[Whole, int]:
    """The number of every value in the order of the values, and how many there may be; -1 for a missing one."""
    kind = column.dtype
    if isinstance(kind, pd.CategoricalDtype):
        return column.cat.codes.to_numpy(np.int64), max(1, len(kind.categories))
    codes, distinct = pd.factorize(column, sort=True)
    return codes.astype(np.int64), max(1, len(distinct))


def tallied(frame: pd.DataFrame, keys: list[str], same: NDArray[np.bool_]) -> pd.DataFrame:
    """By ``keys`` how many rows of ``frame`` there are (compared) and of how many ``same`` is true, in their order."""
    number = numbered(frame, keys)
    known = np.flatnonzero(number >= 0)
    _, first, group = np.unique(number[known], return_index=True, return_inverse=True)
    counted = np.bincount(group, minlength=len(first))
    alike = np.bincount(group, weights=same[known], minlength=len(first)).astype(np.int64)
    told = frame[keys].take(known[first]).reset_index(drop=True)
    return told.assign(same=alike, compared=counted)


def medians(group: Whole, values: NDArray[np.float64]) -> tuple[NDArray[np.float64], Whole]:
    """Of every row the median of its group's ``values`` and how many the group has."""
    _, inverse, sizes = np.unique(group, return_inverse=True, return_counts=True)
    ordered = values[np.lexsort((values, inverse))]
    first = np.cumsum(sizes) - sizes
    middle = (ordered[first + (sizes - 1) // 2] + ordered[first + sizes // 2]) / 2
    return middle[inverse], sizes[inverse]


def before(group: Whole, moment: Whole, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of every row what its group's value was at the last moment before in the order given; NaN at the first."""
    order = np.lexsort((moment, group))
    found = np.full(len(values), np.nan)
    follows = group[order][1:] == group[order][:-1]
    found[order[1:][follows]] = values[order[:-1][follows]]
    return found


def partners(own: Whole, others: Whole) -> tuple[Whole, Whole]:
    """Every pair (position in ``own``, position in ``others``) that has the same number."""
    order = np.argsort(others, kind="stable")
    ordered = others[order]
    first, after = np.searchsorted(ordered, own, side="left"), np.searchsorted(ordered, own, side="right")
    counts = after - first
    mine = np.repeat(np.arange(len(own)), counts)
    within = np.arange(len(mine)) - np.repeat(np.cumsum(counts) - counts, counts)
    return mine, order[np.repeat(first, counts) + within]
