"""The ratios of an organization are made of the few measures that they are ratios of, in little memory."""

from __future__ import annotations

from pathlib import Path

import duckdb
import jinja2

from khoi.deployment.product import DBT_PROJECT

MODEL = (DBT_PROJECT / "models" / "marts" / "facts" / "fct_measure_values.sql").read_text("utf-8")
TOUCHED = "committee_code in (select committee_code from touched) and (committee_code, period_code) in (from touched)"
TABLES = """
    create table touched as select 'C2' as committee_code, '2025H2' as period_code;
    create table int_measures_described as
        select 'm' || n as measure_code, true as is_additive, 'cells' as source, null as numerator_measure,
            null as denominator_measure from range(440) as t(n)
        union all select 'share', false, 'cells', 'm1', 'm2';
    create table int_measure_terms_unioned as
        select 'm' || n as measure_code, 'c' || n as cell_code, 1 as coefficient from range(440) as t(n);
    create table fct_observations as
        select 'C' || (o // 86) as committee_code, 'O' || o as organization_code, o as organization_key,
            '2025H2' as period_code, 'c' || n as cell_code, n::double as value, n::double as submitted_value,
            'value' as state
        from range(860) as t(o), range(440) as u(n);
    create view int_cell_values_unioned as
        select * from fct_observations
        where {touched} and cell_code in (select cell_code from int_measure_terms_unioned);
"""
"""Ten committees of 86 organizations, of which one was touched; 440 measures and one ratio."""


def test_a_late_workbook_does_not_hold_every_measure_against_every_other(tmp_path: Path) -> None:
    """Once 16 million pairs of one committee took 3.8 GB, to be asked afterwards which of them are ratios."""
    sql = jinja2.Template(MODEL).render(
        ref=lambda name: name, is_touched=lambda: TOUCHED, exact_sum=lambda value: f"sum({value})"
    )
    with duckdb.connect(str(tmp_path / "rows.duckdb")) as connection:
        connection.execute(TABLES.format(touched=TOUCHED))
        connection.execute("set threads = 1; set memory_limit = '150MB'; set max_temp_directory_size = '0MB'")
        counted = connection.execute(
            f"select count(*), count(*) filter (measure_code = 'share'), max(value) filter (numerator is not null) "
            f"from ({sql})"
        ).fetchall()
    assert counted == [(86 * 441, 86, 50.0)]
