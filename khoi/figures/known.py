"""The figures of one committee and period with the words that name them: what a report in prose is held against."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from khoi.figures.names import known_committee, known_period
from khoi.warehouse.errors import WarehouseError

if TYPE_CHECKING:
    import duckdb

    from quality.prose import KnownFigure, ReportPeriod


def known_figures(connection: duckdb.DuckDBPyConnection, committee: str, period: str) -> list[KnownFigure]:
    """One per named measure that has a value for the committee and period. Raises WarehouseError where none has."""
    from quality.prose import KnownFigure

    committee, period = known_committee(connection, committee), known_period(connection, period)
    rows = connection.execute(
        """
        select headlines.measure_code, measures.label_vi, measures.unit_vi, headlines.value, measures.kind = 'ratio'
        from rpt_committee_measures as headlines
        inner join dim_measures as measures using (measure_code)
        where headlines.committee_code = $committee and headlines.period_code = $period and headlines.value is not null
            and headlines.measure_code not like '%.%'
        order by headlines.measure_code
        """,
        {"committee": committee, "period": period},
    ).fetchall()
    if not rows:
        raise WarehouseError(
            f"{committee} {period}: kho chưa có số liệu của đảng bộ và kỳ này / "
            "the warehouse holds nothing for this committee and period"
        )
    return [
        KnownFigure(code, label, unit or "", Decimal(str(value)), is_share=bool(is_ratio))
        for code, label, unit, value, is_ratio in rows
    ]


def period_days(connection: duckdb.DuckDBPyConnection, period: str) -> ReportPeriod:
    """The days of a declared period. Raises WarehouseError for an unknown one."""
    from quality.prose import ReportPeriod

    (found,) = connection.execute(
        "select period_start, period_end from dim_periods where period_code = ?", [known_period(connection, period)]
    ).fetchall()
    return ReportPeriod(start=found[0], end=found[1])
