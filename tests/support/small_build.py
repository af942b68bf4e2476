"""A finished build of a few rows without dbt, for what happens to builds."""

from __future__ import annotations

import duckdb

from khoi.deployment.home import Home
from khoi.warehouse.build import warehouse_file

# What a publication says for good (`khoi.warehouse.vintages`); here it says nothing.
_SAID = {
    "marts.rpt_committee_measures": "measure_code committee_code period_code value numerator denominator "
    "organizations_counted organizations_expected",
    "marts.rpt_published_figures": "figure_id committee_code measure_code warehouse_value warehouse_denominator "
    "warehouse_pct",
    "marts.fct_observations": "committee_code organization_code period_code cell_code value submitted_value",
    "marts.fct_register_observations": "committee_code organization_code period_code cell_code value",
    "marts.bridge_measure_terms": "measure_code cell_code coefficient",
    "marts.dim_measures": "measure_code label_vi label_en numerator_measure denominator_measure",
    "marts.fct_corrections": "organization_code period_code correction_id cell_code file_hash status new_value",
}


def _type(column: str) -> str:
    return "double" if column.endswith(("value", "numerator", "denominator", "pct", "coefficient")) else "varchar"


def small_build(home: Home, number: float, *, recorded: float | None = None) -> None:
    """A finished build without dbt: one table with one ``number``, and where ``recorded`` is given one figure.

    The figure is ``number``; its one cell says ``recorded``.
    """
    home.create()
    with duckdb.connect(str(warehouse_file(home))) as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.numbers as select {number} as number")
        for name, columns in _SAID.items():
            connection.execute(f"create schema if not exists {name.split('.')[0]}")
            connection.execute(f"create table {name} ({', '.join(f'{c} {_type(c)}' for c in columns.split())})")
        connection.execute(
            "create table marts.fct_submissions (file_hash varchar, committee_code varchar, organization_code varchar, "
            "period_code varchar, received_at timestamptz, submission_state varchar, is_current boolean)"
        )
        connection.execute("create schema build")
        connection.execute("create table build.record as select 1 as nodes")
        if recorded is not None:
            _one_figure(connection, number, recorded)


def _one_figure(connection: duckdb.DuckDBPyConnection, value: float, recorded: float) -> None:
    rows: dict[str, dict[str, object]] = {
        "marts.rpt_committee_measures": {"measure_code": "m", **_SUBJECT, "value": value},
        "marts.fct_observations": {
            **_SUBJECT,
            "organization_code": "ZZ-001",
            "cell_code": "form.ITEM",
            "value": recorded,
            "submitted_value": recorded,
        },
        "marts.bridge_measure_terms": {"measure_code": "m", "cell_code": "form.ITEM", "coefficient": "1"},
        "marts.fct_submissions": {**_SUBJECT, "organization_code": "ZZ-001", "file_hash": "h", "is_current": True},
    }
    for table, row in rows.items():
        connection.execute(
            f"insert into {table} ({', '.join(row)}) values ({', '.join('?' * len(row))})", list(row.values())
        )


_SUBJECT = {"committee_code": "ZZ", "period_code": "2021H1"}
