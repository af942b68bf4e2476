"""What the lake holds of an organization is read for a check, no more of it, and what is new there is seen."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from khoi_deployment import Deployment

from bench.printed.sheet import Sheet, save_books
from bench.printed.year import year_deployment, year_sheets
from ingest.lake import FINDINGS, OBSERVATIONS, SUBMISSIONS, read_tables
from khoi import stages
from khoi.exchange.precheck import prechecker
from khoi.exchange.sent_before import SentBefore


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    one = Deployment(tmp_path_factory.mktemp("before") / "khoi")
    for organization in ("ZZ-001", "ZZ-002"):
        one.write(organization, "2021H1", 40, 2)
    stages.receive(one.home, settle_seconds=0)
    stages.normalise(one.home)
    return one


def test_only_rows_of_the_organization_before_are_read_as_the_lake_holds_them(deployment: Deployment) -> None:
    lake, reference = deployment.home.lake, deployment.home.reference()
    known = read_tables(lake / "submissions", SUBMISSIONS)
    mine = known[known["organization_code"] == "ZZ-001"]
    given = mine.assign(file_hash="new", period_code="2021H2")
    found = SentBefore(lake).of(given, reference)
    whole = read_tables(lake / "normalised", OBSERVATIONS, "*/*/observations.parquet")
    expected = whole[whole["file_hash"].isin(mine["file_hash"])].reset_index(drop=True)
    assert len(expected) > 100
    pd.testing.assert_frame_equal(found.observations, expected)
    assert set(found.submissions["file_hash"]) == set(mine["file_hash"])
    of_itself = SentBefore(lake).of(mine, reference)
    assert of_itself.submissions.empty
    assert of_itself.observations.empty


def test_what_receiving_said_of_an_earlier_version_is_known(deployment: Deployment) -> None:
    lake, reference = deployment.home.lake, deployment.home.reference()
    known = read_tables(lake / "submissions", SUBMISSIONS)
    ((mine, batch),) = known.loc[known["organization_code"] == "ZZ-001", ["file_hash", "cells_file"]].to_numpy()
    said = {"finding_id": "x", "rule_id": "macros", "engine": "receive", "severity": "hard", "outcome": "fail"}
    told = pa.Table.from_pylist([{**said, "file_hash": one} for one in (mine, "of another")], schema=FINDINGS)
    path = lake / "received_findings" / batch
    assert not path.exists()
    path.parent.mkdir(exist_ok=True)
    pq.write_table(told, path)
    try:
        given = known.assign(file_hash="new", period_code="2021H2")[known["file_hash"] == mine]
        found = SentBefore(lake).of(given, reference).findings
    finally:
        path.unlink()
    assert found.loc[found["rule_id"] == "macros", "file_hash"].tolist() == [mine]


def test_a_version_that_waits_to_be_normalised_is_taken_up_as_the_next_run_will(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path / "khoi")
    deployment.write("ZZ-001", "2021H1", 40, 2)
    stages.receive(deployment.home, settle_seconds=0)
    wrong = deployment.write("ZZ-001", "2021H2", 50, 0)  # the last closing was 42
    mine = tmp_path / "mine.xlsx"
    wrong.rename(mine)
    waiting = SentBefore(deployment.home.lake)
    with prechecker(deployment.home) as ready:
        assert "R002" in set(ready.check([mine]).findings["rule_id"])
        stages.normalise(deployment.home)
        assert "R002" in set(ready.check([mine]).findings["rule_id"])
    known = read_tables(deployment.home.lake / "submissions", SUBMISSIONS)
    given = known.assign(file_hash="new", period_code="2021H2")
    assert waiting.of(given, deployment.home.reference()).waiting.empty


@pytest.mark.long
def test_a_workbook_that_came_in_while_a_process_stays_is_seen_by_its_next_check(
    deployment: Deployment, tmp_path: Path
) -> None:
    wrong = deployment.write("ZZ-001", "2021H2", 50, 0)  # its last closing was 42
    mine = tmp_path / "mine.xlsx"
    wrong.rename(mine)
    with prechecker(deployment.home) as ready:
        before = set(ready.check([mine]).findings["rule_id"])
        deployment.write("ZZ-001", "2021H1", 40, 10, submission_no=2)
        stages.receive(deployment.home, settle_seconds=0)
        stages.normalise(deployment.home)
        after = set(ready.check([mine]).findings["rule_id"])
    assert "R002" in before
    assert "R002" not in after


@pytest.mark.long
@pytest.mark.parametrize("is_normalised", [True, False])
def test_a_file_that_would_take_accepted_forms_away_is_told_so_before_it_is_sent(
    tmp_path: Path, is_normalised: bool
) -> None:
    home, register = year_deployment(tmp_path)
    by_form: dict[str, Sheet] = {}
    for sheet in year_sheets([2, 3], 40, 1, register[:1]):
        if sheet.name.startswith("y"):
            by_form.setdefault(sheet.form, sheet)
    first, second = by_form.values()
    (sent,) = save_books([first], tmp_path)
    sent.rename(home.inbox / sent.name)
    stages.receive(home, settle_seconds=0)
    if is_normalised:
        stages.normalise(home)
    (mine,) = save_books([second], tmp_path)
    with prechecker(home) as ready:
        told = ready.check([mine]).findings
    assert told.loc[told["rule_id"] == "V005", "severity"].tolist() == ["hard"]
