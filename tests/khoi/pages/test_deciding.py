"""A decision on a page is the record that `khoi answer` writes; what cannot be decided is told and not written."""

from __future__ import annotations

import os
from typing import Any

import pytest
from starlette.testclient import TestClient

from ingest.lake import FINDING_HISTORY, read_tables
from khoi.deployment.home import Home
from quality.submissions.decisions import load_decisions


@pytest.fixture
def findings(home: Home) -> Any:
    """The findings that stand, by severity: a list of ``KEY|PERIOD``."""
    history = read_tables(home.lake / "checked", FINDING_HISTORY, "finding_history.parquet")
    standing = history[history["is_latest"].astype(bool)]
    ticked = standing["finding_key"] + "|" + standing["period_code"]
    return lambda severity: list(ticked[standing["severity"] == severity])


def form(ticked: list[str], **changed: str) -> dict[str, Any]:
    """What the page sends."""
    given = {"verdict": "accept", "by": "specialist", "until": "", "note": "kỳ này có thật", "back": "/kho/hoi-truoc"}
    return {**given, **changed, "ticked": ticked}


def test_several_findings_are_accepted_at_once_and_taken_back(pages: TestClient, home: Home, findings: Any) -> None:
    soft = findings("soft")
    assert soft
    before = len(load_decisions(home.decisions))
    answer = pages.post("/kho/quyet-dinh", data=form(soft), follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/kho/hoi-truoc?noted={len(soft)}"
    written = load_decisions(home.decisions).iloc[before:]
    assert set(written["finding_key"]) == {one.partition("|")[0] for one in soft}
    assert set(written["decided_by"]) == {"specialist"}
    assert "Đã ghi" in pages.get(answer.headers["location"]).text
    pages.post("/kho/quyet-dinh", data=form(soft[:1], verdict="withdraw"))
    assert load_decisions(home.decisions).iloc[-1]["verdict"] == "withdraw"


def test_what_must_be_mended_cannot_be_accepted(pages: TestClient, home: Home, findings: Any) -> None:
    before = len(load_decisions(home.decisions))
    answer = pages.post("/kho/quyet-dinh", data=form(findings("hard")))
    assert answer.status_code == 400
    assert "lỗi phải sửa" in answer.text
    assert len(load_decisions(home.decisions)) == before


@pytest.mark.parametrize(
    "changed", [{"by": "Nguyễn Văn An"}, {"note": ""}, {"verdict": "delete"}, {"until": "1999H1"}, {"ticked": []}]
)
def test_a_decision_that_lacks_something_is_told_and_not_written(
    pages: TestClient, home: Home, findings: Any, changed: dict[str, Any]
) -> None:
    before = len(load_decisions(home.decisions))
    answer = pages.post("/kho/quyet-dinh", data={**form(findings("soft")), **changed})
    assert answer.status_code == 400
    assert len(load_decisions(home.decisions)) == before


@pytest.mark.parametrize("back", ["//evil.example/x", "http://evil.example", "/graphql", "/kho/../x?y"])
def test_a_decision_leads_back_to_a_page_and_nowhere_else(pages: TestClient, findings: Any, back: str) -> None:
    answer = pages.post("/kho/quyet-dinh", data=form(findings("soft"), back=back), follow_redirects=False)
    assert answer.headers["location"].startswith("/kho/")
    assert "evil" not in answer.headers["location"].partition("?")[0]


def test_the_registers_are_read_again_only_where_one_of_their_files_changed(
    pages: TestClient, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    before = Home.reference
    monkeypatch.setattr(Home, "reference", lambda self, *given: read.append(1) or before(self, *given))
    pages.get("/kho/hoi-truoc")
    asked = len(read)
    assert 'name="by"' in pages.get("/kho/hoi-truoc").text
    assert len(read) == asked
    register = next(iter(sorted(home.seeds.glob("*.csv"))))
    os.utime(register, ns=(0, 1_000_000_000))
    pages.get("/kho/hoi-truoc")
    assert len(read) == asked + 1
