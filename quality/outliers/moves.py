"""Figures that hardly change from one period to the next, beside the organization's own figure of the period before.

A digit too many or too few in a figure that no rule adds up breaks nothing. Belongs here: one figure and the one before
it. Does not belong here: counts of events, whose past is a distribution (`quality.outliers.counts`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from quality.catalogue.schema_checks import MOVED_LEVEL
from quality.outliers.counts import FLAGS
from quality.outliers.settings import Settings, load_settings


def moved_flags(figures: pd.DataFrame, test: str, settings: Settings | None = None) -> pd.DataFrame:
    """One row per figure that is many times the one before, or a small part of it (columns FLAGS).

    ``figures``: committee, organization, form, cell_code, period, value, previous, members, previous_members. ``test``
    names the settings: cells, ``factor``, ``least`` (what the larger of both must be), ``zero`` (whether none at all
    is asked about as well) and ``falls`` (only what became less is). An organization that grew or shrank itself is held
    against what its members let expect too.
    """
    settings = settings or load_settings()
    known = figures[figures["cell_code"].isin(settings.cells(test, figures["cell_code"].unique()))]
    known = known.dropna(subset=["value", "previous", "members", "previous_members"])
    known = known[known["previous_members"] > 0]
    if not settings.number(test, "zero"):
        known = known[(known["value"] > 0) & (known["previous"] > 0)]
    if settings.values[test].get("falls"):
        known = known[known["value"] < known["previous"]]
    now, before = known["value"].to_numpy(float), known["previous"].to_numpy(float)
    likely = before * (known["members"] / known["previous_members"]).to_numpy(float)
    moved = np.minimum(_times(now, before), _times(now, likely)) >= settings.number(test, "factor")
    found = known[moved & (np.maximum(now, before) >= settings.number(test, "least"))]
    told = found.assign(observed=found["value"], chance=np.nan, test=MOVED_LEVEL)
    told = told.assign(**dict.fromkeys(("mean", "low", "high"), found["previous"]))
    return told.sort_values(["period", "organization", "cell_code"])[FLAGS].reset_index(drop=True)


def _times(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """How many times the smaller the larger is; of figures near zero it says little."""
    return (np.maximum(one, other) + 0.5) / (np.minimum(one, other) + 0.5)
