"""A figure that one sender wrote is told apart from one that organizations add up to."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from khoi.figures.provenance import PROVENANCES, counted_by_provenance, provenances, told_counts

GIVEN = {
    "organizations": [("A-1", "submitted", 2), ("A-2", "submitted", 3), ("A-0", "submitted", 0)],
    "organizations_and_committee": [("A-1", "submitted", 2), ("A-0", "submitted", 3)],
    "committee": [("A-0", "submitted", 7), ("A-1", "submitted", 0)],
    "register": [("A-1", "register", 1), ("A-2", "register", 1)],
    "one_organization": [("A-1", "submitted", 4)],
    "nothing": [("A-1", "submitted", 0)],
}


@pytest.fixture
def found() -> pd.DataFrame:
    """The provenance of one figure of each kind, its measure named after it; beside them one without a number."""
    with duckdb.connect() as connection:
        connection.execute(
            "create table rpt_published_figures as select * from (values "
            + ", ".join(f"('{kind}', 'A', '{kind}', null::varchar, 1.0, null::double)" for kind in GIVEN)
            + ", ('unknown', 'A', 'unknown', null, null, null)) as t"
            "(figure_id, committee_code, measure_code, denominator_measure_code, warehouse_value, warehouse_pct)"
        )
        connection.execute(
            "create table bridge_figure_periods as select figure_id, 'P' as period_code from rpt_published_figures"
        )
        connection.execute(
            "create table dim_measures as select measure_code, null::varchar as numerator_measure, "
            "null::varchar as denominator_measure from rpt_published_figures"
        )
        connection.execute(
            "create table rpt_completeness as select 'A-0' as organization_code, true as is_committee_itself"
        )
        rows = [
            {
                "committee_code": "A",
                "period_code": "P",
                "measure_code": kind,
                "organization_code": code,
                "source": source,
                "value": value,
            }
            for kind, facts in GIVEN.items()
            for code, source, value in facts
        ]
        connection.register("facts", pd.DataFrame(rows))
        connection.execute("create table fct_measure_values as select * from facts")
        return provenances(connection)


def test_every_kind_is_told_apart(found: pd.DataFrame) -> None:
    assert dict(zip(found["figure_id"], found["provenance"], strict=True)) == {kind: kind for kind in GIVEN}
    assert set(GIVEN) == set(PROVENANCES)


def test_what_agrees_is_counted_by_where_it_comes_from(found: pd.DataFrame) -> None:
    counts = counted_by_provenance(found.assign(status=["equal"] * 5 + ["differs"]))
    assert sum(counts.values()) == 5
    told = told_counts({"committee": 236, "organizations": 157})
    assert "236" in told
    assert "an echo" in told
