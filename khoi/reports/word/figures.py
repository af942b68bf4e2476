"""The figures of one committee over the periods of its report, with what they count."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from khoi.reports.word.rounding import rounded_sum
from khoi.warehouse.errors import WarehouseError

if TYPE_CHECKING:
    import duckdb

    from khoi.reports.word.spans import Span

_FIGURES = """
    select headlines.measure_code, headlines.label_vi, headlines.unit_vi, headlines.aggregation, headlines.period_code,
        headlines.value, headlines.organizations_counted, headlines.organizations_expected
    from rpt_committee_measures as headlines
    inner join dim_measures as measures using (measure_code)
    inner join dim_periods as periods using (period_code)
    where headlines.committee_code = $committee and headlines.period_code in (select unnest($periods))
        and headlines.value is not null and headlines.measure_code not like '%.%' and measures.kind != 'ratio'
    order by headlines.measure_code, periods.period_end
"""
_Row = tuple[str, str, str | None, str, str, float, int, int]


@dataclass(frozen=True)
class Figure:
    """A figure as it is printed: a flow summed over ``periods``, a stock of the one period.

    ``counted`` of the ``expected`` reports of these periods are in it; ``before`` is what it is held against.
    """

    measure: str
    label: str
    unit: str
    value: Decimal
    before: Decimal | None
    counted: int
    expected: int
    periods: tuple[str, ...]
    is_flow: bool = False


def report_figures(
    connection: duckdb.DuckDBPyConnection, committee: str, span: Span, opening: str
) -> dict[str, Figure]:
    """By measure the committee's figures over the span; of ``opening``, a level at the beginning, the first period's.

    Raises WarehouseError where there are none.
    """
    figures = _figures(connection, committee, span.periods, opening)
    if not figures:
        raise WarehouseError(
            f"{committee} {span.name}: kho chưa có số liệu của đảng bộ và kỳ này\n"
            f"{committee} {span.name}: the warehouse holds nothing for this committee and period"
        )
    before = _figures(connection, committee, span.before, opening) if span.before else {}
    return {
        code: replace(one, before=before[code].value)
        if code in before and not (one.is_flow and span.levels_only)
        else one
        for code, one in figures.items()
    }


def _figures(
    connection: duckdb.DuckDBPyConnection, committee: str, periods: tuple[str, ...], opening: str
) -> dict[str, Figure]:
    rows = connection.execute(_FIGURES, {"committee": committee, "periods": list(periods)}).fetchall()
    found = (
        _figure(list(group), periods[0] if code == opening else periods[-1])
        for code, group in groupby(rows, key=lambda row: row[0])
    )
    return {one.measure: one for one in found if one is not None}


def _figure(rows: list[_Row], level: str) -> Figure | None:
    """A flow is the sum of the periods that asked for it; a stock that of the period ``level``, else nothing."""
    code, label, unit, aggregation = rows[0][:4]
    is_flow = aggregation == "flow"
    taken = rows if is_flow else [row for row in rows if row[4] == level]
    if not taken:
        return None
    value = rounded_sum(row[5] for row in taken)
    counted, expected = sum(row[6] for row in taken), sum(row[7] for row in taken)
    return Figure(code, label, unit or "", value, None, counted, expected, tuple(row[4] for row in taken), is_flow)
