"""Counts that do not fit their past: the negative-binomial test, a cohort factor, controlled false discoveries.

Input, one row per organization, period and cell (flows only): committee, organization, form, cell_code, period
(sortable), members (exposure), value (nullable). Only the asked period is tested; everything before it is
history.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from quality.outliers.predictive import Numbers, Peers, expected_range, fit_peers, predictive, tails
from quality.outliers.settings import Settings, load_settings

FLAGS = [
    "committee",
    "organization",
    "form",
    "cell_code",
    "period",
    "observed",
    "mean",
    "low",
    "high",
    "chance",
    "test",
    "message_vi",
    "message_en",
]


def count_flags(figures: pd.DataFrame, period: str, settings: Settings | None = None) -> pd.DataFrame:
    """One row per count of ``period`` that does not fit (columns FLAGS), the least probable first.

    Small counts and small moves are never asked about; among the rest the share of false questions is held at the
    declared rate per committee and form (Benjamini-Hochberg over all tested counts).
    """
    settings = settings or load_settings()
    tested = scored(figures, period, settings)
    if tested.empty:
        return pd.DataFrame(columns=FLAGS)
    chosen = [
        part[_discoveries(part["chance"].to_numpy(), settings.number("false_discovery_rate"))]
        for _, part in tested.groupby(["committee", "form"], sort=True)
    ]
    found = pd.concat(chosen)
    found = found[
        ((found["observed"] >= settings.number("least_count")) | (found["observed"] < found["mean"]))
        & ((found["observed"] - found["mean"]).abs() >= settings.number("least_move"))
    ]
    return _told(found, settings).sort_values(["chance", "organization", "cell_code"])[FLAGS].reset_index(drop=True)


def scored(figures: pd.DataFrame, period: str, settings: Settings | None = None) -> pd.DataFrame:
    """One row per tested count of ``period`` with mean, size and two-sided chance under the predictive."""
    settings = settings or load_settings()
    known = figures.dropna(subset=["value", "members"])
    keys = ["committee", "form", "cell_code", "organization"]
    past = known[known["period"] < period].groupby(keys, as_index=False)[["value", "members"]].sum()
    now = known[known["period"] == period]
    joined = now.merge(past, on=keys, how="left", suffixes=("", "_past")).fillna({"value_past": 0, "members_past": 0})
    parts = [_scored_cell(part, past, settings) for _, part in joined.groupby(["committee", "cell_code"], sort=True)]
    return pd.concat(parts, ignore_index=True) if parts else joined.assign(observed=0.0, mean=0.0, size=0.0, chance=1.0)


def peers_by_cell(past: pd.DataFrame) -> dict[tuple[str, str], Peers]:
    """The gamma law per (committee, cell_code) from past totals (value, members) per organization."""
    return {
        (str(committee), str(code)): fit_peers(part["value"].to_numpy(float), part["members"].to_numpy(float))
        for (committee, code), part in past.groupby(["committee", "cell_code"])
    }


def _scored_cell(part: pd.DataFrame, past: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    committee, code = part["committee"].iloc[0], part["cell_code"].iloc[0]
    history = past[(past["committee"] == committee) & (past["cell_code"] == code)]
    peers = fit_peers(history["value"].to_numpy(float), history["members"].to_numpy(float))
    observed = part["value"].to_numpy(float)
    mean, size = predictive(
        peers,
        part["value_past"].to_numpy(float),
        part["members_past"].to_numpy(float),
        part["members"].to_numpy(float),
    )
    mean = mean * cohort(observed, mean, settings.number("cohort_floor"))
    below, above = tails(observed, mean, size)
    chance = np.minimum(1.0, 2 * np.minimum(below, above))
    return part.assign(observed=observed, mean=mean, size=size, chance=chance)


def cohort(observed: Numbers, mean: Numbers, floor: float) -> Numbers:
    """Observed over expected of all *other* organizations, 1 where too little is expected.

    An organization's own figure is left out and the others are capped at four times what is expected of each plus
    four, so that one mistyped figure does not make everybody else's look small.
    """
    capped = np.minimum(observed, 4 * mean + 4)
    others_seen = capped.sum() - capped
    others_expected = mean.sum() - mean
    weight = others_expected / (others_expected + floor)
    ratio = others_seen / np.maximum(others_expected, 1e-9)
    return np.asarray(weight * ratio + (1 - weight))


def _discoveries(chances: Numbers, rate: float) -> Numbers:
    """Benjamini-Hochberg: which of the tests to believe at a false discovery rate."""
    order = np.argsort(chances, kind="stable")
    passed = chances[order] <= rate * np.arange(1, len(chances) + 1) / len(chances)
    believed = np.zeros(len(chances), dtype=bool)
    if passed.any():
        believed[order[: int(np.flatnonzero(passed)[-1]) + 1]] = True
    return believed


def _told(found: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    level = settings.number("range_level")
    ranges = [expected_range(mean, size, level) for mean, size in zip(found["mean"], found["size"], strict=True)]
    texts = [
        settings.text("count", observed=int(seen), low=low, high=high)
        for seen, (low, high) in zip(found["observed"], ranges, strict=True)
    ]
    return found.assign(
        low=[low for low, _ in ranges],
        high=[high for _, high in ranges],
        test="count",
        message_vi=[vi for vi, _ in texts],
        message_en=[en for _, en in texts],
    )
