"""What an absent workbook would have said: a range per measure, from the organization's past and its peers.

A stock is expected near its last value: moves are learnt from all organizations of the committee, in proportion to
the square root of the stock, as counts move. A flow is expected as a small count (`quality.outliers.predictive`)
with the members as exposure. Where nothing is known of an organization, from nothing to the greatest of its peers.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from quality.followup.figures import EXPOSURE
from quality.followup.settings import Settings
from quality.outliers.laws import negative_binomial_range
from quality.outliers.predictive import fit_peers, predictive

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
    parts = []
    for (committee, period_end, measure), rows in past.groupby(["committee_code", "period_end", "measure_code"]):
        peers = history[(history["committee_code"] == committee) & (history["measure_code"] == measure)]
        stock = natures[str(measure)] == "stock"
        if stock:
            parts.append(_stocks(rows, peers[peers["period_end"] <= period_end], settings))
        else:
            exposures = _exposures(history, str(committee), str(period_end))
            parts.append(_flows(rows, peers[peers["period_end"] < period_end], exposures, settings))
    return pd.concat(parts, ignore_index=True)[RANGE]


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


def _stocks(rows: pd.DataFrame, peers: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    ordered = peers.sort_values(["organization_code", "period_end"])
    before = ordered.groupby("organization_code")["value"].shift()
    moves = ((ordered["value"] - before) / np.sqrt(np.maximum(before, 1))).dropna()
    tail = (1 - settings.range_level) / 2
    last = rows["last"]
    if len(moves) >= settings.least_pairs:
        scale = np.sqrt(np.maximum(last, 1))
        low, high = last + moves.quantile(tail) * scale, last + moves.quantile(1 - tail) * scale
    else:
        low, high = last * 0, last * 2
    low, high = np.floor(np.minimum(low, last)), np.ceil(np.maximum(high, last))
    # Where no organization of the committee was ever counted, nothing says how great a figure may be.
    greatest = peers["value"].max() if len(peers) else np.inf
    return rows.assign(low=np.maximum(low.fillna(0), 0), high=high.fillna(greatest))


def _exposures(history: pd.DataFrame, committee: str, period_end: str) -> pd.DataFrame:
    members = history[(history["committee_code"] == committee) & (history["measure_code"] == EXPOSURE)]
    members = members[members["period_end"] <= period_end]
    return members[["organization_code", "period_end", "value"]].rename(columns={"value": "members"})


def _flows(rows: pd.DataFrame, peers: pd.DataFrame, exposures: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    totals = peers.merge(exposures, on=["organization_code", "period_end"])
    totals = totals.groupby("organization_code")[["value", "members"]].sum()
    if totals.empty:
        return rows.assign(low=0.0, high=np.inf)
    law = fit_peers(totals["value"].to_numpy(float), totals["members"].to_numpy(float))
    own = rows[["organization_code"]].join(totals, on="organization_code").fillna(0)
    latest = exposures.sort_values("period_end").drop_duplicates("organization_code", keep="last")
    members = rows["organization_code"].map(latest.set_index("organization_code")["members"])
    members = members.fillna(latest["members"].median()).fillna(0).to_numpy(float)
    mean, size = predictive(law, own["value"].to_numpy(float), own["members"].to_numpy(float), members)
    low, high = negative_binomial_range(settings.range_level, mean, size)
    return rows.assign(low=low, high=high)
