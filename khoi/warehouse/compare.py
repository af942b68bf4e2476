"""Comparing two periods: as reported, like for like, and what the change of the members is made of."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from khoi.warehouse.errors import WarehouseError

if TYPE_CHECKING:
    import duckdb
    import pandas as pd


@dataclass(frozen=True)
class Side:
    """One end of a comparison. ``value``: the figure in the measure's unit, percent for a ratio."""

    period: str
    value: float
    organizations_counted: int
    organizations_expected: int


@dataclass(frozen=True)
class Change:
    """From one value to another; ``percent`` of the earlier one, None where that is zero or for a ratio."""

    value_from: float
    value_to: float
    difference: float
    percent: float | None


@dataclass(frozen=True)
class Part:
    """One part of a change, in the measure's unit."""

    part: str
    group: str
    label_vi: str
    label_en: str
    value: float


@dataclass(frozen=True)
class Comparison:
    """One committee's measure at two periods. ``parts`` add up to ``as_reported.difference``; empty where the
    measure is not taken apart. ``like_for_like`` is None where it was not asked for or has no meaning."""

    committee: str
    measure: str
    label_vi: str
    label_en: str
    unit_vi: str | None
    unit_en: str | None
    side_from: Side
    side_to: Side
    as_reported: Change
    like_for_like: Change | None
    parts: tuple[Part, ...]


def compare(
    connection: duckdb.DuckDBPyConnection,
    measure: str,
    period_from: str,
    period_to: str,
    committee: str | None = None,
    like_for_like: bool = False,
) -> list[Comparison]:
    """One comparison per committee that has both periods, in the order of their codes.

    Raises WarehouseError for an unknown measure, period or committee and where no committee has figures at
    both periods.
    """
    ratio = _check_names(connection, measure, period_from, period_to, committee)
    if ratio:
        rows = _ratio_rows(connection, measure)
    else:
        rows = connection.execute("select * from rpt_year_comparisons where measure_code = ?", [measure]).df()
    rows = rows[(rows["period_from"] == period_from) & (rows["period_to"] == period_to)]
    if committee is not None:
        rows = rows[rows["committee_code"] == committee]
    if rows.empty:
        raise WarehouseError(
            f"{measure}: không cấp ủy nào có số liệu ở cả hai kỳ {period_from} và {period_to} "
            f"/ no committee has figures at both periods"
        )
    return [_comparison(connection, row, like_for_like) for _, row in rows.sort_values("committee_code").iterrows()]


def known_or_raise(connection: duckdb.DuckDBPyConnection, kind: str, table: str, column: str, value: str) -> None:
    """Raise WarehouseError with the nearest names where ``table`` has no ``value`` in ``column``."""
    known = [row[0] for row in connection.execute(f"select distinct {column} from {table} order by 1").fetchall()]
    if value not in known:
        near = ", ".join(difflib.get_close_matches(value, known, n=3, cutoff=0.4) or known[:5])
        raise WarehouseError(f"{value}: không có {kind} này; gần nhất là / no such {kind}; nearest: {near}")


def _check_names(
    connection: duckdb.DuckDBPyConnection,
    measure: str,
    period_from: str,
    period_to: str,
    committee: str | None,
) -> bool:
    """True where ``measure`` is a ratio."""
    known_or_raise(connection, "measure", "dim_measures", "measure_code", measure)
    for period in (period_from, period_to):
        known_or_raise(connection, "period", "dim_periods", "period_code", period)
    if committee is not None:
        known_or_raise(connection, "committee", "dim_committees", "committee_code", committee)
    ordered = connection.execute(
        "select period_code from dim_periods where period_code in (?, ?) order by period_end",
        [period_from, period_to],
    ).fetchall()
    if [period_from, period_to] != [row[0] for row in ordered]:
        raise WarehouseError(
            f"--from {period_from} phải trước --to {period_to} / the first period must be before the second"
        )
    found = connection.execute("select not is_additive from dim_measures where measure_code = ?", [measure])
    return bool(found.fetchall()[0][0])


def _ratio_rows(connection: duckdb.DuckDBPyConnection, measure: str) -> pd.DataFrame:
    """The comparisons of a ratio measure in the columns of ``rpt_year_comparisons``, in points."""
    rows = connection.execute(
        """
        select
            numerators.committee_code, measures.measure_code, numerators.period_from, numerators.period_to,
            measures.label_vi, measures.label_en, measures.unit_vi, measures.unit_en,
            100 * numerators.value_from / nullif(denominators.value_from, 0) as value_from,
            100 * numerators.value_to / nullif(denominators.value_to, 0) as value_to,
            null as percent,
            least(numerators.organizations_counted_from, denominators.organizations_counted_from)
                as organizations_counted_from,
            numerators.organizations_expected_from,
            least(numerators.organizations_counted_to, denominators.organizations_counted_to)
                as organizations_counted_to,
            numerators.organizations_expected_to,
            100 * numerators.like_for_like_from / nullif(denominators.like_for_like_from, 0)
                as like_for_like_from,
            100 * numerators.like_for_like_to / nullif(denominators.like_for_like_to, 0) as like_for_like_to,
            null as like_for_like_percent
        from dim_measures as measures
        inner join rpt_year_comparisons as numerators on measures.numerator_measure = numerators.measure_code
        inner join rpt_year_comparisons as denominators
            on measures.denominator_measure = denominators.measure_code
            and numerators.committee_code = denominators.committee_code
            and numerators.period_from = denominators.period_from
            and numerators.period_to = denominators.period_to
        where measures.measure_code = ?
        """,
        [measure],
    ).df()
    rows["difference"] = rows["value_to"] - rows["value_from"]
    rows["like_for_like_difference"] = rows["like_for_like_to"] - rows["like_for_like_from"]
    return rows


def _comparison(connection: duckdb.DuckDBPyConnection, row: pd.Series, like_for_like: bool) -> Comparison:
    perimeter = _change(row, "like_for_like_") if like_for_like else None
    return Comparison(
        committee=row["committee_code"],
        measure=row["measure_code"],
        label_vi=row["label_vi"],
        label_en=row["label_en"],
        unit_vi=_or_none(row["unit_vi"]),
        unit_en=_or_none(row["unit_en"]),
        side_from=_side(row, "from"),
        side_to=_side(row, "to"),
        as_reported=_require(_change(row, "")),
        like_for_like=perimeter,
        parts=_parts(connection, row),
    )


def _side(row: pd.Series, end: str) -> Side:
    return Side(
        row[f"period_{end}"],
        float(row[f"value_{end}"]),
        int(row[f"organizations_counted_{end}"]),
        int(row[f"organizations_expected_{end}"]),
    )


def _change(row: pd.Series, prefix: str) -> Change | None:
    names = ("like_for_like_from", "like_for_like_to") if prefix else ("value_from", "value_to")
    value_from, value_to = (_number(row[name]) for name in names)
    difference = _number(row[f"{prefix}difference"])
    if value_from is None or value_to is None or difference is None:
        return None
    return Change(value_from, value_to, difference, _number(row[f"{prefix}percent"]))


def _require(change: Change | None) -> Change:
    assert change is not None  # rpt_year_comparisons holds only pairs with both values
    return change


def _parts(connection: duckdb.DuckDBPyConnection, row: pd.Series) -> tuple[Part, ...]:
    rows = connection.execute(
        "select part_code, part_group, label_vi, label_en, value from rpt_change_parts "
        "where committee_code = ? and measure_code = ? and period_from = ? and period_to = ? "
        "order by sort_order",
        [row["committee_code"], row["measure_code"], row["period_from"], row["period_to"]],
    ).fetchall()
    return tuple(Part(*part) for part in rows)


def _number(value: object) -> float | None:
    return None if value is None or value != value else float(value)  # type: ignore[arg-type]


def _or_none(value: object) -> str | None:
    return None if value is None or value != value else str(value)
