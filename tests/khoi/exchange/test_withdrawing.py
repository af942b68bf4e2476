"""A workbook that was sent by mistake is taken out of what counts, and back in; its bytes and its row stay."""

from __future__ import annotations

import datetime as dt
import shutil

import pandas as pd
import pytest
from built_once import Resettable
from khoi_deployment import Deployment

from ingest.lake import FINDINGS, SUBMISSION_STATES, SUBMISSIONS, read_tables
from ingest.receive import ArrivalTerms
from khoi import stages
from khoi.deployment.fingerprint import inputs_fingerprint
from khoi.exchange.received import NotReceived
from khoi.exchange.withdrawals import CannotWithdraw, withdraw, withdrawals

pytestmark = pytest.mark.long

MONDAY = dt.datetime(2021, 7, 5, 2, tzinfo=dt.UTC)
ROLE = {"by": "Tổ tổng hợp", "reason": "gửi nhầm"}


def states(deployment: Deployment, day: int) -> dict[str, tuple[str, bool]]:
    """(state, counts) by file name after a pass on that day."""
    home = deployment.home
    moment = MONDAY + dt.timedelta(days=day)
    stages.receive(home, settle_seconds=0, workers=1, terms=ArrivalTerms(clock=lambda: moment))
    stages.normalise(home)
    stages.check(home)
    known = read_tables(home.lake / "submissions", SUBMISSIONS)[["file_hash", "file_name"]]
    found = read_tables(home.lake / "checked", SUBMISSION_STATES, "submission_states.parquet").merge(known)
    return {row.file_name: (row.state, row.is_current) for row in found.itertuples()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Deployment, Resettable]:
    """A workbook, the better one that replaced it, and one that contradicts itself."""
    place = tmp_path_factory.mktemp("withdrawing")
    deployment = Deployment(place / "khoi")
    deployment.write("ZZ-001", "2021H1", 20, 2).rename(deployment.home.inbox / "đầu.xlsx")
    states(deployment, 0)
    deployment.write("ZZ-001", "2021H1", 20, 5).rename(deployment.home.inbox / "nhầm.xlsx")
    deployment.write("ZZ-002", "2021H1", 30, 4, CLOSE=43).rename(deployment.home.inbox / "sai.xlsx")
    found = states(deployment, 1)
    assert found["nhầm.xlsx"][1]
    assert found["đầu.xlsx"] == ("superseded", False)
    assert found["sai.xlsx"][0] == "returned"
    return deployment, Resettable(deployment.home.root, place / "kept")


@pytest.fixture
def received(made: tuple[Deployment, Resettable]) -> Deployment:
    """The deployment as it was made."""
    deployment, whole = made
    whole.put_back()
    return deployment


def test_what_a_withdrawn_workbook_replaced_counts_again_and_it_may_be_taken_back_in(received: Deployment) -> None:
    home = received.home
    withdraw(home, "nhầm.xlsx", **ROLE)
    (home.inbox / "nhầm.xlsx").unlink()
    found = states(received, 2)
    assert found["đầu.xlsx"][1]
    assert found["nhầm.xlsx"] == ("withdrawn", False)
    told = read_tables(home.lake / "checked", FINDINGS, "findings.parquet")
    assert "nhầm.xlsx" not in set(told["file_name"])
    assert "V001" not in set(told["rule_id"]), "there are no longer two files with one number"
    withdraw(home, "nhầm.xlsx", undo=True, **ROLE)
    found = states(received, 3)
    assert found["nhầm.xlsx"][1]
    assert found["đầu.xlsx"] == ("superseded", False)
    assert withdrawals(home)[["verdict", "is_in_force"]].values.tolist() == [["restore", False], ["withdraw", False]]


def test_a_withdrawn_workbook_is_not_asked_back_and_its_organization_is_missing_again(received: Deployment) -> None:
    home = received.home
    stages.return_copies(home)
    assert list(home.returned.rglob("ZZ-002*"))
    withdraw(home, "sai.xlsx", **ROLE)
    assert states(received, 2)["sai.xlsx"] == ("withdrawn", False)
    stages.return_copies(home)
    assert not list(home.returned.rglob("ZZ-002*"))
    told = read_tables(home.lake / "checked", FINDINGS, "findings.parquet")
    missing = told[(told["organization_code"] == "ZZ-002") & (told["period_code"] == "2021H1")]
    assert missing["observed"].tolist() == ["none"]


def test_a_withdrawal_makes_the_next_run_run(received: Deployment) -> None:
    before = inputs_fingerprint(received.home)
    withdraw(received.home, "nhầm.xlsx", **ROLE)
    assert inputs_fingerprint(received.home) != before


def test_a_file_is_named_by_its_name_its_hash_or_its_bytes(received: Deployment) -> None:
    home = received.home
    copy = shutil.copy(home.inbox / "đầu.xlsx", home.root / "anywhere.xlsx")
    by_bytes = withdraw(home, str(copy), **ROLE)
    assert by_bytes.file_name == "đầu.xlsx"
    withdraw(home, by_bytes.file_hash[:8], undo=True, **ROLE)
    assert not withdrawals(home)["is_in_force"].any()
    with pytest.raises(NotReceived, match="no such file"):
        withdraw(home, "khác.xlsx", **ROLE)
    with pytest.raises(CannotWithdraw, match="not withdrawn"):
        withdraw(home, "đầu.xlsx", undo=True, **ROLE)
    withdraw(home, "đầu.xlsx", **ROLE)
    with pytest.raises(CannotWithdraw, match="withdrawn before"):
        withdraw(home, "đầu.xlsx", **ROLE)
    with pytest.raises(CannotWithdraw, match="empty"):
        withdraw(home, "nhầm.xlsx", by=" ", reason="x")


def test_of_several_files_of_one_name_the_hash_is_asked_for(received: Deployment) -> None:
    home = received.home
    received.write("ZZ-001", "2021H2", 22, 1).rename(home.inbox / "nhầm.xlsx")
    states(received, 2)
    with pytest.raises(NotReceived, match=r"(?s)02/|09:00 06/07/2021  nhầm\.xlsx"):
        withdraw(home, "nhầm.xlsx", **ROLE)
    known = read_tables(home.lake / "submissions", SUBMISSIONS)
    (wanted,) = known.loc[(known["file_name"] == "nhầm.xlsx") & (known["period_code"] == "2021H2"), "file_hash"]
    assert withdraw(home, wanted[:12], **ROLE).file_hash == wanted


def test_a_workbook_that_overwrote_another_is_told_apart_by_its_arrival(received: Deployment) -> None:
    """Both bear one name: without the moment the message would tell the sender nothing."""
    received.write("ZZ-001", "2021H1", 20, 7).rename(received.home.inbox / "nhầm.xlsx")
    states(received, 2)
    told = read_tables(received.home.lake / "checked", FINDINGS, "findings.parquet")
    expected = told.loc[told["rule_id"] == "V001", "expected"].sort_values(key=lambda column: column.str.len())
    assert expected.iloc[-1] == "đầu.xlsx, nhầm.xlsx (nhận 09:00 06/07/2021)"
    assert pd.unique(told.loc[told["rule_id"] == "V001", "organization_code"]).tolist() == ["ZZ-001"]
