"""Committees on the console: by the name that people know, with the code that commands take."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import pandas as pd


def committee_names(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Code → ``name (code)``, of the last name a committee had."""
    rows = connection.execute(
        "select committee_code, arg_max(name_vi, valid_from) from marts.dim_committees group by all"
    ).fetchall()
    return {code: f"{name} ({code})" if name else str(code) for code, name in rows}


def named_once(frame: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """``frame`` with a column ``committee``: the name on the first of a committee's rows, nothing on those below."""
    codes = frame["committee_code"]
    is_first = codes.ne(codes.shift())
    told = [names.get(str(code), str(code)) if first else "" for code, first in zip(codes, is_first, strict=True)]
    return frame.assign(committee=told)
