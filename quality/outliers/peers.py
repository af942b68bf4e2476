"""Shares against peers of the same type and size, and stocks against the flow that was reported.

Both are questions: a share may be right and a stock may have been recounted.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from quality.catalogue.schema_checks import PEER_OUTLIER, STOCK_OUTLIER
from quality.outliers.counts import FLAGS
from quality.outliers.keyed import before, medians, numbered
from quality.outliers.settings import Settings, load_settings


def peer_flags(stocks: pd.DataFrame, settings: Settings | None = None) -> pd.DataFrame:
    """One row per stock whose share of the members lies far from that of its peers (columns FLAGS).

    ``stocks``: committee, organization, organization_type, form, cell_code, period, value, members. Peers are of
    the same type and size class (doubling members); shares are compared on the arcsine scale, where binomial
    noise is alike, with the noise of the organization's own size added to the robust spread of the peers. A share
    that is the organization's own of the period before, give or take its noise, is not asked about again.
    """
    settings = settings or load_settings()
    known = stocks[(stocks["members"] > 0) & stocks["value"].between(0, stocks["members"])]
    of_one_type = numbered(known, ["committee", "cell_code", "period", "organization_type"])
    known, of_one_type = known[of_one_type >= 0], of_one_type[of_one_type >= 0]  # of no type, of no peers
    if known.empty or np.unique(of_one_type, return_counts=True)[1].max() < settings.number("peers", "least_peers"):
        return pd.DataFrame(columns=FLAGS)
    members, value = known["members"].to_numpy(float), known["value"].to_numpy(float)
    angle = np.arcsin(np.sqrt((value + 0.375) / (members + 0.75)))
    group = numbered(pd.DataFrame({"type": of_one_type, "size": np.floor(np.log2(members))}), ["type", "size"])
    centre, peers = medians(group, angle)
    spread = medians(group, np.abs(angle - centre))[0] * 1.4826
    noise = 0.5 / np.sqrt(members + 0.5)
    reach = settings.number("peers", "spread") * np.sqrt(spread**2 + noise**2)
    middle = members * np.sin(centre) ** 2
    far = np.abs(angle - centre) > reach
    moved = np.abs(value - middle) >= settings.number("peers", "least_move")
    # An organization that is unlike its peers is asked once: the period after, its own past speaks for it.
    own = numbered(known, ["committee", "organization", "cell_code"])
    moved_since = np.abs(angle - before(own, numbered(known, ["period"]), angle))
    far &= ~(moved_since <= settings.number("peers", "spread") * noise)
    low, high = np.clip(centre - reach, 0, np.pi / 2), np.clip(centre + reach, 0, np.pi / 2)
    judged = known.assign(mean=middle, low=100 * np.sin(low) ** 2, high=100 * np.sin(high) ** 2)
    return _told(judged[far & moved & (peers >= settings.number("peers", "least_peers"))], PEER_OUTLIER)


def _told(found: pd.DataFrame, test: str) -> pd.DataFrame:
    if found.empty:
        return pd.DataFrame(columns=FLAGS)
    told = found.assign(observed=found["value"], chance=np.nan, test=test)
    return told.sort_values(["period", "organization", "cell_code"])[FLAGS].reset_index(drop=True)


def flow_flags(stocks: pd.DataFrame, settings: Settings | None = None) -> pd.DataFrame:
    """One row per stock that moved further than the reported flow allows (columns FLAGS).

    ``stocks``: committee, organization, form, cell_code, period, value, previous, came, left: a stock can rise by at
    most what came and fall by at most what left in the period (probationary members, exempt members), give or take
    the declared least move.
    """
    settings = settings or load_settings()
    value, previous, came, left = (stocks[name].to_numpy(float) for name in ("value", "previous", "came", "left"))
    slack = settings.number("stock", "least_move")
    low, high = np.maximum(0, previous - left), previous + came
    outside = (value < low - slack) | (value > high + slack)  # not where one of the four is unknown
    known = ~np.isnan(value) & ~np.isnan(low) & ~np.isnan(high)
    return _told(stocks.assign(low=low, high=high, mean=(low + high) / 2)[outside & known], STOCK_OUTLIER)
