"""What to ask first is asked for all committees at once, and says of each what it says of that one alone."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pandas as pd
import pytest

from khoi.figures.followup import follow_up

# Both committees have a query of the same number, with headlines of another order; BB has an earlier period besides.
_ROWS = """
create schema marts;
set schema = 'marts';
create table dim_committees as select * from (values ('AA', 'A'), ('BB', 'B')) t(committee_code, name_vi);
create table dim_periods as select * from (values ('2022H1'), ('2022H2')) t(period_code);
create table dim_measures as select * from (values
    ('m', 'Đảng viên', 'members', 'người', true), ('n', 'Chi bộ', 'cells', 'chi bộ', true)
) t(measure_code, label_vi, label_en, unit_vi, is_additive);
create table rpt_headline_bounds as select * from (values
    ('AA', '2022H2', 'm', 10.0, 9.0, 11.0, 20.0, 1.0, 1, 1), ('AA', '2022H2', 'n', 10.0, 9.0, 11.0, 2.0, 1.0, 1, 1),
    ('BB', '2022H1', 'm', 10.0, 9.0, 11.0, 5.0, 1.0, 1, 1), ('BB', '2022H2', 'm', 10.0, 9.0, 11.0, 5.0, 1.0, 2, 2),
    ('BB', '2022H2', 'n', 10.0, 9.0, 11.0, 7.0, 1.0, 2, 1)
) t(committee_code, period_code, measure_code, value, low, high, movement_pct, tolerance_pct, queries, questions);
create table rpt_follow_up as select *, 'missing' as kind, null as organization_code, null as file_name,
    null as finding_id, null as rule_id, 0.0 as low, 1.0 as high, null as remaining_pct, '?' as question_vi,
    '?' as question_en
from (values
    (1, 'q1', 'AA', '2022H2', 'm', 20.0), (1, 'q1', 'AA', '2022H2', 'n', 2.0), (1, 'q1', 'BB', '2022H2', 'n', 7.0),
    (2, 'q2', 'BB', '2022H2', 'm', 5.0), (1, 'q3', 'BB', '2022H1', 'm', 5.0)
) t(rank, query_id, committee_code, period_code, measure_code, movement_pct);
"""


@pytest.fixture
def rows() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(_ROWS)
        yield connection


def test_each_committee_has_its_own_queries_of_its_last_open_period(rows: duckdb.DuckDBPyConnection) -> None:
    found = {one.committee: one for one in follow_up(rows)}
    assert [(one.period, one.questions) for one in found.values()] == [("2022H2", 1), ("2022H2", 2)]
    queries = {code: list(one.queries[["query_id", "measure_code"]].itertuples(index=False, name=None))
               for code, one in found.items()}  # fmt: skip
    assert queries == {"AA": [("q1", "m")], "BB": [("q1", "n"), ("q2", "m")]}
    assert {code: one.headlines["measure_code"].tolist() for code, one in found.items()} == {
        "AA": ["m", "n"],
        "BB": ["m", "n"],
    }


@pytest.mark.parametrize("period", [None, "2022H1"])
def test_of_all_it_is_what_it_is_of_one(rows: duckdb.DuckDBPyConnection, period: str | None) -> None:
    for one in follow_up(rows, period=period):
        (alone,) = follow_up(rows, one.committee, period)
        assert (alone.period, alone.questions) == (one.period, one.questions)
        pd.testing.assert_frame_equal(alone.headlines, one.headlines)
        pd.testing.assert_frame_equal(alone.queries, one.queries)
    assert [one.committee for one in follow_up(rows, period=period)] == (["BB"] if period else ["AA", "BB"])
