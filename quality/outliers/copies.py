"""Returns that look copied or invented. Questions, never accusations.

Input, one row per organization, period and cell: committee, organization, period, cell_code, value (nullable),
previous (nullable). Small figures repeat by nature and say nothing: only figures of 2 and more are compared, and
figures that hardly anybody else has weigh as much as any other.
"""

from __future__ import annotations

import pandas as pd

from quality.catalogue.schema_checks import COPIED_NEIGHBOUR, COPIED_PERIOD, HEAPS
from quality.outliers.settings import Settings, load_settings

QUESTIONS = ["committee", "organization", "period", "test", "same", "compared", "other"]
TELLING = 2
ROUND_FROM = 20


def copy_questions(
    figures: pd.DataFrame, settings: Settings | None = None, flows: pd.DataFrame | None = None
) -> pd.DataFrame:
    """One row per organization and period that is asked (columns QUESTIONS), in order of organization.

    ``flows``: the figures that do not repeat from period to period by nature; all unless given.
    """
    settings = settings or load_settings()
    found = pd.concat(
        [
            copied_period(figures if flows is None else flows, settings),
            copied_neighbour(figures, settings),
            heaps(figures, settings),
        ],
        ignore_index=True,
    )
    return found.sort_values(["period", "organization", "test"]).reset_index(drop=True)[QUESTIONS]


def copied_period(figures: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Organizations nearly all of whose telling figures are those of the last period."""
    known = figures.dropna(subset=["value", "previous"])
    known = known[known[["value", "previous"]].max(axis=1) >= TELLING]
    known = known.assign(same=known["value"] == known["previous"])
    keys = ["committee", "organization", "period"]
    totals = known.groupby(keys, as_index=False)["same"].agg(same="sum", compared="size")
    return _asked(_enough(totals, settings).assign(other=None), COPIED_PERIOD)


def copied_neighbour(figures: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Pairs of organizations of one committee with nearly the same return; both are asked."""
    known = figures.dropna(subset=["value"])
    known = known[known["value"] >= TELLING][["committee", "period", "cell_code", "organization", "value"]]
    if known["organization"].nunique() < 2:
        return pd.DataFrame(columns=QUESTIONS)
    shared = known.merge(known, on=["committee", "period", "cell_code", "value"], suffixes=("", "_other"))
    shared = shared[shared["organization"] != shared["organization_other"]]
    keys = ["committee", "period", "organization"]
    pairs = shared.groupby([*keys, "organization_other"], as_index=False)["value"].agg(same="size", distinct="nunique")
    # A cell of ten members says 10 in a dozen places: few different numbers agree by chance.
    pairs = pairs[pairs["distinct"] >= settings.number("copies", "least_distinct")]
    filled = known.groupby(keys, as_index=False).size().rename(columns={"size": "compared"})
    totals = pairs.merge(filled, on=keys).rename(columns={"organization_other": "other"})
    return _asked(_enough(totals, settings), COPIED_NEIGHBOUR)


def heaps(figures: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Organizations whose larger figures end in 0 or 5 far more often than a fifth of the time."""
    known = figures.dropna(subset=["value"])
    known = known[known["value"] >= ROUND_FROM]
    known = known.assign(same=known["value"] % 5 == 0)
    keys = ["committee", "organization", "period"]
    totals = known.groupby(keys, as_index=False)["same"].agg(same="sum", compared="size")
    copies = settings.values["copies"]
    found = totals[
        (totals["compared"] >= copies["heap_least"]) & (totals["same"] >= copies["heap_share"] * totals["compared"])
    ]
    if len(found):
        from scipy import stats  # half a second to import, for which there is seldom a reason

        chance = stats.binom.sf(found["same"] - 1, found["compared"], 0.2)
        found = found[chance <= float(copies["heap_chance"])]
    return _asked(found.assign(other=None), HEAPS)


def _enough(totals: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    copies = settings.values["copies"]
    return totals[
        (totals["compared"] >= copies["least_filled"]) & (totals["same"] >= copies["same_share"] * totals["compared"])
    ]


def _asked(totals: pd.DataFrame, test: str) -> pd.DataFrame:
    return totals.assign(test=test).reindex(columns=QUESTIONS)
