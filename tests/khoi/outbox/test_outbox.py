"""Letters in `outbox/`: to whom, when, what they say, and that writing them again changes nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from khoi_deployment import Deployment

from ingest.database import open_database
from khoi.outbox import REMINDER_DAYS, due_letters, letters, write_outbox

DUE = dt.date(2021, 7, 20)
LATER = DUE + dt.timedelta(days=1)
STATES = {"ZZ-001": ("accepted", True, 0), "ZZ-002": ("missing", False, 0), "ZZ-003": ("returned", False, 3)}


@pytest.fixture
def deployment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """Three organizations owe 2021H1; ``rpt_completeness`` as the warehouse would hold it stands for the warehouse."""
    made = Deployment(tmp_path / "khoi")
    made.home.create()
    roster = pd.DataFrame(
        [
            {
                "committee_code": "ZZ",
                "period_code": "2021H1",
                "organization_code": code,
                "organization_name": f"Chi bộ {code}",
                "is_committee_itself": False,
                "state": state,
                "is_counted": counted,
                "due_on": DUE,
                "hard_findings": hard,
            }
            for code, (state, counted, hard) in STATES.items()
        ]
    )

    def published(_: object) -> object:
        connection = open_database()
        connection.register("rows_of_it", roster)
        connection.execute("create table rpt_completeness as from rows_of_it")
        return connection

    monkeypatch.setattr(letters, "open_published", published)
    return made


def lock(deployment: Deployment, day: str) -> None:
    deployment._register(
        "reporting_periods",
        [{"committee_code": "ZZ", "period_code": "2021H1", "due_on": str(DUE), "locked_on": day}],
    )


def names(deployment: Deployment, day: dt.date) -> list[str]:
    return [letter.name for letter in due_letters(deployment.home, deployment.home.reference(), day)]


def test_who_is_written_to_depends_on_the_due_date(deployment: Deployment) -> None:
    early = DUE - dt.timedelta(days=REMINDER_DAYS + 1)
    assert names(deployment, early) == ["ZZ/2021H1/ZZ-003.txt"], "a returned workbook is to be mended at any time"
    both = ["ZZ/2021H1/ZZ-002.txt", "ZZ/2021H1/ZZ-003.txt"]
    assert names(deployment, DUE - dt.timedelta(days=REMINDER_DAYS)) == both
    assert names(deployment, DUE) == both, "the due date itself is no day too late"
    assert names(deployment, LATER) == [*both, "ZZ/2021H1/bao-cao-cap-uy.txt"]


def test_a_locked_period_asks_nobody(deployment: Deployment) -> None:
    lock(deployment, str(LATER))
    assert names(deployment, DUE)
    assert names(deployment, LATER) == []


def test_what_the_letters_say(deployment: Deployment) -> None:
    copy = deployment.home.returned / "ZZ" / "2021H1" / "ZZ-003_2021H1_1.xlsx"
    copy.parent.mkdir(parents=True)
    copy.touch()
    told = {one.name[10:]: one.text for one in due_letters(deployment.home, deployment.home.reference(), LATER)}
    for text in told.values():
        assert text.startswith("Tiêu đề: ")
        assert "20/07/2021" in text
        assert "6 tháng đầu năm 2021" in text
        assert "Đảng bộ thử" in text
        assert "{" not in text
    assert "Chi bộ ZZ-002" in told["ZZ-002.txt"]
    assert "quá hạn" in told["ZZ-002.txt"]
    assert "3 chỗ" in told["ZZ-003.txt"]
    assert "returned/ZZ/2021H1/ZZ-003_2021H1_1.xlsx" in told["ZZ-003.txt"]
    escalation = told["bao-cao-cap-uy.txt"]
    assert "Trong 3 đơn vị phải gửi, còn 2 đơn vị" in escalation
    assert "Chi bộ ZZ-002 (ZZ-002): chưa gửi" in escalation
    assert "ZZ-001" not in escalation


def test_letters_are_written_once_and_taken_away_when_nobody_has_to_be_told(deployment: Deployment) -> None:
    home, reference = deployment.home, deployment.home.reference()
    first = write_outbox(home, reference, LATER)
    assert (first.letters, first.written, first.removed) == (3, 3, 0)
    letter = home.outbox / "ZZ" / "2021H1" / "ZZ-002.txt"
    before = letter.stat().st_mtime_ns
    again = write_outbox(home, reference, LATER + dt.timedelta(days=30))
    assert (again.letters, again.written, again.removed) == (3, 0, 0), "nothing in a letter changes from day to day"
    assert letter.stat().st_mtime_ns == before
    (home.outbox / "ZZ" / "note.txt").write_text("of a person", encoding="utf-8")
    lock(deployment, str(LATER))
    assert write_outbox(home, home.reference(), LATER).removed == 3
    assert [path.name for path in home.outbox.rglob("*.txt")] == ["note.txt"]


@pytest.mark.parametrize("damaged", ["", "[1]", "{", '{"../../evil.txt": "x"}'], ids=["empty", "list", "half", "away"])
def test_a_damaged_manifest_is_made_again_and_leads_nowhere(deployment: Deployment, damaged: str) -> None:
    outside = deployment.home.root.parent / "evil.txt"
    outside.write_text("not ours", encoding="utf-8")
    deployment.home.outbox.mkdir(exist_ok=True)
    (deployment.home.outbox / "manifest.json").write_text(damaged, encoding="utf-8")
    assert write_outbox(deployment.home, deployment.home.reference(), LATER).written == 3
    assert outside.exists()
    assert write_outbox(deployment.home, deployment.home.reference(), LATER).written == 0
