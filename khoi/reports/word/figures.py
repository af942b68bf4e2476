"""The figures of one committee and period, with what they count."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from khoi.figures.names import known_committee, known_period
from khoi.reports.word.rounding import rounded
from khoi.warehouse.errors import WarehouseError

if TYPE_CHECKING:
    import duckdb

_FIGURES = """
    select headlines.measure_code, headlines.label_vi, headlines.unit_vi, headlines.value, headlines.previous_value,
        headlines.organizations_counted, headlines.organizations_expected
    from rpt_headlines as headlines
    inner join dim_measures as measures using (measure_code)
    where headlines.committee_code = $committee and headlines.period_code = $period and headlines.value is not null
        and headlines.measure_code not like '%.%' and measures.kind != 'ratio'
    order by headlines.measure_code
"""
_SUBJECT = """
    select any_value(committees.name_vi), any_value(committees.province),
        any_value(periods.label_vi), any_value(periods.period_end)
    from dim_periods as periods, dim_committees as committees
    where committees.committee_code = $committee and periods.period_code = $period
        and committees.valid_from <= periods.period_end
        and coalesce(committees.valid_to, date '9999-12-31') >= periods.period_end
"""


@dataclass(frozen=True)
class Figure:
    """A figure as it is printed; ``counted`` of the ``expected`` organizations are in it."""

    measure: str
    label: str
    unit: str
    value: Decimal
    before: Decimal | None
    counted: int
    expected: int


@dataclass(frozen=True)
class Subject:
    """What the report is about: codes, names and the last day of the period."""

    committee: str
    period: str
    name: str
    province: str
    period_label: str
    year: int
    open_queries: int


def report_figures(connection: duckdb.DuckDBPyConnection, committee: str, period: str) -> dict[str, Figure]:
    """By measure the committee's figures. Raises WarehouseError where there are none."""
    rows = connection.execute(_FIGURES, {"committee": committee, "period": period}).fetchall()
    if not rows:
        raise WarehouseError(
            f"{committee} {period}: kho chưa có số liệu của đảng bộ và kỳ này\n"
            f"{committee} {period}: the warehouse holds nothing for this committee and period"
        )
    return {
        code: Figure(
            code, label, unit or "", rounded(value), None if before is None else rounded(before), counted, expected
        )
        for code, label, unit, value, before, counted, expected in rows
    }


def report_subject(connection: duckdb.DuckDBPyConnection, committee: str, period: str) -> Subject:
    """Whose report it is, codes taken in any case. Raises WarehouseError for unknown ones."""
    code, during = known_committee(connection, committee), known_period(connection, period)
    (row,) = connection.execute(_SUBJECT, {"committee": code, "period": during}).fetchall()
    name, province, label, end = row
    if name is None:
        raise WarehouseError(
            f"{code} {during}: đảng bộ chưa lập hoặc đã kết thúc trong kỳ này\n"
            f"{code} {during}: the committee was not there in this period"
        )
    (queries,) = connection.execute(
        "select count(distinct query_id) from rpt_follow_up where committee_code = ? and period_code = ?",
        [code, during],
    ).fetchall()
    return Subject(code, during, name, province or "", label, end.year, queries[0])
