"""Which reporting periods each kind of report is about, what they are held against, and whose report it is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from khoi.figures.names import known_committee, known_period
from khoi.warehouse.errors import WarehouseError

if TYPE_CHECKING:
    import duckdb

KINDS = {
    "half-year": ("H1", "H2"),
    "annual": ("Y",),
    "mid-term": ("H1", "H2", "HALF_TERM", "TERM"),
}
_SUBJECT = """
    select any_value(committees.name_vi), any_value(committees.province), any_value(periods.period_end)
    from dim_periods as periods, dim_committees as committees
    where committees.committee_code = $committee and periods.period_code = $period
        and committees.valid_from <= periods.period_end
        and coalesce(committees.valid_to, date '9999-12-31') >= periods.period_end
"""
_REPORTED = "select 1 from rpt_committee_measures where committee_code = ? and period_code = ? limit 1"
_COMPONENTS = """
    select component_period_code from bridge_period_components
    where committee_code = ? and period_code = ? order by position
"""
_BETWEEN = """
    select period_code from dim_periods
    where period_kind in ('H1', 'H2')
        and period_start >= (select period_start from dim_periods where period_code = ?)
        and period_end <= (select period_end from dim_periods where period_code = ?)
    order by period_end
"""
_YEAR_BEFORE = """
    select asked.period_end, any_value(earlier.period_code)
    from dim_periods as asked
    left join dim_periods as earlier
        on asked.period_kind = earlier.period_kind and earlier.period_end = asked.period_end - interval 1 year
    where asked.period_code = $period
    group by all
"""


@dataclass(frozen=True)
class Span:
    """The reporting periods of a report in their order, those it is held against, and how both are called.

    ``levels_only``: what it is held against is a level at the beginning, so flows have nothing beside them.
    """

    name: str
    label: str
    periods: tuple[str, ...]
    before: tuple[str, ...]
    value_title: str
    before_title: str
    levels_only: bool = False


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


def report_span(
    connection: duckdb.DuckDBPyConnection, kind: str, committee: str, period: str, begin: str | None = None
) -> Span:
    """The periods of the report. Raises WarehouseError where the period is none of this kind or one is missing."""
    period = known_period(connection, period)
    sort, label, previous = _described(connection, period)
    if sort not in KINDS[kind]:
        raise WarehouseError(f"{period}: không phải kỳ của báo cáo {kind}\n{period}: no period of a report {kind}")
    if (begin is not None) != (kind == "mid-term" and sort in ("H1", "H2")):
        raise WarehouseError(
            "--from chỉ dùng, và phải có, khi báo cáo mid-term kết thúc ở một kỳ sáu tháng\n"
            "--from goes with a mid-term report that ends with a half-year, and has to be there"
        )
    if begin is not None:
        return _from_to(connection, committee, known_period(connection, begin), period)
    periods = _parts(connection, committee, period)
    if kind == "mid-term":
        return _of_levels(connection, period, label, periods)
    before = _parts(connection, committee, previous) if previous else ()
    before_label = _described(connection, previous)[1] if previous else "Kỳ trước"
    return Span(period, label, periods or (period,), before, _title(label), _title(before_label))


def table_span(connection: duckdb.DuckDBPyConnection, committee: str, period: str) -> tuple[Span, str, dt.date]:
    """The periods of the statutory tables beside the same period of the year before, the period's kind, its last day.

    Raises WarehouseError where the period is neither a half-year nor a year, or is not there.
    """
    period = known_period(connection, period)
    sort, label, _ = _described(connection, period)
    if sort not in ("H1", "H2", "Y"):
        raise WarehouseError(
            f"{period}: biểu gửi theo sáu tháng hoặc năm\n{period}: tables are due by half-year or year"
        )
    (row,) = connection.execute(_YEAR_BEFORE, {"period": period}).fetchall()
    day, earlier = row
    periods = _parts(connection, committee, period) or (period,)
    before = _parts(connection, committee, earlier) if earlier else ()
    return Span(period, label, periods, before, "Kỳ này", "Cùng kỳ năm trước"), sort, day


def report_subject(connection: duckdb.DuckDBPyConnection, committee: str, span: Span) -> Subject:
    """Whose report it is. Raises WarehouseError where the committee was not there at the end."""
    last = span.periods[-1]
    (row,) = connection.execute(_SUBJECT, {"committee": committee, "period": last}).fetchall()
    name, province, end = row
    if name is None:
        raise WarehouseError(
            f"{committee} {last}: đảng bộ chưa lập hoặc đã kết thúc trong kỳ này\n"
            f"{committee} {last}: the committee was not there in this period"
        )
    (queries,) = connection.execute(
        "select count(distinct query_id) from rpt_follow_up "
        "where committee_code = ? and period_code in (select unnest(?))",
        [committee, list(span.periods)],
    ).fetchall()
    return Subject(committee, span.name, name, province or "", span.label, end.year, queries[0])


def report_committee(connection: duckdb.DuckDBPyConnection, committee: str) -> str:
    """The committee's code, taken in any case."""
    return known_committee(connection, committee)


def _described(connection: duckdb.DuckDBPyConnection, period: str) -> tuple[str, str, str | None]:
    (row,) = connection.execute(
        "select period_kind, label_vi, previous_period_code from dim_periods where period_code = ?", [period]
    ).fetchall()
    return row


def _parts(connection: duckdb.DuckDBPyConnection, committee: str, period: str) -> tuple[str, ...]:
    """The period itself where the committee reported it, else the periods that make it up without a gap, else none."""
    if connection.execute(_REPORTED, [committee, period]).fetchone():
        return (period,)
    rows = connection.execute(_COMPONENTS, [committee, period]).fetchall()
    parts = tuple(code for (code,) in rows)
    return parts if all(connection.execute(_REPORTED, [committee, part]).fetchone() for part in parts) else ()


def _from_to(connection: duckdb.DuckDBPyConnection, committee: str, begin: str, end: str) -> Span:
    periods = tuple(code for (code,) in connection.execute(_BETWEEN, [begin, end]).fetchall())
    missing = [code for code in periods if not connection.execute(_REPORTED, [committee, code]).fetchone()]
    if missing or not periods:
        told = ", ".join(missing) or f"{begin} > {end}"
        raise WarehouseError(
            f"{committee}: kho chưa có số liệu của {told}\n{committee}: the warehouse holds nothing for {told}"
        )
    first, last = (_described(connection, code)[1] for code in (periods[0], periods[-1]))
    return _of_levels(connection, f"{periods[0]}-{periods[-1]}", f"từ {first} đến {last}", periods)


def _of_levels(connection: duckdb.DuckDBPyConnection, name: str, label: str, periods: tuple[str, ...]) -> Span:
    if not periods:
        return Span(name, label, (name,), (), "Lũy kế, cuối kỳ", "Kỳ đầu", levels_only=True)
    first = _described(connection, periods[0])[1]
    return Span(name, label, periods, periods[:1], "Lũy kế, cuối kỳ", f"Cuối {first}", levels_only=True)


def _title(label: str) -> str:
    return label[:1].upper() + label[1:]
