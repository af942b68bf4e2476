"""Restating figures: what the organizations of one period come to on the tree of another day.

A merger adds, a split shares by the declared key, what was handed over leaves and what was received had not yet
entered. The steps and their shares stand in ``bridge_reorganisation_shares``; `restate.sql` walks them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_SQL = Path(__file__).with_name("restate.sql")
OUTSIDE = "outside"
"""The organization code of what lies beyond the committee on the wanted day."""


def restated(connection: duckdb.DuckDBPyConnection, figures: Sequence[tuple[str, str]], as_of: dt.date) -> pd.DataFrame:
    """Additive ``figures`` (measure, reporting period) on the organizations as of the end of ``as_of``.

    One row per committee_code, period_code, measure_code and organization_code, with value in the measure's unit,
    not rounded to whole members where a split shares. `OUTSIDE` holds what is no part of that day's committee. An
    organization that was dissolved without a successor, or founded later, keeps its own figures.
    """
    asked = sorted(set(figures))
    parameters = {
        "measures": [measure for measure, _ in asked],
        "periods": [period for _, period in asked],
        "as_of": as_of.isoformat(),
    }
    return connection.execute(_SQL.read_text(encoding="utf-8"), parameters).df()
