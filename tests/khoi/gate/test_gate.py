"""The publish gate: what a build may change and what not, and pages that ask the network for nothing."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import asdict
from pathlib import Path

import duckdb
import pytest
from khoi_deployment import Deployment

from ingest.durable import sum_of
from khoi import stages
from khoi.deployment.home import Home
from khoi.gate import GateClosed, hold_gate, recorded_gate
from khoi.gate.data_docs import offline
from khoi.gate.hold import data_docs
from khoi.gate.outcome import GateReport, Outcome, read_gate, write_gate
from khoi.gate.suites import SUITES, Suite, load_suites
from khoi.gate.summaries import side_by_side, summary
from khoi.warehouse.build import warehouse_file
from khoi.warehouse.errors import WarehouseError
from khoi.warehouse.versions import published_file, published_version


def made(path: Path, *statements: str) -> Path:
    """A DuckDB file made of ``statements``."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create schema seeds")
        for statement in statements:
            connection.execute(statement)
    return path


def suite(name: str) -> Suite:
    """A declared suite."""
    return next(one for one in load_suites() if one.suite == name)


def outcome(severity: str, met: bool) -> Outcome:
    """An outcome of that severity."""
    return Outcome("G999", "volumes", severity, "Tên", "name", "why", met, 3, [] if met else ["fct_x = 3"])


def test_a_first_publication_has_nothing_before(tmp_path: Path) -> None:
    built = made(tmp_path / "built.duckdb", "create table marts.fct_a as select range as x from range(60)")
    with side_by_side(built, None) as connection:
        frame = summary(connection, suite("volumes"))
    assert frame[["subject", "rows"]].values.tolist() == [["fct_a", 60]]
    assert frame["percent_of_before"].isna().all()


def test_what_the_last_publication_lacks_is_empty(tmp_path: Path) -> None:
    built = made(tmp_path / "built.duckdb", "create table marts.fct_a as select 1 as x, 'new' as y")
    before = made(tmp_path / "before.duckdb", "create table marts.fct_a as select 1 as x")
    with side_by_side(built, before) as connection:
        assert connection.execute("select x, y from before.fct_a").fetchall() == [(1, None)]


def test_a_mart_that_lost_rows_is_told_with_its_share(tmp_path: Path) -> None:
    built = made(tmp_path / "built.duckdb", "create table marts.fct_a as select range as x from range(30)")
    before = made(tmp_path / "before.duckdb", "create table marts.fct_a as select range as x from range(60)")
    with side_by_side(built, before) as connection:
        assert summary(connection, suite("volumes"))["percent_of_before"].tolist() == [50.0]


def test_findings_may_come_and_go(tmp_path: Path) -> None:
    built = made(tmp_path / "built.duckdb", "create table marts.fct_findings as select 1 as x where false")
    before = made(tmp_path / "before.duckdb", "create table marts.fct_findings as select range as x from range(60)")
    with side_by_side(built, before) as connection:
        assert summary(connection, suite("volumes")).empty


def counted(path: Path, state: str, *, is_current: bool) -> Path:
    """A build with AA-1 that counts and AA-2 in ``state`` (``lost``: without a row)."""
    rows = [("h1", "AA-1", "accepted", True), *([("h2", "AA-2", state, is_current)] if state != "lost" else [])]
    values = ", ".join(f"('{name}', 'AA', '{org}', '2021H1', '{told}', {now})" for name, org, told, now in rows)
    columns = "file_hash, committee_code, organization_code, period_code, submission_state, is_current"
    return made(
        path,
        f"create table marts.fct_submissions as select * from (values {values}) as rows ({columns})",
        "create table marts.fct_observations as select unnest(['h1', 'h2']) as file_hash",
        "create table marts.dim_organizations as select * from (values ('AA-2', 'Chi bộ số 2', date '2010-01-01')) "
        "as rows (organization_code, name, valid_from)",
    )


@pytest.mark.parametrize(
    ("state", "is_told"), [("unidentified", True), ("lost", True), ("withdrawn", False), ("returned", False)]
)
def test_a_register_that_takes_a_counted_workbook_out_closes_the_gate_and_names_the_organization(
    tmp_path: Path, state: str, is_told: bool
) -> None:
    """A merger dated back leaves the workbook of an organization with nobody; its members would silently be gone."""
    before = counted(tmp_path / "before.duckdb", "accepted", is_current=True)
    now = counted(tmp_path / "now.duckdb", state, is_current=False)
    with side_by_side(now, before) as connection:
        told = summary(connection, suite("counted"))
    gone = told.loc[told["gone"].notna(), "subject"].tolist()
    assert gone == (["AA 2021H1 AA-2 (Chi bộ số 2)"] if is_told else [])
    (expected,) = (one for one in suite("counted").expectations if one.id == "G502")
    assert (expected.severity, expected.type) == ("critical", "expect_column_values_to_be_null")


def test_a_query_without_subjects_is_refused(tmp_path: Path) -> None:
    built = made(tmp_path / "built.duckdb", "create table marts.fct_a as select 1 as x")
    wrong = suite("volumes").model_copy(update={"sql": "select x from now.fct_a"})
    with side_by_side(built, None) as connection, pytest.raises(WarehouseError, match="subject"):
        summary(connection, wrong)


def test_a_deployment_replaces_a_suite_by_its_file_name(tmp_path: Path) -> None:
    own = (Path(stages.__file__).parent / "gate" / "suites" / "1_volumes.yaml").read_text(encoding="utf-8")
    (tmp_path / "1_volumes.yaml").write_text(own.replace("min_value: 80", "min_value: 99"), encoding="utf-8")
    (first, *_) = load_suites(tmp_path)
    assert first.expectations[0].arguments == {"min_value": 99}
    assert len(load_suites(tmp_path)) == len(load_suites())


def test_a_wrong_declaration_is_told(tmp_path: Path) -> None:
    (tmp_path / "1_volumes.yaml").write_text("suite: volumes\n", encoding="utf-8")
    with pytest.raises(WarehouseError, match="title"):
        load_suites(tmp_path)


def test_an_expectation_that_does_not_exist_is_told_when_the_suites_are_read(tmp_path: Path) -> None:
    text = (SUITES / "1_volumes.yaml").read_text("utf-8")
    wrong = text.replace("expect_column_values_to_be_between", "expect_column_values_to_be_nice", 1)
    (tmp_path / "1_volumes.yaml").write_text(wrong, encoding="utf-8")
    with pytest.raises(WarehouseError, match="no expectation expect_column_values_to_be_nice"):
        load_suites(tmp_path)


def test_only_critical_expectations_close_the_gate() -> None:
    assert GateReport("b", None, [outcome("warning", False), outcome("critical", True)]).is_open
    closed = GateReport("b", None, [outcome("critical", False)])
    assert not closed.is_open
    assert GateReport("b", None, closed.outcomes, accepted="register rewritten").is_open


def test_a_report_is_kept_as_it_was(tmp_path: Path) -> None:
    report = GateReport("b", "v1", [outcome("critical", False), outcome("warning", True)], "why")
    write_gate(report, tmp_path / "build" / "gate.json")
    assert read_gate(tmp_path / "build" / "gate.json") == report
    assert read_gate(tmp_path / "nothing.json") is None


def test_nothing_of_a_page_asks_the_network() -> None:
    page = """<html><head><script src="https://cdn/x.js"></script><link href="https://cdn/x.css"></head><body>
      <nav><img src="https://logo"></nav><div id="section-1" class="ge-section" onclick="run()" style="color: red">
      <i class="fas fa-times text-danger"></i> <a href="https://elsewhere">word</a><a href="#section-1">here</a>
      <iframe src="https://news"></iframe>values &lt;b&gt;</div></body></html>"""
    kept = offline(page)
    assert not re.search(r"https?:|<script|<iframe|<img|onclick|style=", kept)
    assert "✗ chưa đạt / not met" in kept
    assert "word" in kept
    assert '<a href="#section-1">here</a>' in kept
    assert "&lt;b&gt;" in kept


@pytest.fixture
def rebuilt(published: Deployment, tmp_path: Path) -> Home:
    """The published deployment with its warehouse as a finished build beside it."""
    home = Home(tmp_path / "khoi")
    shutil.copytree(published.home.root, home.root)
    built = published_file(home)
    assert built is not None
    shutil.copyfile(built, warehouse_file(home))
    return home


def tell(home: Home, published: int, built: int) -> None:
    """Let the publication and the build say how many members a locked period had."""
    files = {published_file(home): published, warehouse_file(home): built}
    for path, members in files.items():
        with duckdb.connect(str(path)) as connection:
            connection.execute("update seeds.reporting_periods set locked_on = '2021-12-31'")
            connection.execute("delete from marts.rpt_committee_measures where measure_code = 'members_total'")
            connection.execute(
                "insert into marts.rpt_committee_measures (committee_code, period_code, measure_code, value) "
                "values ('ZZ', '2021H1', 'members_total', ?)",
                [members],
            )
    _record_anew(home)


def _record_anew(home: Home) -> None:
    """What the record of the publication says of its file holds again."""
    version = published_version(home)
    assert version is not None
    path = home.published / f"{version.version}.duckdb"
    record = asdict(version) | {"size_bytes": path.stat().st_size, "sha256": sum_of(path)}
    path.with_suffix(".json").write_text(json.dumps(record), encoding="utf-8")


@pytest.mark.slow
def test_an_unchanged_build_is_published_and_documented(rebuilt: Home) -> None:
    tell(rebuilt, published=52, built=52)
    report = hold_gate(rebuilt)
    assert report.failures == report.warnings == []
    assert {one.suite for one in report.outcomes} == {"volumes", "coverage", "key_facts", "distributions", "counted"}
    assert any(one.compared for one in report.outcomes)
    assert hold_gate(rebuilt) == report == recorded_gate(rebuilt)
    pages = {path.name: path.read_text(encoding="utf-8") for path in data_docs(rebuilt).glob("*.html")}
    suites = ("volumes", "coverage", "key_facts", "distributions", "counted")
    assert set(pages) == {"index.html", *(f"{suite}.html" for suite in suites)}
    for name, text in pages.items():
        assert not re.search(r"(?:src|href)=\"(?:https?:|//)|@import", text), name
        for script in re.findall(r"<script src=\"([^\"]+)\"", text):
            assert (data_docs(rebuilt) / script).is_file(), script
    for one in report.outcomes:
        assert one.title_vi in pages["index.html"]
        assert one.id in pages[f"{one.suite}.html"]


@pytest.mark.long
@pytest.mark.slow
def test_a_moved_figure_of_a_locked_period_keeps_the_last_publication(rebuilt: Home) -> None:
    tell(rebuilt, published=52, built=53)
    before = published_version(rebuilt)
    with pytest.raises(GateClosed, match="members_total@ZZ@2021H1 = 1") as closed:
        stages.publish(rebuilt)
    assert [one.id for one in closed.value.report.failures] == ["G301"]
    assert published_version(rebuilt) == before
    assert "members_total@ZZ@2021H1" in (data_docs(rebuilt) / "index.html").read_text(encoding="utf-8")

    stages.gate(rebuilt, accept="đính chính theo quyết định")
    version = stages.publish(rebuilt)
    assert version.accepted_break == "đính chính theo quyết định"
    assert published_version(rebuilt) == version
    (noted,) = (rebuilt.logs / "gate.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(noted)["reason"] == "đính chính theo quyết định"
