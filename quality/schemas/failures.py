"""From pandera's failure cases to failing rows: each row once per check, however many columns took part."""

from __future__ import annotations

import pandas as pd
import pandera.errors
import pandera.pandas as pa


def failing_rows(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> pd.DataFrame:
    """One row per check and row of ``frame`` that fails it, sorted: columns check (its name) and row (index label).

    Every check runs over the whole frame and all failures are returned. Raises SchemaError where the frame
    lacks a column: that is a fault of the caller, not of the data.
    """
    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        cases = error.failure_cases
        structural = cases[cases["index"].isna()]
        if len(structural):
            raise ValueError(f"the frame does not fit its schema: {structural.to_dict('records')}") from error
        rows = pd.DataFrame({"check": cases["check"].astype(str), "row": cases["index"]})
        return rows.drop_duplicates().sort_values(["check", "row"], ignore_index=True)
    return pd.DataFrame({"check": pd.Series(dtype="str"), "row": pd.Series(dtype="int64")})
