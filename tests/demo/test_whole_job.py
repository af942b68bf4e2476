"""The whole job on the three example committees, once: what the demo promises is seen here."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from docx import Document

from demo import generate_demo
from demo.committees import plan_committees
from demo.deployment import create_demo_deployment
from demo.planting import planted
from ingest.receive import ArrivalTerms
from ingest.template import cell_addresses
from khoi import stages
from khoi.deployment.home import Home
from khoi.figures.compare import compare
from khoi.figures.reconcile import reconcile
from khoi.figures.trace import trace, traces
from khoi.gate.outcome import GateClosed
from khoi.reports.word.rounding import printed, rounded
from khoi.reports.word.spans import report_span, report_subject
from khoi.reports.word.write import write_report
from khoi.warehouse.read import open_published

pytestmark = pytest.mark.long


ARRIVED = ArrivalTerms(vouched="files of the demo")
"""What the demo tells happened years ago: its files bear the day on which they are to have arrived."""

PRINTED = """
    select label_vi, published_value
    from rpt_published_figures
    inner join dim_measures using (measure_code)
    where committee_code = $committee and period_to = $period
        and (aggregate = 'sum' and period_from = $begin or aggregate = 'last' and period_from = $period)
        and comparison = 'equal' and status = 'equal' and published_value is not null
"""
"""Label and published number of what a report from that period to that one stated."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory):
    home = Home(tmp_path_factory.mktemp("demo"))
    create_demo_deployment(home)
    report = generate_demo(home.inbox, home.catalogue(), home.reference())
    stages.run(home, settle_seconds=0, terms=ARRIVED)
    return home, report


def test_no_published_figure_differs(demo) -> None:
    home, _ = demo
    with open_published(home) as connection:
        frame = reconcile(connection)
    assert len(frame) == 467
    counts = frame["status"].value_counts().to_dict()
    assert {"differs", "not_covered"}.isdisjoint(counts)
    assert counts["equal"] + counts["within_bound"] + counts["published_inconsistent"] >= 430
    contradicted = set(frame[frame["status"] == "published_inconsistent"]["figure_id"])
    parts = {"th2023-105", "th2023-106", "th2023-107", "th2023-108"}
    assert contradicted == parts | {"tv2022h1-055", "tv2022h1-089", "th2023-048"}
    assert frame[frame["status"].isin(["not_covered", "out_of_scope"])]["reason_vi"].str.len().min() > 20


def test_thanh_hoa_as_reported_and_like_for_like(demo) -> None:
    home, _ = demo
    with open_published(home) as connection:
        (comparison,) = compare(connection, "members_total", "2020H2", "2023H1", "TH", like_for_like=True)
    assert (comparison.as_reported.value_from, comparison.as_reported.value_to) == (15_484, 14_103)
    assert round(comparison.as_reported.percent, 1) == -8.9
    assert sum(part.value for part in comparison.parts) == comparison.as_reported.difference
    assert next(part.value for part in comparison.parts if part.part == "handed_over") == -2_366
    assert next(part.value for part in comparison.parts if part.part == "remainder") == 0
    assert comparison.like_for_like.value_from < 15_484


def test_every_covered_figure_leads_to_its_cells(demo) -> None:
    home, _ = demo
    with open_published(home) as connection:
        frame = reconcile(connection, all=True)
        covered = frame[~frame["status"].isin(["not_covered", "out_of_scope"])]
        opened = traces(connection, covered["figure_id"]).values()
    assert len(opened) >= 430
    assert [one.figure for one in opened if one.lines.empty] == []
    for one in opened:
        if one.aggregate in ("last", "sum"):
            mine = one.lines[one.lines["role"] == "value"]
            assert round(mine["contribution"].sum() - one.value, 6) == 0, one.figure


def expected_places(home: Home, report) -> list[tuple[str, str, str, str]]:
    """(rule, organization, sheet, cell) of every planted contradiction."""
    catalogue, reference = home.catalogue(), home.reference()
    periods = reference["periods"].set_index("period_code")["kind"]
    last = {plan.committee_code: plan.faults_in for plan in plan_committees(reference)}
    places = []
    for fault in planted()["contradictions"]:
        period = last[fault["committee"]]
        at = cell_addresses(catalogue.form_set(reference.period_ends[period], periods[period]))
        form, item, column = fault.get("at") or [*fault["field"], fault["field"][1]]
        row = at[(at["form"] == form) & (at["item"] == item) & (at["column"] == column)].iloc[0]
        places.append((fault["rule"], report.contradictions[fault["id"]], row["sheet"], row["cell"]))
    return places


def test_every_planted_contradiction_is_found_at_its_cell(demo) -> None:
    home, report = demo
    with open_published(home) as connection:
        rows = connection.execute("select rule_id, organization_code, sheet, cell from fct_findings").fetchall()
    missing = [place for place in expected_places(home, report) if place not in rows]
    assert not missing


def test_missing_organizations_are_asked_for(demo) -> None:
    home, _ = demo
    with open_published(home) as connection:
        found = connection.execute(
            "select organization_code from fct_findings where rule_id = 'R034' and observed = 'none'"
        ).fetchall()
    assert {row[0] for row in found} >= {entry["organization"] for entry in planted()["missing"]}


def test_clean_workbooks_have_no_hard_finding(demo) -> None:
    home, report = demo
    touched = set(report.contradictions.values())
    touched |= {
        entry["organization"] for entry in (*planted()["missing"], *planted()["habits"]) if "organization" in entry
    }
    with open_published(home) as connection:
        found = connection.execute(
            "select distinct organization_code, rule_id from fct_findings "
            "where severity = 'hard' and organization_code is not null"
        ).fetchall()
    assert [row for row in found if row[0] not in touched] == []


def test_every_file_ends_in_one_state(demo) -> None:
    home, report = demo
    with open_published(home) as connection:
        states = connection.execute(
            "select file_hash, count(*), any_value(submission_state) from fct_submissions group by 1"
        ).fetchall()
    assert len(states) == report.files
    assert all(count == 1 and state for _, count, state in states)
    landed = [path for path in home.landed.rglob("*") if path.is_file() and "receipts" not in path.parts]
    assert len(landed) == report.files


def test_a_second_run_changes_nothing(demo) -> None:
    home, _ = demo
    before = (home.published / "current").read_text()
    report = stages.run(home, settle_seconds=0, terms=ARRIVED)
    assert report.received.new == 0
    assert report.normalised == []
    assert not report.changed
    assert (home.published / "current").read_text() == before


def resend(home: Home, line: pd.Series, number: int, arrived: dt.datetime) -> Path:
    """The organization sends its workbook again, the traced cell greater by five, as submission ``number``."""
    source = home.inbox / line["file_name"]
    resent = source.with_name(f"{line['organization_code']}_{line['period_code']}_lan{number}.xlsx")
    book = openpyxl.load_workbook(source)
    book[line["sheet"]][line["cell"]].value = int(line["value"]) + 5
    asked = next(cell for row in book["Bìa"].iter_rows() for cell in row if cell.value == "Lần gửi")
    book["Bìa"].cell(asked.row, asked.column + 1).value = number
    book.save(resent)
    os.utime(resent, (arrived.timestamp(), arrived.timestamp()))
    return resent


def test_one_changed_cell_changes_the_figure_until_the_period_is_locked(demo) -> None:
    home, _ = demo
    with open_published(home) as connection:
        before = trace(connection, "tv2022h1-130")
    line = before.lines[before.lines["organization_code"] == "TV-001"].iloc[0]
    resent = resend(home, line, 2, dt.datetime(2022, 7, 25, tzinfo=dt.UTC))
    with pytest.raises(GateClosed, match="tv2022h1-130"):
        stages.run(home, settle_seconds=0, terms=ARRIVED)
    with open_published(home) as connection:
        assert trace(connection, "tv2022h1-130").value == before.value
    stages.run(home, settle_seconds=0, terms=ARRIVED, accept_gate="a correction sent in time")
    with open_published(home) as connection:
        after = trace(connection, "tv2022h1-130")
    assert after.value == before.value + 5
    changed = after.lines[after.lines["organization_code"] == "TV-001"].iloc[0]
    assert (changed["file_name"], changed["cell"], changed["value"]) == (
        resent.relative_to(home.inbox).as_posix(),
        line["cell"],
        line["value"] + 5,
    )
    too_late = resend(home, changed, 3, dt.datetime(2023, 2, 1, tzinfo=dt.UTC))
    stages.run(home, settle_seconds=0, terms=ARRIVED)
    with open_published(home) as connection:
        assert trace(connection, "tv2022h1-130").value == after.value
        told = connection.execute(
            "select rule_id from fct_findings where file_name = ?", [too_late.relative_to(home.inbox).as_posix()]
        ).fetchall()
    assert ("V003",) in told


@pytest.mark.parametrize(
    ("kind", "committee", "begin", "period", "at_least"),
    [
        ("half-year", "TV", None, "2022H1", 12),
        ("half-year", "LD", None, "2021H1", 18),
        ("mid-term", "TH", "2020H2", "2023H1", 15),
    ],
)
def test_a_report_prints_the_published_figures(
    demo, kind: str, committee: str, begin: str | None, period: str, at_least: int, tmp_path: Path
) -> None:
    home, _ = demo
    path = tmp_path / "bao-cao.docx"
    with open_published(home) as connection:
        span = report_span(connection, kind, committee, period, begin)
        write_report(home, connection, kind, report_subject(connection, committee, span), span, path)
        asked = {"committee": committee, "begin": begin or period, "period": period}
        told = connection.execute(PRINTED, asked).fetchall()
    appendix = {row.cells[0].text: row.cells[2].text for row in Document(path).tables[-1].rows[1:]}
    mine = [(label, printed(rounded(value))) for label, value in told if label in appendix]
    assert len(mine) >= at_least
    assert [(label, value) for label, value in mine if appendix[label] != value] == []
