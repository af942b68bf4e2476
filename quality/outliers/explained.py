"""A confirmed explanation silences the same question, as long as it stays true."""

from __future__ import annotations

import pandas as pd

KEYS = ["organization", "cell_code", "test"]


def without_explained(flags: pd.DataFrame, explanations: pd.DataFrame) -> pd.DataFrame:
    """The flags that no explanation covers.

    ``explanations``: one row per confirmed answer: organization, cell_code, test, low, high, valid_from, valid_to
    (period codes, valid_to nullable). It covers the same test of the same cell while the figure stays inside the
    range that was explained and the period inside its validity; otherwise the question is asked again.
    """
    if flags.empty or explanations.empty:
        return flags
    numbered = flags.reset_index(drop=True).assign(number=range(len(flags)))
    joined = numbered.merge(explanations, on=KEYS, suffixes=("", "_explained"))
    covered = joined[
        joined["observed"].between(joined["low_explained"], joined["high_explained"])
        & (joined["period"] >= joined["valid_from"])
        & (joined["valid_to"].isna() | (joined["period"] <= joined["valid_to"]))
    ]
    return flags[~numbered["number"].isin(covered["number"]).to_numpy()].reset_index(drop=True)
