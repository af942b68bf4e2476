"""Counts that do not fit their past: the negative-binomial test, a cohort factor, controlled false discoveries.

Input, one row per organization, period and cell (flows only): committee, organization, form, cell_code, period
(sortable), members (exposure), value (nullable). Only the asked period is tested; everything before it is
history.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quality.catalogue.schema_checks import COUNT_OUTLIER
from quality.outliers.keyed import numbered, partners
from quality.outliers.laws import Numbers, held_at_rate, negative_binomial_range, negative_binomial_tails
from quality.outliers.predictive import fit_groups
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
]


def count_flags(
    figures: pd.DataFrame, period: str, settings: Settings | None = None, asked: Collection[str] | None = None
) -> pd.DataFrame:
    """One row per count of ``period`` that does not fit (columns FLAGS), the least probable first.

    Small counts and small moves are never asked about; among the rest the share of false questions is held at the
    declared rate per committee and form (Benjamini-Hochberg over all tested counts). ``asked``: what is said of these
    organizations only, beside all others; of all unless given.
    """
    settings = settings or load_settings()
    tested = _expected(figures, period, settings)
    told = _telling(tested, settings) if asked is None else _telling(tested, settings) & _is_of(tested, asked)
    if not told.any():
        return pd.DataFrame(columns=FLAGS)
    # The rate is held within a committee and form, so those about which nothing can be asked are not weighed.
    families = ["committee", "form"]
    in_question = pd.MultiIndex.from_frame(tested.loc[told, families].drop_duplicates())
    tested = tested[pd.MultiIndex.from_frame(tested[families]).isin(in_question)]
    rate = settings.number("counts", "false_discovery_rate")
    chosen = [
        part[held_at_rate(part["chance"].to_numpy(), rate)]
        for _, part in _with_chance(tested).groupby(families, sort=True)
    ]
    found = pd.concat(chosen)
    found = found[told.loc[found.index]]
    return _told(found, settings).sort_values(["chance", "organization", "cell_code"])[FLAGS].reset_index(drop=True)


def scored(figures: pd.DataFrame, period: str, settings: Settings | None = None) -> pd.DataFrame:
    """One row per tested count of ``period`` with mean, size and two-sided chance under the predictive."""
    return _with_chance(_expected(figures, period, settings or load_settings()))


def _is_of(figures: pd.DataFrame, organizations: Collection[str]) -> pd.Series:
    return figures["organization"].isin(organizations)


def _telling(tested: pd.DataFrame, settings: Settings) -> pd.Series:
    """True for the counts that would be asked about if they were improbable enough."""
    moved = (tested["observed"] - tested["mean"]).abs() >= settings.number("counts", "least_move")
    large = tested["observed"] >= settings.number("counts", "least_count")
    return moved & (large | (tested["observed"] < tested["mean"]))


def _expected(figures: pd.DataFrame, period: str, settings: Settings) -> pd.DataFrame:
    """One row per tested count of ``period`` with observed, mean and size."""
    known = figures[figures["value"].notna() & figures["members"].notna()]
    counted = numbered(known, ["committee", "cell_code", "organization"])
    kind = numbered(known, ["committee", "cell_code"])
    passed, present = (known["period"] < period).to_numpy(), (known["period"] == period).to_numpy()
    past, first, own = np.unique(counted[passed], return_index=True, return_inverse=True)
    events, exposure = (
        np.bincount(own, weights=known[name].to_numpy(float)[passed], minlength=len(past)).astype(np.float64)
        for name in ("value", "members")
    )
    now = known[present].reset_index(drop=True)
    mine, theirs = partners(counted[present], past)
    seen, stood = np.zeros(len(now)), np.zeros(len(now))
    seen[mine], stood[mine] = events[theirs], exposure[theirs]
    group = np.unique(np.concatenate([kind[present], kind[passed][first]]), return_inverse=True)[1]
    return _predicted(now.assign(value_past=seen, members_past=stood), (events, exposure), group, settings)


def _predicted(
    now: pd.DataFrame, past: tuple[Numbers, Numbers], group: NDArray[np.int64], settings: Settings
) -> pd.DataFrame:
    """``now`` with observed, mean, size; ``past``: events and exposure of each count; ``group`` numbers committee and

    cell of the rows of ``now``, then those of ``past``.
    """
    groups = int(group.max()) + 1 if len(group) else 0
    mine, theirs = group[: len(now)], group[len(now) :]
    shape, exposure = fit_groups(*past, theirs, groups)
    observed = now["value"].to_numpy(float)
    size = shape[mine] + now["value_past"].to_numpy(float)
    rate = size / (exposure[mine] + now["members_past"].to_numpy(float))
    mean = rate * now["members"].to_numpy(float)
    mean = mean * cohort(observed, mean, settings.number("counts", "cohort_floor"), mine)
    return now.assign(observed=observed, mean=mean, size=size)


def _with_chance(tested: pd.DataFrame) -> pd.DataFrame:
    below, above = negative_binomial_tails(*(tested[name].to_numpy(float) for name in ("observed", "mean", "size")))
    return tested.assign(chance=np.minimum(1.0, 2 * np.minimum(below, above)))


def cohort(observed: Numbers, mean: Numbers, floor: float, group: NDArray[np.int64] | None = None) -> Numbers:
    """Observed over expected of all *other* organizations of the group, 1 where too little is expected.

    An organization's own figure is left out and the others are capped at four times what is expected of each plus
    four, so that one mistyped figure does not make everybody else's look small. Without ``group`` all are one.
    """
    of = np.zeros(len(observed), dtype=np.int64) if group is None else group
    capped = np.minimum(observed, 4 * mean + 4)
    others_seen = np.bincount(of, weights=capped)[of] - capped
    others_expected = np.bincount(of, weights=mean)[of] - mean
    weight = others_expected / (others_expected + floor)
    ratio = others_seen / np.maximum(others_expected, 1e-9)
    return np.asarray(weight * ratio + (1 - weight))


def _told(found: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    level = settings.number("counts", "range_level")
    low, high = negative_binomial_range(level, *(found[name].to_numpy(float) for name in ("mean", "size")))
    return found.assign(low=low.astype(np.int64), high=high.astype(np.int64), test=COUNT_OUTLIER)
