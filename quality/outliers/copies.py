"""Returns that look copied or invented. Questions, never accusations.

Input, one row per organization, period and cell: committee, organization, period, cell_code, value (nullable),
previous (nullable). Small figures repeat by nature and say nothing: only figures of 2 and more are compared, and
figures that hardly anybody else has weigh as much as any other.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quality.catalogue.schema_checks import COPIED_NEIGHBOUR, COPIED_PERIOD, COPIED_SHEET, HEAPS
from quality.outliers.keyed import numbered, partners, tallied
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
    asked_about = [one for one in (whole, single, pairs, heaps(mine, settings)) if len(one)]
    if not asked_about:
        return pd.DataFrame(columns=QUESTIONS)
    found = pd.concat(asked_about, ignore_index=True)
    return found.sort_values(["period", "organization", "test", "form"]).reset_index(drop=True)[QUESTIONS]


def _of(figures: pd.DataFrame, asked: Collection[str] | None) -> pd.DataFrame:
    return figures if asked is None else figures[_is_of(figures, asked)]


def _is_of(figures: pd.DataFrame, asked: Collection[str] | None) -> NDArray[np.bool_]:
    if asked is None:
        return np.ones(len(figures), dtype=bool)
    return figures["organization"].isin(asked).to_numpy()


def copied_period(figures: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Organizations nearly all of whose telling figures are those of the last period."""
    totals = _repeated(figures, ["committee", "organization", "period"])
    return _asked(_enough(totals, settings).assign(other=None), COPIED_PERIOD)


def copied_sheet(figures: pd.DataFrame, whole: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Sheets whose telling figures are nearly all those of the last period, of returns that are not as a whole."""
    totals = _repeated(figures, ["committee", "organization", "period", "form"])
    found = _enough(totals, settings, "sheets")
    if len(found) and len(whole):
        asked = pd.MultiIndex.from_frame(whole[["organization", "period"]])
        found = found[~pd.MultiIndex.from_frame(found[["organization", "period"]]).isin(asked)]
    return _asked(found.assign(other=None), COPIED_SHEET)


def _repeated(figures: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """By ``keys`` how many telling figures there are (compared) and how many of them are last period's (same)."""
    now, then = (figures[name].to_numpy(float) for name in ("value", "previous"))
    telling = np.maximum(now, then) >= TELLING  # not where one of them is missing
    return tallied(figures[telling], keys, now[telling] == then[telling])


def copied_neighbour(figures: pd.DataFrame, settings: Settings, asked: Collection[str] | None = None) -> pd.DataFrame:
    """Pairs of organizations of one committee with nearly the same return; both are asked, or those of ``asked``."""
    known = figures.loc[figures["value"] >= TELLING, ["committee", "period", "cell_code", "organization", "value"]]
    keys = ["committee", "period", "organization"]
    said, value = numbered(known, ["committee", "period", "cell_code", "value"]), numbered(known, ["value"])
    whose, returned = numbered(known, ["organization"]), numbered(known, keys)
    mine = np.flatnonzero(_is_of(known, asked))
    first, other = partners(said[mine], said)
    own = mine[first]
    elsewhere = whose[own] != whose[other]
    own, other = own[elsewhere], other[elsewhere]
    pairs = pd.DataFrame({"return": returned[own], "other": whose[other], "value": value[own]})
    pair = numbered(pairs, ["return", "other"])
    _, row, group, same = np.unique(pair, return_index=True, return_inverse=True, return_counts=True)
    # A cell of ten members says 10 in a dozen places: few different numbers agree by chance.
    at = np.unique(numbered(pairs, ["return", "other", "value"]), return_index=True)[1]
    distinct = np.bincount(group[at], minlength=len(row))
    compared = np.bincount(returned[mine], minlength=1)[returned[own[row]]]
    totals = known[keys].take(own[row]).assign(same=same, compared=compared)
    totals["other"] = known["organization"].take(other[row]).to_numpy()
    return _asked(_enough(totals[distinct >= settings.number("copies", "least_distinct")], settings), COPIED_NEIGHBOUR)


def heaps(figures: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Organizations whose larger figures end in 0 or 5 far more often than a fifth of the time."""
    known = figures[figures["value"] >= ROUND_FROM]
    totals = tallied(known, ["committee", "organization", "period"], known["value"].to_numpy(float) % 5 == 0)
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
    if totals.empty:
        return pd.DataFrame(columns=QUESTIONS)
    return totals.assign(test=test).reindex(columns=QUESTIONS)
