"""Returns that look copied or invented. Questions, never accusations.

Input, one row per organization, period and cell: committee, organization, period, cell_code, value (nullable),
previous (nullable). Small figures repeat by nature and say nothing: only figures of 2 and more are compared, and
figures that hardly anybody else has weigh as much as any other.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from quality.catalogue.schema_checks import COPIED_NEIGHBOUR, COPIED_PERIOD, COPIED_SHEET, HEAPS
from quality.outliers.laws import binomial_at_least
from quality.outliers.settings import Settings, load_settings

QUESTIONS = ["committee", "organization", "period", "test", "same", "compared", "other", "form"]
TELLING = 2
ROUND_FROM = 20


def copy_questions(
    figures: pd.DataFrame,
    settings: Settings | None = None,
    flows: pd.DataFrame | None = None,
    sheets: pd.DataFrame | None = None,
    asked: Collection[str] | None = None,
) -> pd.DataFrame:
    """One row per organization, period and test that is asked, and form where it is a sheet (columns QUESTIONS).

    ``flows``: the figures that do not repeat from period to period by nature; all unless given. ``sheets``: those of
    them, with their form, of which a sheet may be last period's by itself; none unless given. ``asked``: the
    organizations that are asked, beside all others; all unless given.
    """
    settings = settings or load_settings()
    mine = _of(figures, asked)
    whole = copied_period(mine if flows is None else _of(flows, asked), settings)
    single = copied_sheet(figures.iloc[:0].assign(form=None) if sheets is None else _of(sheets, asked), whole, settings)
    pairs = copied_neighbour(figures, settings, asked)
    found = pd.concat([whole, single, pairs, heaps(mine, settings)], ignore_index=True)
    return found.sort_values(["period", "organization", "test", "form"]).reset_index(drop=True)[QUESTIONS]


def _of(figures: pd.DataFrame, asked: Collection[str] | None) -> pd.DataFrame:
    return figures if asked is None else figures[figures["organization"].isin(asked)]


def copied_period(figures: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Organizations nearly all of whose telling figures are those of the last period."""
    totals = _repeated(figures, ["committee", "organization", "period"])
    return _asked(_enough(totals, settings).assign(other=None), COPIED_PERIOD)


def copied_sheet(figures: pd.DataFrame, whole: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Sheets whose telling figures are nearly all those of the last period, of returns that are not as a whole."""
    totals = _repeated(figures, ["committee", "organization", "period", "form"])
    asked = pd.MultiIndex.from_frame(whole[["organization", "period"]])
    totals = totals[~pd.MultiIndex.from_frame(totals[["organization", "period"]]).isin(asked)]
    return _asked(_enough(totals, settings, "sheets").assign(other=None), COPIED_SHEET)


def _repeated(figures: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """By ``keys`` how many telling figures there are (compared) and how many of them are last period's (same)."""
    known = figures.dropna(subset=["value", "previous"])
    known = known[known[["value", "previous"]].max(axis=1) >= TELLING]
    known = known.assign(same=known["value"] == known["previous"])
    return known.groupby(keys, as_index=False)["same"].agg(same="sum", compared="size")


def copied_neighbour(figures: pd.DataFrame, settings: Settings, asked: Collection[str] | None = None) -> pd.DataFrame:
    """Pairs of organizations of one committee with nearly the same return; both are asked, or those of ``asked``."""
    known = figures.dropna(subset=["value"])
    known = known[known["value"] >= TELLING][["committee", "period", "cell_code", "organization", "value"]]
    if known["organization"].nunique() < 2:
        return pd.DataFrame(columns=QUESTIONS)
    mine = _of(known, asked)
    shared = mine.merge(known, on=["committee", "period", "cell_code", "value"], suffixes=("", "_other"))
    shared = shared[shared["organization"] != shared["organization_other"]]
    keys = ["committee", "period", "organization"]
    pairs = shared.groupby([*keys, "organization_other"], as_index=False)["value"].agg(same="size", distinct="nunique")
    # A cell of ten members says 10 in a dozen places: few different numbers agree by chance.
    pairs = pairs[pairs["distinct"] >= settings.number("copies", "least_distinct")]
    filled = mine.groupby(keys, as_index=False).size().rename(columns={"size": "compared"})
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
        chance = binomial_at_least(found["same"].to_numpy(), found["compared"].to_numpy(), 0.2)
        found = found[chance <= float(copies["heap_chance"])]
    return _asked(found.assign(other=None), HEAPS)


def _enough(totals: pd.DataFrame, settings: Settings, test: str = "copies") -> pd.DataFrame:
    most, least = settings.number(test, "same_share"), settings.number(test, "least_filled")
    return totals[(totals["compared"] >= least) & (totals["same"] >= most * totals["compared"])]


def _asked(totals: pd.DataFrame, test: str) -> pd.DataFrame:
    return totals.assign(test=test).reindex(columns=QUESTIONS)
