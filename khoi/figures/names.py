"""Codes as people type them: in any case, and where there is none such, the ones that are near.

What is suggested stands in one language at a time: the Vietnamese sentence first, then the English one.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from khoi.warehouse.errors import WarehouseError

if TYPE_CHECKING:
    import duckdb

_KINDS = {
    "measure": "chỉ tiêu",
    "committee": "đảng bộ",
    "period": "kỳ",
    "figure": "số đã công bố",
    "state": "trạng thái",
    "organization": "tổ chức",
    "rule": "quy tắc",
    "province": "tỉnh",
}
_WHERE = {
    "measure": ("dim_measures", "measure_code"),
    "committee": ("dim_committees", "committee_code"),
    "period": ("dim_periods", "period_code"),
    "figure": ("rpt_published_figures", "figure_id"),
}
_MOST = 3


def measure_figure(measure: str, committee: str, period: str) -> str:
    """The name of a measure's figure, as `khoi trace` takes it."""
    return f"{measure}@{committee}@{period}"


def nearest(value: str, known: Iterable[str]) -> str:
    """The names nearest to ``value``, else the first ones; separated by commas."""
    names = list(known)
    lower = {name.lower(): name for name in reversed(names)}
    begun = sorted(name for name in names if name.lower().startswith(value.strip().lower()))[:_MOST]
    near = begun or difflib.get_close_matches(value.lower(), list(lower), n=_MOST, cutoff=0.4)
    return ", ".join([lower.get(name, name) for name in near] or names[:5]) or "–"


def chosen(kind: str, value: str, known: Iterable[str]) -> str:
    """The one of ``known`` that ``value`` is, in any case. Raises WarehouseError, with the nearest, where none is."""
    names = list(known)
    if value in names:
        return value
    alike = [name for name in names if name.lower() == value.strip().lower()]
    if len(alike) == 1:
        return alike[0]
    near = nearest(value, names)
    raise WarehouseError(
        f"{value}: không có {_KINDS.get(kind, kind)} này; gần nhất: {near}\n{value}: no such {kind}; nearest: {near}"
    )


def known_codes(connection: duckdb.DuckDBPyConnection, table: str, column: str, condition: str = "true") -> list[str]:
    """Every value of a column of codes, in order."""
    rows = connection.execute(
        f"select distinct {column} from {table} where {column} is not null and {condition} order by 1"
    ).fetchall()
    return [str(value) for (value,) in rows]


def codes_of(connection: duckdb.DuckDBPyConnection, kind: str) -> list[str]:
    """Every code of a kind (measure, committee, period, figure), in order."""
    return known_codes(connection, *_WHERE[kind])


def known_measure(connection: duckdb.DuckDBPyConnection, value: str) -> str:
    """The code of a measure. Raises WarehouseError where there is none such."""
    return chosen("measure", value, codes_of(connection, "measure"))


def known_committee(connection: duckdb.DuckDBPyConnection, value: str) -> str:
    """The code of a committee. Raises WarehouseError where there is none such."""
    return chosen("committee", value, codes_of(connection, "committee"))


def known_period(connection: duckdb.DuckDBPyConnection, value: str) -> str:
    """The code of a period. Raises WarehouseError where there is none such."""
    return chosen("period", value, codes_of(connection, "period"))
