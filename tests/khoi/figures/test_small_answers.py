"""What the questions of figures answer on a handful of rows: changes, known figures, names that are wrong."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import duckdb
import pytest

from khoi.figures.comparison import Change, change
from khoi.figures.followup import follow_up
from khoi.figures.known import known_figures
from khoi.figures.province import compare_province
from khoi.figures.trace import trace as trace_figure
from khoi.warehouse.errors import WarehouseError

_ROWS = """
create schema marts;
set schema = 'marts';
create table dim_committees as select * from (values ('AA', 'Tỉnh A')) t(committee_code, province);
create table dim_periods as select * from (values
    ('2022H1', date '2022-06-30'), ('2022H2', date '2022-12-31')
) t(period_code, period_end);
create table dim_measures as select * from (values
    ('members_total', 'Đảng viên', 'đảng viên', 'sum'), ('share', 'Tỷ lệ', '%', 'ratio')
) t(measure_code, label_vi, unit_vi, kind);
create table rpt_committee_measures as select * from (values
    ('AA', '2022H1', 'members_total', 222.0), ('AA', '2022H1', 'share', 12.5), ('AA', '2022H1', 'form.CELL', 1.0)
) t(committee_code, period_code, measure_code, value);
create table rpt_headline_bounds (committee_code varchar, period_code varchar, measure_code varchar, value double,
    low double, high double, movement_pct double, tolerance_pct double, queries bigint, questions bigint);
create table rpt_published_figures as select 'F1' as figure_id, null as measure_vi, 'x' as published_measure,
    'not_comparable' as status, null as reason_vi, 'no such data' as reason_en, null as committee_code,
    null as aggregate, null as measure_code, null as denominator_measure_code, null as warehouse_value,
    null as warehouse_denominator, null as warehouse_pct, null as published_value, null as published_pct;
alter table dim_measures add column numerator_measure varchar;
alter table dim_measures add column denominator_measure varchar;
"""


@pytest.fixture
def rows() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(_ROWS)
        yield connection


def test_a_change_is_told_in_the_unit_and_in_percent_of_the_earlier() -> None:
    assert change(80, 100) == Change(80, 100, 20, 25.0)
    assert change(100, 80) == Change(100, 80, -20, -20.0)
    assert change(0, 5).percent is None


def test_known_figures_are_the_named_measures_and_never_cells(rows: duckdb.DuckDBPyConnection) -> None:
    found = known_figures(rows, "AA", "2022H1")
    told = [(one.measure_code, one.value, one.is_share) for one in found]
    assert told == [("members_total", Decimal("222.0"), False), ("share", Decimal("12.5"), True)]


def test_where_the_warehouse_holds_nothing_that_is_said(rows: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(WarehouseError, match="AA 2022H2: kho chưa có số liệu"):
        known_figures(rows, "AA", "2022H2")


def test_a_wrong_name_is_told_before_anything_is_asked(rows: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(WarehouseError, match="members_totall"):
        compare_province(rows, "members_totall", "2022H1", "2022H2", "Tỉnh A")
    with pytest.raises(WarehouseError, match="ZZ"):
        follow_up(rows, "ZZ")
    with pytest.raises(WarehouseError, match="2050H1"):
        follow_up(rows, None, "2050H1")


def test_a_published_figure_that_cannot_be_computed_says_why_in_the_language_that_has_a_reason(
    rows: duckdb.DuckDBPyConnection,
) -> None:
    with pytest.raises(WarehouseError, match=r"^F1: not_comparable:  / no such data$"):
        trace_figure(rows, "F1")
