"""Pieces of the gate on a handful of rows: what is told, which pages stay, what is not computed twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from khoi.deployment.home import Home
from khoi.gate import expectations, hold_gate, recorded_gate
from khoi.gate.data_docs import publish_docs
from khoi.gate.expectations import _unmet
from khoi.gate.outcome import GateReport, Outcome, write_gate
from khoi.gate.suites import Suite, load_suites
from khoi.reports.quality.layout import LOOK
from khoi.warehouse.build import warehouse_file

OUTCOME = Outcome("G101", "volumes", "critical", "Tên", "name", "why", True, 3, [])


@pytest.fixture
def volumes() -> Suite:
    return next(one for one in load_suites() if one.suite == "volumes")


def test_what_is_not_met_is_told_with_its_subject_and_its_number(volumes: Suite, tmp_path: Path) -> None:
    expected = volumes.expectations[0]
    frame = pd.DataFrame({"subject": ["fct_a", "fct_b"], "rows": [60, 60], expected.column: [33.33333333, 100.0]})
    frame = frame.assign(**{one.column: 100.0 for one in volumes.expectations if one.column not in frame})
    told = expectations.validate([(volumes, frame)], tmp_path)
    (first,) = (one for one in told if one.id == expected.id)
    assert (first.met, first.unmet) == (False, ["fct_a = 33.33"])
    assert {one.id for one in told} == {one.id for one in volumes.expectations}


def test_of_a_whole_column_or_table_what_was_seen_is_told(volumes: Suite, tmp_path: Path) -> None:
    first, column = volumes.expectations[0], str(volumes.expectations[0].column)
    rows = first.model_copy(
        update={
            "id": "G901",
            "type": "expect_table_row_count_to_be_between",
            "column": None,
            "arguments": {"min_value": 9},
        }
    )
    whole = first.model_copy(
        update={"id": "G902", "type": "expect_column_sum_to_be_between", "arguments": {"max_value": 1}}
    )
    suite = volumes.model_copy(update={"expectations": [rows, whole]})
    told = expectations.validate([(suite, pd.DataFrame({"subject": ["a", "b"], column: [1.5, 2.25]}))], tmp_path)
    assert {one.id: one.unmet for one in told} == {"G901": ["rows = 2"], "G902": [f"{column} = 3.75"]}


def test_what_could_not_be_computed_says_why_or_that_it_was_not(volumes: Suite, tmp_path: Path) -> None:
    expected = volumes.expectations[0].model_copy(
        update={"id": "G903", "type": "expect_column_sum_to_be_between", "arguments": {"max_value": 1}}
    )
    suite = volumes.model_copy(update={"expectations": [expected]})
    frame = pd.DataFrame({"subject": ["a", "b"], str(expected.column): ["x", None]})
    (told,) = expectations.validate([(suite, frame)], tmp_path)
    assert not told.met
    assert "str" in told.unmet[0], "the reason, not a name of ours"
    assert _unmet(expected, SimpleNamespace(result={}, exception_info={})) == ["not computed"]
    assert _unmet(expected, SimpleNamespace(result={}, exception_info={"sum": "lost"})) == ["lost"]


def test_pages_of_suites_that_are_no_more_go_and_all_others_stay(volumes: Suite, tmp_path: Path) -> None:
    made = tmp_path / "site" / "validations" / "volumes" / "run" / "x.html"
    made.parent.mkdir(parents=True)
    made.write_text("<html><body><div>kết quả</div></body></html>", encoding="utf-8")
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "former.html").write_text("cũ", encoding="utf-8")
    publish_docs(tmp_path / "site", folder, [volumes], [replace(OUTCOME, id=volumes.expectations[0].id)])
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["index.html", "volumes.html", *(path.name for path in LOOK)]
    )
    for page in folder.glob("*.html"):
        assert '<a href="../data_docs/index.html">' in page.read_text(encoding="utf-8"), "each leads to the gate"


def test_a_build_that_was_held_is_not_held_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "khoi")
    home.create()
    built = warehouse_file(home)
    built.write_bytes(b"build")
    mark = f"{built.stat().st_mtime_ns}-{built.stat().st_size}"
    report = GateReport(mark, None, [OUTCOME])
    write_gate(report, home.build / "gate.json")
    monkeypatch.setattr(expectations, "validate", lambda *_: pytest.fail("validated again"))
    assert hold_gate(home) == report == recorded_gate(home)
