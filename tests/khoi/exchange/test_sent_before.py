"""What the lake holds of an organization is read for a check, no more of it, and what is new there is seen."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from khoi_deployment import Deployment

from ingest.lake import OBSERVATIONS, SUBMISSIONS, read_tables
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
