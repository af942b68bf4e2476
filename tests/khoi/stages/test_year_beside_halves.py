"""A committee that asks for the year beside its halves, was renamed in it, and lacks a workbook of the first half."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pandas as pd
import pytest
from khoi_deployment import COMMITTEE, Deployment

from ingest.catalogue.load import FORMS_DIR
from khoi import stages
from khoi.deployment.home import Home
from khoi.warehouse.read import open_published

pytestmark = pytest.mark.long

_ASKED_FOR_THE_YEAR = ("10_organization_profile", "30_member_status", "40_membership_structure", "88_cell_activity")


def add_rows(home: Home, seed: str, *rows: dict[str, str]) -> None:
    path = home.seeds / f"{seed}.csv"
    known = pd.read_csv(path, dtype=str, keep_default_na=False)
    pd.concat([known, pd.DataFrame(rows)]).fillna("").to_csv(path, index=False)


def ask_for_the_year(home: Home) -> None:
    """Forms of the half-years are due for the year as well, beside those that are: data only."""
    add_rows(home, "reporting_periods", {"committee_code": COMMITTEE, "period_code": "2021", "due_on": "2099-01-20"})
    for name in _ASKED_FOR_THE_YEAR:
        text = (FORMS_DIR / f"{name}.yaml").read_text("utf-8")
        assert "due: [H1, H2]" in text
        (home.config / "forms" / f"{name}.yaml").write_text(text.replace("due: [H1, H2]", "due: [H1, H2, Y]"), "utf-8")


def rename(home: Home) -> None:
    path = home.seeds / "committees.csv"
    committees = pd.read_csv(path, dtype=str, keep_default_na=False).assign(valid_to="2021-09-30")
    committees.to_csv(path, index=False)
    new = {"committee_code": COMMITTEE, "name_vi": "Đảng bộ thử (mới)", "valid_from": "2021-10-01"}
    add_rows(home, "committees", {**committees.iloc[0].to_dict(), **new, "valid_to": ""})


def add_target(home: Home, target_id: str, low: str) -> None:
    target = {
        "target_id": target_id, "committee_code": COMMITTEE, "target_set": "NQ-ZZ", "label_vi": "Kết nạp đảng viên",
        "label_en": "Admissions", "measure_code": "members_admitted", "unit": "count", "time_window": "year",
        "divisor": "1", "operator": ">=", "low": low, "valid_from": "2021-01-01", "valid_to": "2021-12-31",
        "authority": "giả định",
    }  # fmt: skip
    add_rows(home, "targets", target)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """ZZ-001 admits 2 and 3 and says 5 for the year; ZZ-002 sends nothing for the first half, then admits 3."""
    deployment = Deployment(tmp_path_factory.mktemp("data") / "khoi")
    home = deployment.home
    ask_for_the_year(home)
    rename(home)
    add_target(home, "ZZ-12", "12")
    add_target(home, "ZZ-8", "8")
    deployment.write("ZZ-001", "2021H1", 30, 2)
    deployment.write("ZZ-001", "2021H2", 32, 3)
    deployment.write("ZZ-001", "2021", 30, 5)
    deployment.write("ZZ-002", "2021H2", 26, 3)
    stages.run(home, settle_seconds=0)
    with open_published(home) as connection:
        yield connection


def test_a_target_counts_the_halves_and_not_the_year_again(published: duckdb.DuckDBPyConnection) -> None:
    rows = published.execute(
        "select target_id, period_code, value, organizations_counted, organizations_expected, status "
        "from rpt_targets order by all"
    ).fetchall()
    assert rows == [
        ("ZZ-12", "2021H1", 2, 1, 2, "not_yet_due"),
        ("ZZ-12", "2021H2", 8, 3, 4, "incomplete"),
        ("ZZ-8", "2021H1", 2, 1, 2, "not_yet_due"),
        ("ZZ-8", "2021H2", 8, 3, 4, "met"),
    ]


def test_the_parts_of_a_change_do_not_repeat_the_year(published: duckdb.DuckDBPyConnection) -> None:
    parts = published.execute(
        "select part_code, value from rpt_change_parts "
        "where measure_code = 'members_total' and value != 0 order by part_code"
    ).fetchall()
    assert parts == [("admitted", 6), ("coverage", 26)]


def test_the_year_is_due_and_counted_once(published: duckdb.DuckDBPyConnection) -> None:
    due = "select period_code, count(*), count(*) filter (is_counted) from rpt_completeness group by all order by all"
    assert published.execute(due).fetchall() == [("2021", 2, 1), ("2021H1", 2, 1), ("2021H2", 2, 2)]


def test_each_period_has_the_name_of_its_last_day(published: duckdb.DuckDBPyConnection) -> None:
    names = published.execute(
        "select period_code, name_vi from bridge_committee_periods inner join dim_committees using (committee_key) "
        "order by period_code"
    ).fetchall()
    assert names == [("2021", "Đảng bộ thử (mới)"), ("2021H1", "Đảng bộ thử"), ("2021H2", "Đảng bộ thử (mới)")]


def test_the_forms_of_the_year_have_measures_of_their_own(published: duckdb.DuckDBPyConnection) -> None:
    """What Biểu 2 to 7 repeat of Biểu 1 and of the halves is in no measure that Biểu 1 fills, and in no half-year."""
    rows = published.execute(
        "select measure_code, period_code, value from rpt_committee_measures where measure_code in "
        "('members_admitted', 'members_total', 'year_admissions.TOTAL', 'year_members.TOTAL', "
        "'year_bases.TOTAL.MEMBERS', 'year_member_groups.MEMBERS.DT01', 'year_ratings.DV.ELIGIBLE', "
        "'year_self_reviews.DV.DONE', 'members_rating_eligible') and value is not null order by all"
    ).fetchall()
    assert rows == [
        ("members_admitted", "2021", 5),
        ("members_admitted", "2021H1", 2),
        ("members_admitted", "2021H2", 6),
        ("members_rating_eligible", "2021H2", 64),
        ("members_total", "2021", 35),
        ("members_total", "2021H1", 32),
        ("members_total", "2021H2", 64),
        ("year_admissions.TOTAL", "2021", 5),
        ("year_bases.TOTAL.MEMBERS", "2021", 35),
        ("year_member_groups.MEMBERS.DT01", "2021", 35),
        ("year_members.TOTAL", "2021", 35),
        ("year_ratings.DV.ELIGIBLE", "2021", 35),
        ("year_self_reviews.DV.DONE", "2021", 35),
    ]


def test_no_sum_over_periods_has_the_year_and_its_halves(published: duckdb.DuckDBPyConnection) -> None:
    """A year is made of its halves or is one period of its own; it is compared with neither of them."""
    parts = "select component_period_code from bridge_period_components where period_code = '2021' order by position"
    assert published.execute(parts).fetchall() == [("2021H1",), ("2021H2",)]
    pairs = "select distinct period_from, period_to from rpt_change_parts where '2021' in (period_from, period_to)"
    assert published.execute(pairs).fetchall() == []


def test_headlines_and_comparisons_of_years_count_each_half_once(published: duckdb.DuckDBPyConnection) -> None:
    """What is exported and printed reads these: the year's own workbook is in no sum with its halves."""
    headlines = published.execute(
        "select distinct period_code, value from rpt_headlines where measure_code = 'members_admitted' order by all"
    ).fetchall()
    assert headlines == [("2021", 5), ("2021H1", 2), ("2021H2", 6)]
    pairs = "select distinct period_from, period_to from rpt_year_comparisons order by all"
    assert ("2021H1", "2021") not in published.execute(pairs).fetchall()
    assert ("2021", "2021H2") not in published.execute(pairs).fetchall()


def test_a_published_figure_of_the_year_is_held_against_its_halves_only(published: duckdb.DuckDBPyConnection) -> None:
    used = published.execute("select distinct period_code from bridge_figure_periods").fetchall()
    assert ("2021",) not in used
