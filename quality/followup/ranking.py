"""Bounds of the headlines over all open queries, and the order in which asking narrows them fastest.

One committee and period at a time, as matrices of queries x measures: some hundred by ten.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quality.followup.figures import Headlines
from quality.outliers.keyed import Whole
from quality.outliers.predictive import Numbers


@dataclass(frozen=True)
class Situation:
    """One committee and period: published totals by additive measure, and how far each query can move each of them.

    ``low`` and ``high`` are queries x measures; ``tolerances`` one per shown headline, in percent (points for a ratio).
    """

    headlines: Headlines
    measures: list[str]
    totals: Numbers
    queries: list[str]
    low: Numbers
    high: Numbers
    tolerances: Numbers

    @classmethod
    def of(
        cls,
        headlines: Headlines,
        totals: dict[str, float],
        queries: list[str],
        effects: pd.DataFrame,
        tolerances: Numbers,
    ) -> Situation:
        """From ``effects`` (`quality.followup.effects.EFFECT`) of the ``queries``."""
        measures = [measure for measure in headlines.additive if measure in totals]
        query = pd.Index(queries).get_indexer(effects["query_id"])
        measure = pd.Index(measures).get_indexer(effects["measure_code"])
        here = (query >= 0) & (measure >= 0)
        low, high = np.zeros((2, len(queries), len(measures)))
        for matrix, side in ((low, "low"), (high, "high")):
            np.add.at(matrix, (query[here], measure[here]), effects.loc[here, side].fillna(0.0).to_numpy(float))
        return cls(headlines, measures, np.array([totals[one] for one in measures]), queries, low, high, tolerances)

    @cached_property
    def shown(self) -> list[str]:
        """The headlines that have a published figure here: not a share of nothing."""
        known = dict(zip(self.measures, self.totals, strict=True))
        ratios = self.headlines.ratios
        return [
            one
            for one in self.headlines.shown
            if set(ratios.get(one, (one,))) <= set(known) and (one not in ratios or known[ratios[one][1]] != 0)
        ]

    @cached_property
    def _parts(self) -> tuple[Whole, Whole, NDArray[np.bool_]]:
        """Of every shown headline the places of what it counts and of what it is a share of, and whether it is one."""
        ratios = self.headlines.ratios
        parts = [ratios.get(one, (one, one)) for one in self.shown]
        over, under = ([self.measures.index(pair[side]) for pair in parts] for side in (0, 1))
        return (
            np.array(over, dtype=int),
            np.array(under, dtype=int),
            np.array([one in ratios for one in self.shown], bool),
        )

    def bounds(self, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """(value, lowest, highest) of every shown headline where the totals can move by ``low`` to ``high``.

        The last axis of ``low`` and ``high`` is the measures; axes before it are alternatives.
        """
        over, under, is_share = self._parts
        value, least, most = np.empty((3, *low.shape[:-1], len(over)))
        count = over[~is_share]
        value[..., ~is_share] = total = self.totals[count]
        least[..., ~is_share], most[..., ~is_share] = total + low[..., count], total + high[..., count]
        over, under = over[is_share], under[is_share]
        n, d = self.totals[over], self.totals[under]
        value[..., is_share] = share = _percent(n, d)
        least[..., is_share] = np.minimum(_percent(n + low[..., over], d + high[..., under]), share)
        most[..., is_share] = np.maximum(_percent(n + high[..., over], d + low[..., under]), share)
        return value, least, most

    def movement(self, low: Numbers, high: Numbers) -> Numbers:
        """How far every shown headline can move: percent of its value, points for a ratio."""
        value, least, most = self.bounds(low, high)
        furthest = np.maximum(np.abs(least - value), np.abs(most - value))
        return np.where(self._parts[2], furthest, 100 * furthest / np.maximum(np.abs(value), 1))


def _percent(over: Numbers, under: Numbers) -> Numbers:
    share = 100 * np.asarray(over, dtype=float) / np.maximum(np.asarray(under, dtype=float), 1e-9)
    return np.clip(share, 0, 100)


@dataclass(frozen=True)
class Order:
    """Queries in the order to ask, and after each the remaining movement of every shown headline (queries x shown)."""

    queries: list[int]
    influence: Numbers
    remaining: Numbers


def order(situation: Situation) -> Order:
    """The order: always the query that moves the headline most that is furthest beyond its tolerance.

    ``influence`` is per query (in the situation's order): the largest movement over tolerance among the headlines.
    """
    tolerances = situation.tolerances
    alone = situation.movement(situation.low, situation.high) / tolerances
    influence = alone.max(axis=1) if alone.size else np.zeros(len(situation.queries))
    low, high = situation.low.sum(axis=0), situation.high.sum(axis=0)
    left = list(range(len(situation.queries)))
    asked, remaining, moved = [], [], situation.movement(low, high)
    while left:
        worst = int(np.argmax(moved / tolerances)) if alone.shape[1] else 0
        key = [(-alone[one, worst] if alone.shape[1] else 0, -influence[one], situation.queries[one]) for one in left]
        chosen = left.pop(key.index(min(key)))
        # Summed anew: a range without a limit cannot be taken away from one.
        low, high = situation.low[left].sum(axis=0), situation.high[left].sum(axis=0)
        moved = situation.movement(low, high)
        asked.append(chosen)
        remaining.append(moved)
    return Order(asked, influence, np.array(remaining).reshape(len(asked), len(situation.shown)))
