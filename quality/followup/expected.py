"""What an absent workbook would have said: a range per measure, from the organization's past and its peers.

A stock is expected near its last value: moves are learnt from all organizations of the committee, in proportion to
the square root of the stock, as counts move. A flow is expected as a small count (`quality.outliers.predictive`)
with the members as exposure. Where nothing is known of an organization, from nothing to the greatest of its peers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from quality.followup.figures import EXPOSURE
from quality.followup.settings import Settings
from quality.outliers.keyed import Whole, partners
from quality.outliers.laws import Numbers, negative_binomial_range
from quality.outliers.predictive import fit_peers, predictive

_MOST_PERIODS = 100_000
RANGE = ["organization_code", "period_code", "measure_code", "low", "high"]


def expected_ranges(
    absent: pd.DataFrame, history: pd.DataFrame, natures: dict[str, str], settings: Settings
) -> pd.DataFrame:
    """One row per absent workbook and measure reported in its committee and period (columns RANGE).

    ``absent``: committee_code, organization_code, period_code, period_end. ``history``: what counted workbooks say,
    with the same columns, measure_code and value; only what lies before a period's end is used for it, apart from
    the peers of the period itself.
    """
    asked = _asked(absent, history, list(natures))
    if asked.empty:
        return pd.DataFrame(columns=RANGE)
    past = _past(asked, history)
    organizations = np.unique(np.concatenate([past["organization_code"], history["organization_code"]]))
    ends = np.unique(np.concatenate([past["period_end"], history["period_end"]]))
    counted = dict(_counted(history, organizations, ends))
    nobody = _Counted.of(history.iloc[:0], organizations, ends)
    sender, last = np.searchsorted(organizations, past["organization_code"]), past["last"].to_numpy(float)
    low, high = np.zeros((2, len(past)))
    order = []
    for key, rows in sorted(past.groupby(["committee_code", "period_end", "measure_code"]).indices.items()):
        committee, period_end, measure = key
        end, peers = int(np.searchsorted(ends, period_end)), counted.get((committee, measure), nobody)
        if natures[str(measure)] == "stock":
            low[rows], high[rows] = _stocks(last[rows], peers.up_to(end), settings)
        else:
            members = counted.get((committee, EXPOSURE), nobody).up_to(end)
            low[rows], high[rows] = _flows(sender[rows], peers.up_to(end - 1), members, settings)
        order.append(rows)
    return past.assign(low=low, high=high).take(np.concatenate(order))[RANGE].reset_index(drop=True)


@dataclass(frozen=True)
class _Counted:
    """What counted workbooks of one committee say of one measure, by organization and then by period, as numbers.

    One group of many in a few operations: pandas takes some milliseconds for each, and there is one for every measure
    of every period in which somebody is missing.
    """

    organization: Whole
    end: Whole
    value: Numbers

    @classmethod
    def of(cls, rows: pd.DataFrame, organizations: np.ndarray, ends: np.ndarray) -> _Counted:
        """``rows`` of `expected_ranges`'s history, numbered by their places among ``organizations`` and ``ends``."""
        organization = np.searchsorted(organizations, rows["organization_code"])
        end = np.searchsorted(ends, rows["period_end"])
        order = np.lexsort((end, organization))
        return cls(organization[order], end[order], rows["value"].to_numpy(float)[order])

    @property
    def moment(self) -> Whole:
        """One number for each organization and period."""
        return self.organization * _MOST_PERIODS + self.end

    def up_to(self, end: int) -> _Counted:
        """The figures of the periods that end there or before."""
        known = self.end <= end
        return _Counted(self.organization[known], self.end[known], self.value[known])


def _counted(
    history: pd.DataFrame, organizations: np.ndarray, ends: np.ndarray
) -> Iterator[tuple[tuple[str, str], _Counted]]:
    """What is counted of every committee and measure."""
    for (committee, measure), rows in history.groupby(["committee_code", "measure_code"]):
        yield (str(committee), str(measure)), _Counted.of(rows, organizations, ends)


def _asked(absent: pd.DataFrame, history: pd.DataFrame, measures: list[str]) -> pd.DataFrame:
    """One row per absent workbook and measure expected of it.

    Those reported in its committee and period; where no workbook of the period counts, all of ``measures``.
    """
    keys = ["committee_code", "period_code"]
    due = history[[*keys, "measure_code"]].drop_duplicates()
    alone = absent[~pd.MultiIndex.from_frame(absent[keys]).isin(pd.MultiIndex.from_frame(due[keys]))]
    return pd.concat([absent.merge(due, on=keys), alone.merge(pd.DataFrame({"measure_code": measures}), how="cross")])


def _past(asked: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """``asked`` with the last value of the same organization and measure before the period's end (``last``)."""
    own = history.rename(columns={"value": "last", "period_end": "last_end"})
    own = own[["organization_code", "measure_code", "last_end", "last"]]
    joined = asked.merge(own, on=["organization_code", "measure_code"], how="left")
    joined.loc[joined["last_end"] >= joined["period_end"], ["last", "last_end"]] = [np.nan, None]
    keys = ["organization_code", "period_code", "measure_code"]
    return joined.sort_values([*keys, "last_end"], na_position="first").drop_duplicates(keys, keep="last")


def _stocks(last: Numbers, peers: _Counted, settings: Settings) -> tuple[Numbers, Numbers]:
    """From and to, given the ``last`` value of each organization, NaN where there is none."""
    follows = peers.organization[1:] == peers.organization[:-1]
    now, before = peers.value[1:][follows], peers.value[:-1][follows]
    moves = (now - before) / np.sqrt(np.maximum(before, 1))
    moves = moves[~np.isnan(moves)]
    tail = (1 - settings.range_level) / 2
    if len(moves) >= settings.least_pairs:
        scale = np.sqrt(np.maximum(last, 1))
        least, most = (last + np.percentile(moves, 100 * share) * scale for share in (tail, 1 - tail))
    else:
        least, most = last * 0, last * 2
    low, high = np.floor(np.minimum(least, last)), np.ceil(np.maximum(most, last))
    # Where no organization of the committee was ever counted, nothing says how great a figure may be.
    greatest = np.nanmax(peers.value) if len(peers.value) else np.inf
    return np.maximum(np.nan_to_num(low, nan=0.0), 0), np.where(np.isnan(high), greatest, high)


def _flows(senders: Whole, peers: _Counted, members: _Counted, settings: Settings) -> tuple[Numbers, Numbers]:
    """From and to of each of the ``senders``, given how many ``members`` there were."""
    one, other = partners(peers.moment, members.moment)
    if not len(one):
        return np.zeros(len(senders)), np.full(len(senders), np.inf)
    known, of = np.unique(peers.organization[one], return_inverse=True)
    seen: Numbers = np.bincount(of, weights=peers.value[one]).astype(float)
    exposed: Numbers = np.bincount(of, weights=members.value[other]).astype(float)
    law = fit_peers(seen, exposed)
    is_last = np.append(members.organization[1:] != members.organization[:-1], True)
    latest = members.value[is_last]
    now = _looked_up(senders, members.organization[is_last], latest, float(np.median(latest)))
    own_seen, own_exposed = (_looked_up(senders, known, each, 0.0) for each in (seen, exposed))
    return negative_binomial_range(settings.range_level, *predictive(law, own_seen, own_exposed, now))


def _looked_up(wanted: Whole, known: Whole, values: Numbers, unless: float) -> Numbers:
    """The value of each of the ``wanted`` among the ``known`` (sorted), ``unless`` it is none of them."""
    place = np.searchsorted(known, wanted).clip(0, len(known) - 1)
    return np.where(known[place] == wanted, values[place], unless)
