"""The scoreboard in Word: what came to what, the parts are all of them, and our own audit finds nothing in it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import duckdb
import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from khoi_deployment import Deployment
from typer.testing import CliRunner

from ingest.documents import read_document
from khoi.cli import app
from khoi.figures.target_words import RESULTS, aim_vi
from khoi.reports.word.rounding import printed, rounded
from khoi.reports.word.spans import Subject
from khoi.reports.word.targets import TEMPLATE, rendered_targets, target_rows
from quality.prose import audit_report

SUBJECT = Subject("ZZ", "2022H1", "Đảng bộ thử", "Trà Vinh", "6 tháng đầu năm 2022", 2022, 3)


def row(**given: Any) -> dict[str, Any]:
    """One row of `rpt_targets`."""
    return {
        "label_vi": "Kết nạp đảng viên mới",
        "status": "met",
        "unit": "count",
        "operator": ">=",
        "threshold_low": 120.0,
        "threshold_high": None,
        "value": 130.0,
        "lowest_value": 130.0,
        "highest_value": 130.0,
        "organizations_counted": 78,
        "organizations_expected": 85,
        "reason_vi": None,
        **given,
    }


def texts(content: bytes) -> tuple[list[str], list[list[str]]]:
    """The paragraphs and the rows of the scoreboard."""
    document = Document(io.BytesIO(content))
    table = next(one for one in document.tables if len(one.columns) == 7)
    return [one.text for one in document.paragraphs], [[cell.text for cell in line.cells] for line in table.rows]


def test_a_target_stands_with_its_aim_its_bounds_and_what_it_counts() -> None:
    rows = [row(), row(status="incomplete", value=None, lowest_value=100.0, highest_value=None, unit="percent")]
    said, lines = texts(rendered_targets(TEMPLATE, SUBJECT, rows))
    assert "Kết quả – đạt: 1 chỉ tiêu; chưa đủ biểu để kết luận: 1 chỉ tiêu." in said
    assert lines[1][1:] == ["Kết nạp đảng viên mới", "từ 120 trở lên", "130", "", "78, phải gửi 85", "đạt"]
    assert lines[2][1:5] == ["Kết nạp đảng viên mới (%)", "từ 120 trở lên", "–", "100 – không giới hạn"]


@pytest.mark.parametrize(
    ("operator", "low", "high", "told"),
    [(">=", 95, None, "từ 95 trở lên"), ("<=", None, 2.5, "không quá 2,50"), ("=", 100, None, "đúng 100")],
)
def test_an_aim_is_said_as_people_say_it(operator: str, low: float | None, high: float | None, told: str) -> None:
    asked = {"operator": operator, "threshold_low": low, "threshold_high": high}
    assert aim_vi(asked, lambda value: printed(rounded(value))) == told
    assert aim_vi({**asked, "threshold_low": 1, "threshold_high": 2}, str) == "từ 1 đến 2"


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.builds(
            row,
            status=st.sampled_from(sorted(RESULTS)),
            unit=st.sampled_from(["count", "percent", "per_base"]),
            value=st.none() | st.floats(0, 9999),
            threshold_low=st.floats(0, 100),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_our_own_audit_finds_nothing_in_a_scoreboard(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]
) -> None:
    path = tmp_path_factory.mktemp("targets") / "bang.docx"
    path.write_bytes(rendered_targets(TEMPLATE, SUBJECT, rows))
    assert audit_report(read_document(path)) == []
    said, lines = texts(path.read_bytes())
    assert len(lines) == len(rows) + 1
    told = next(text for text in said if text.startswith("Kết quả – "))
    assert sum(int(part.split(": ")[1].split()[0]) for part in told.rstrip(".").split("; ")) == len(rows)


def test_rows_are_those_of_the_committee_and_period() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create table rpt_targets as select * from (values ('ZZ', '2022H1', 's', 't1', 'm'), "
            "('ZZ', '2021H2', 's', 't1', 'm'), ('YY', '2022H1', 's', 't1', 'm'), ('ZZ', '2022H1', 's', 't0', null)) "
            "as t(committee_code, period_code, target_set, target_id, measure_code)"
        )
        connection.execute("create table dim_measures as select 'm' as measure_code, 'Đo' as label_vi, 'x' as unit_vi")
        assert [one["target_id"] for one in target_rows(connection, SUBJECT)] == ["t0", "t1"]


def test_without_targets_the_register_is_named(
    published: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KHOI_HOME", str(published.home.root))
    asked = ["report", "targets", "--committee", "ZZ", "--period", "2021H1", "-o", str(tmp_path / "a.docx")]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 2
    assert "targets" in result.output + str(result.exception)
    assert not list(tmp_path.iterdir())
