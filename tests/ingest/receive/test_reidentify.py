"""What reading said of a file goes on being said when registers change, under the same ids."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ingest.findings import reading_findings
from ingest.receive.judge import Judge
from ingest.receive.reidentify import _carried

SUBJECT = {"committee_code": None, "organization_code": None, "period_code": None}


def submissions(**given: object) -> pd.DataFrame:
    row = {"file_hash": "h1", "file_name": "một.xlsx", "part_of": None, "layout": None, **SUBJECT, **given}
    return pd.DataFrame([row])


def test_what_is_carried_keeps_its_id_and_takes_the_new_subject() -> None:
    rows = [
        {"file_hash": "h1", "file_name": "một.xlsx", "name": "personal_in_table", "sheet": "Biểu 1", "cell": "C9"},
        {"file_hash": "h1", "file_name": "một.xlsx", "name": "active_content", "observed": "vbaProject.bin"},
    ]
    told = reading_findings(rows)
    carried = _carried(told, submissions(), submissions(organization_code="AA-1"))
    assert sorted(carried["finding_id"]) == sorted(told["finding_id"])
    assert set(carried["organization_code"]) == {"AA-1"}


def test_only_of_a_file_that_is_nobodys_its_name_says_whom_to_ask(catalogue, reference) -> None:
    judge = Judge(catalogue, reference, Path())
    name = "AA-1_2022H1.xlsx"

    def asked(read_state: str, organization: str | None) -> bool:
        return bool(judge.likely({"read_state": read_state, "organization_code": organization, "file_name": name}))

    assert asked("unreadable", None)
    assert asked("unidentified", None)
    assert not asked("unidentified", "AA-1")
    assert not asked("identified", None)
