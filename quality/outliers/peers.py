"""Shares against peers of the same type and size, and stocks against the flow that was reported.

Both are questions: a share may be right and a stock may have been recounted.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from quality.catalogue.schema_checks import PEER_OUTLIER, STOCK_OUTLIER
from quality.outliers.counts import FLAGS
from quality.outliers.settings import Settings, load_settings


def peer_flags(stocks: pd.DataFrame, settings: Settings | None = None) -> pd.DataFrame:
    """One row per stock whose share of the members lies far from that of its peers (columns FLAGS).

    ``stocks``: committee, organization, organization_type, form, cell_code, period, value, members. Peers are of
    the same type and size class (doubling members); shares are compared on the arcsine scale, where binomial
    noise is alike, with the noise of the organization's own size added to the robust spread of the peers. A share
    that is the organization's own of the period before, give or take its noise, is not asked about again.
    """
    settings = settings or load_settings()
    known = stocks.dropna(subset=["value"])
    known = known[(known["members"] > 0) & (known["value"].between(0, known["members"]))]
    of_one_type = known.groupby(["committee", "cell_code", "period", "organization_type"]).size()
    if known.empty or of_one_type.max() < settings.number("peers", "least_peers"):
        return pd.DataFrame(columns=FLAGS)
    known = known.assign(
        size_class=np.floor(np.log2(known["members"])),
        angle=np.arcsin(np.sqrt((known["value"] + 0.375) / (known["members"] + 0.75))),
    )
    group = known.groupby(["committee", "cell_code", "period", "organization_type", "size_class"])["angle"]
    centre, peers = group.transform("median"), group.transform("size")
    spread = (known["angle"] - centre).abs().groupby([known[name] for name in _GROUP]).transform("median") * 1.4826
    noise = 0.5 / np.sqrt(known["members"] + 0.5)
    reach = settings.number("peers", "spread") * np.sqrt(spread**2 + noise**2)
    middle = known["members"] * np.sin(centre) ** 2
    far = (known["angle"] - centre).abs() > reach
    moved = (known["value"] - middle).abs() >= settings.number("peers", "least_move")
    # An organization that is unlike its peers is asked once: the period after, its own past speaks for it.
    ordered = known.sort_values("period", kind="stable")
    before = ordered.groupby(["committee", "organization", "cell_code"])["angle"].shift().reindex(known.index)
    far &= ~((known["angle"] - before).abs() <= settings.number("peers", "spread") * noise)
    low, high = np.clip(centre - reach, 0, np.pi / 2), np.clip(centre + reach, 0, np.pi / 2)
    judged = known.assign(mean=middle, low=100 * np.sin(low) ** 2, high=100 * np.sin(high) ** 2)
    return _told(judged[far & moved & (peers >= settings.number("peers", "least_peers"))])


_GROUP = ["committee", "cell_code", "period", "organization_type", "size_class"]


def _told(found: pd.DataFrame) -> pd.DataFrame:
    told = found.assign(observed=found["value"], chance=np.nan, test=PEER_OUTLIER)
    return told.sort_values(["period", "organization", "cell_code"])[FLAGS].reset_index(drop=True)


def flow_flags(stocks: pd.DataFrame, settings: Settings | None = None) -> pd.DataFrame:
    """One row per stock that moved further than the reported flow allows (columns FLAGS).

    ``stocks``: committee, organization, form, cell_code, period, value, previous, came, left: a stock can rise by at
    most what came and fall by at most what left in the period (probationary members, exempt members), give or take
    the declared least move.
    """
    settings = settings or load_settings()
    known = stocks.dropna(subset=["value", "previous", "came", "left"])
    slack = settings.number("stock", "least_move")
    low = np.maximum(0, known["previous"] - known["left"])
    high = known["previous"] + known["came"]
    found = known.assign(low=low, high=high, mean=(low + high) / 2)
    found = found[(found["value"] < found["low"] - slack) | (found["value"] > found["high"] + slack)]
    told = found.assign(observed=found["value"], chance=np.nan, test=STOCK_OUTLIER)
    return told.sort_values(["period", "organization", "cell_code"])[FLAGS].reset_index(drop=True)
