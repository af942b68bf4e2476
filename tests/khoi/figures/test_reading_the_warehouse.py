"""Building, comparing, reconciling and tracing over the deployment of rows, against figures done by hand."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest
from lake_of_rows import LakeOfRows
from published_rows import EXPECTED

from khoi.deployment.home import Home
from khoi.figures.compare import compare
from khoi.figures.comparison import Change
from khoi.figures.reconcile import reconcile
from khoi.figures.trace import trace, traces
from khoi.warehouse.build import build_warehouse
from khoi.warehouse.errors import BuildError, WarehouseError
from khoi.warehouse.publish import publish
from khoi.warehouse.query import marts, query
from khoi.warehouse.versions import published_version

pytestmark = pytest.mark.slow
Warehouse = duckdb.DuckDBPyConnection


def test_as_reported_compares_the_committees_totals(warehouse: Warehouse) -> None:
    """240 members in five organizations become 222 in five others."""
    (comparison,) = compare(warehouse, "members_total", "2021H1", "2022H1", committee="AA")
    assert comparison.as_reported == Change(240, 222, -18, pytest.approx(-7.5))
    assert comparison.like_for_like is None
    assert (comparison.side_from.organizations_counted, comparison.side_to.organizations_counted) == (5, 5)


def test_like_for_like_compares_the_same_organizations(warehouse: Warehouse) -> None:
    """From: AA-1 with AA-2 (150), AA-4 less the cell handed over (30), AA-5 (20). To: without AA-6."""
    (comparison,) = compare(warehouse, "members_total", "2021H1", "2022H1", committee="AA", like_for_like=True)
    assert comparison.like_for_like == Change(200, 209, 9, pytest.approx(4.5))


def test_a_missing_workbook_is_left_out_of_both_ends(warehouse: Warehouse) -> None:
    """BB-2 sent nothing usable for 2021H2: 85 to 61 as reported, 60 to 61 for the one that did."""
    (comparison,) = compare(warehouse, "members_total", "2021H1", "2021H2", committee="BB", like_for_like=True)
    assert comparison.as_reported.difference == -24
    assert comparison.like_for_like == Change(60, 61, 1, pytest.approx(100 / 60))
    assert (comparison.side_to.organizations_counted, comparison.side_to.organizations_expected) == (1, 2)


@pytest.mark.parametrize(
    ("committee", "period_from", "period_to", "parts"),
    [
        (
            "AA",
            "2021H1",
            "2022H1",
            {"admitted": 12, "died": -1, "expelled": -1, "handed_over": -40, "received": 12},
        ),
        ("AA", "2021H2", "2022H1", {"admitted": 5, "expelled": -1, "received": 12}),
        ("BB", "2021H1", "2021H2", {"admitted": 1, "coverage": -25}),
        ("BB", "2021H1", "2022H1", {"admitted": 3}),
    ],
)
def test_parts_of_a_change(
    warehouse: Warehouse, committee: str, period_from: str, period_to: str, parts: dict[str, float]
) -> None:
    """Every part is what the rows say, all others are zero, and together they are the difference."""
    (comparison,) = compare(warehouse, "members_total", period_from, period_to, committee=committee)
    assert {part.part: part.value for part in comparison.parts if part.value} == parts
    assert sum(part.value for part in comparison.parts) == comparison.as_reported.difference


def test_a_ratio_is_compared_in_points(warehouse: Warehouse) -> None:
    """2 of 238 admitted, then 5 of 218; like for like without AA-3, AA-6 and the cell that AA-4 handed over."""
    (comparison,) = compare(warehouse, "members_admitted_pct", "2021H1", "2022H1", "AA", like_for_like=True)
    value_from, value_to = 100 * 2 / 238, 100 * 5 / 218
    assert comparison.as_reported.value_from == pytest.approx(value_from)
    assert comparison.as_reported.difference == pytest.approx(value_to - value_from)
    assert comparison.as_reported.percent is None
    assert sum(part.value for part in comparison.parts) == pytest.approx(comparison.as_reported.difference)
    assert comparison.like_for_like is not None
    assert comparison.like_for_like.value_from == pytest.approx(100 * 2 / (148 + 30 + 20))
    assert comparison.like_for_like.value_to == pytest.approx(100 * 4 / (155 + 29 + 22))


def test_all_committees_are_compared_without_one_being_named(warehouse: Warehouse) -> None:
    comparisons = compare(warehouse, "members_admitted", "2021H1", "2022H1")
    assert [comparison.committee for comparison in comparisons] == ["AA", "BB"]
    assert [comparison.as_reported.value_to for comparison in comparisons] == [5, 2]


@pytest.mark.parametrize(
    ("measure", "period_from", "period_to", "committee"),
    [
        ("members_totals", "2021H1", "2022H1", None),
        ("members_total", "2021H3", "2022H1", None),
        ("members_total", "2021H1", "2022H1", "CC"),
        ("members_total", "2022H1", "2021H1", None),
        ("members_rated", "2021H1", "2021H2", None),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(
    warehouse: Warehouse, measure: str, period_from: str, period_to: str, committee: str | None
) -> None:
    with pytest.raises(WarehouseError):
        compare(warehouse, measure, period_from, period_to, committee=committee)


def test_every_published_figure_has_its_status(warehouse: Warehouse) -> None:
    frame = reconcile(warehouse, all=True).set_index("figure_id")
    statuses = frame["status"].to_dict()
    assert statuses == {figure: status for figure, (status, _) in EXPECTED.items()}
    for figure, (_, number) in EXPECTED.items():
        if number is not None:
            assert frame.loc[figure, "warehouse_value"] == number, figure
    assert frame["reason_en"]["part_a"] == "200 + 21"
    assert frame["published"]["excellent"] == "20/200 = 10.01 %"
    assert frame["warehouse"]["excellent"] == "20/200 = 10 %"


def test_reconcile_leaves_out_what_nobody_has_defined(warehouse: Warehouse) -> None:
    shown = set(reconcile(warehouse)["figure_id"])
    assert "undefined" not in shown
    assert {"total", "undated"} <= shown


@pytest.mark.parametrize(
    "figure",
    [
        "members_total@AA@2022H1",
        "members_expelled_cases@AA@2022H1",
        "orgs_handed_over@AA@2021H2",
        "total",
        "opening",
    ],
)
def test_the_lines_of_a_trace_add_up_to_the_figure(warehouse: Warehouse, figure: str) -> None:
    traced = trace(warehouse, figure)
    assert traced.value
    assert traced.lines["contribution"].sum() == traced.value


def test_a_trace_names_file_sheet_and_cell(warehouse: Warehouse) -> None:
    lines = trace(warehouse, "members_total@AA@2022H1").lines.set_index("organization_code")
    assert list(lines.index) == ["AA-1", "AA-4", "AA-5", "AA-6", "AA-7"]
    assert lines.loc["AA-1", "file_name"] == "AA-1 2022H1.xlsx"
    assert lines.loc["AA-1", "raw_text"] == "158"
    assert lines.loc["AA-5", "organization_name"] == "Tổ chức số 5 (mới)"
    assert lines["cell"].str.fullmatch(r"C\d+").all()


def test_a_count_opens_to_its_records_and_a_register_figure_to_its_event(warehouse: Warehouse) -> None:
    (record,) = trace(warehouse, "members_expelled_cases@AA@2022H1").lines.to_dict("records")
    assert (record["source"], record["sheet"], record["cell"], record["raw_text"]) == (
        "record",
        "DS kỷ luật",
        "D10",
        "KTR",
    )
    (event,) = trace(warehouse, "orgs_handed_over@AA@2021H2").lines.to_dict("records")
    assert (event["source"], event["event_id"], event["organization_code"]) == ("event", "E2", "AA-3")
    assert event["file_name"] == "organization_events.csv"
    assert event["raw_text"] == "E2: Chuyển giao đi, 01/07/2021, AA-3 → Huyện ủy, thị ủy, thành ủy"


def test_a_ratio_opens_to_both_its_sides(warehouse: Warehouse) -> None:
    traced = trace(warehouse, "excellent_far")
    sides = traced.lines.groupby("role")["contribution"].sum().to_dict()
    assert sides == {"value": traced.value, "denominator": traced.denominator}
    assert traced.percent == 10


@pytest.mark.long
def test_figures_opened_together_are_opened_as_each_alone(warehouse: Warehouse) -> None:
    """All figures of all committees and three published ones at once; of some twenty the lines that each has alone."""
    held = warehouse.execute(
        "select measure_code || '@' || committee_code || '@' || period_code from rpt_committee_measures order by 1"
    ).fetchall()
    every = [name for (name,) in held] + ["total", "opening", "excellent_far"]
    together = traces(warehouse, every)
    assert list(together) == every
    opened = 0
    for name in [*every[:: len(every) // 20], *every[-3:]]:
        alone = trace(warehouse, name)
        assert _texts(together[name].lines) == _texts(alone.lines)
        assert (together[name].value, together[name].denominator) == (alone.value, alone.denominator)
        opened += len(alone.lines)
    assert opened > 20
    assert traces(warehouse, []) == {}


def _texts(lines: pd.DataFrame) -> list[dict[str, str]]:
    """Rows as texts: a column without a value has another type beside columns that have some."""
    return lines.astype("str").replace({"None": "nan", "NaT": "nan", "<NA>": "nan"}).fillna("nan").to_dict("records")


@pytest.mark.parametrize("figure", ["undefined", "undated", "nonsense", "members_total@AA", "members_total@AA@2030H1"])
def test_a_figure_without_cells_says_why(warehouse: Warehouse, figure: str) -> None:
    with pytest.raises(WarehouseError):
        trace(warehouse, figure)


def test_queries_reach_the_marts_and_nothing_else(warehouse: Warehouse, built_home: Home) -> None:
    assert query(warehouse, "select count(*) as n from fct_submissions").to_pylist() == [{"n": 20}]
    assert {"dim_organizations", "fct_observations", "rpt_completeness"} <= set(marts(warehouse)["table_name"])
    for sql in (
        "create table x as select 1",
        f"select * from read_parquet('{built_home.lake.as_posix()}/submissions/batch.parquet')",
        "install httpfs",
        "set enable_external_access = true",
        "selec",
    ):
        with pytest.raises(WarehouseError):
            query(warehouse, sql)


def test_completeness_shows_what_came_and_what_counts(warehouse: Warehouse) -> None:
    frame = query(
        warehouse,
        "select organization_code, period_code, state, timeliness, is_counted from rpt_completeness "
        "where committee_code = 'BB' and period_code = '2021H2' order by 1",
    ).to_pandas()
    expected = pd.DataFrame(
        [("BB-1", "2021H2", "accepted", "late", True), ("BB-2", "2021H2", "returned", "on_time", False)],
        columns=frame.columns,
    )
    pd.testing.assert_frame_equal(frame, expected, check_dtype=False)


def test_what_was_built_is_published_with_its_fingerprint(built_home: Home) -> None:
    version = published_version(built_home)
    assert version is not None
    assert version.fingerprint == "of-the-rows"
    assert not (built_home.build / "warehouse.duckdb").exists()


@pytest.mark.long
def test_a_build_that_fails_names_the_node_and_publishes_nothing(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """An event of an unknown organization breaks the lineage: better no new warehouse than a wrong one."""
    rows = LakeOfRows()
    rows.events.append(("E9", "merged", "2021-07-01", "AA", "AA-99", "AA-1", "", "organization", 3))
    home = rows.write(tmp_path_factory.mktemp("broken"))
    with pytest.raises(BuildError) as failed:
        build_warehouse(home)
    assert any("stg_reference__organization_events" in failure for failure in failed.value.failures)
    with pytest.raises(WarehouseError, match="unfinished"):
        publish(home)
    assert published_version(home) is None


@pytest.mark.long
def test_a_build_without_its_tests_is_not_published(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = LakeOfRows().write(tmp_path_factory.mktemp("part"))
    build_warehouse(home, arguments=["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"])
    with pytest.raises(WarehouseError, match="unfinished"):
        publish(home)


@pytest.mark.long
def test_an_empty_lake_builds_an_empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A new deployment has registers and no workbook yet."""
    rows = LakeOfRows(balances=[], events=[])
    home = rows.write(tmp_path_factory.mktemp("empty"))
    for table in home.lake.rglob("*.parquet"):
        table.unlink()
    with duckdb.connect(str(build_warehouse(home)), read_only=True) as connection:
        assert connection.execute("select count(*) from marts.fct_observations").fetchall() == [(0,)]
        states = connection.execute("select distinct state from marts.rpt_completeness").fetchall()
        assert states == [("missing",)]
