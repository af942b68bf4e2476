"""One case in the lists of two organizations: a row that was taken over from another workbook."""

from __future__ import annotations

import duckdb
import pytest
from submitted_rows import AFTER_ALL, Lake, findings_frame, nothing_in, register_of

from ingest.catalogue import Catalogue
from ingest.reference import Reference
from quality.beside import looked_at
from quality.catalogue import RuleCatalogue
from quality.check import check_tables
from quality.engine.context import evaluation_context
from quality.schemas.shared_records import numbered_lists, shared_records

A, B, ELSEWHERE = "AA-001", "AA-002", "BB-001"
CASE = {
    **{"CASE_NO": "TH.05.026", "SUBJECT": "DV", "DISCIPLINE_FORM": "CC", "DISCIPLINE_LEVEL": "L_DUCS"},
    **{"VIOLATION": "KHAC", "COMMITTEE_MEMBER": "KHONG", "DECIDED_ON": "2022-03-10", "DECISION_STATUS": "DECIDED"},
}
PROPOSED = {**{name: value for name, value in CASE.items() if name != "DECIDED_ON"}, "DECISION_STATUS": "PROPOSED"}


@pytest.fixture
def register() -> Reference:
    return register_of(A, B, ELSEWHERE, committees={ELSEWHERE: "BB"})


def lake_of(**cases: dict[str, str]) -> Lake:
    """One workbook an organization (AA_001 for AA-001), of which each has one case."""
    lake = Lake()
    for name, case in cases.items():
        organization = name.replace("_", "-")
        lake.add(name, {"membership_change.CLOSE": 9}, organization, committee=organization[:2])
        lake.record(name, "discipline_cases", 1, case)
    return lake


@pytest.fixture
def told(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, register: Reference):
    def tell(lake: Lake, sound: frozenset[str] = frozenset()) -> list[tuple[str, str, str]]:
        connection.register("entries", lake.entries)
        versions = evaluation_context(lake.submissions, register)
        found = shared_records(connection, versions, versions, sound, catalogue)
        return list(zip(found["file_hash"], found["cell"], found["expected"], strict=True))

    return tell


def test_both_are_asked_at_the_number_where_nothing_says_whose_it_is(told) -> None:
    both = [("AA_001", "A11", B), ("AA_002", "A11", A)]
    assert told(lake_of(AA_001=CASE, AA_002=CASE)) == both
    assert told(lake_of(AA_001=CASE, AA_002={**CASE, "CASE_NO": "th.05. 026"}), frozenset({"AA_001", "AA_002"})) == both


def test_who_is_sound_inside_is_not_asked_for_another_that_is_not(told) -> None:
    assert told(lake_of(AA_001=CASE, AA_002=CASE), frozenset({"AA_001"})) == [("AA_002", "A11", A)]


@pytest.mark.parametrize(
    "other",
    [
        {**CASE, "CASE_NO": "TH.05.027"},
        {**CASE, "DECIDED_ON": "2022-03-11"},
        {**CASE, "DISCIPLINE_FORM": "KT"},
        {**CASE, "DISCIPLINE_LEVEL": "L_CB"},
    ],
)
def test_two_cases_that_differ_in_anything_are_two(told, other: dict[str, str]) -> None:
    assert told(lake_of(AA_001=CASE, AA_002=other)) == []


def test_of_proposed_cases_and_of_other_committees_nothing_is_asked(told) -> None:
    assert told(lake_of(AA_001=PROPOSED, AA_002=PROPOSED)) == []
    assert told(lake_of(AA_001=CASE, BB_001=CASE)) == []


def test_the_question_is_soft_and_in_words(catalogue: Catalogue, rules: RuleCatalogue, register: Reference) -> None:
    cells = nothing_in(catalogue, register["codes"])
    lake = Lake()
    for name in (A, B):
        lake.add(name, cells, name)
        lake.record(name, "discipline_cases", 1, CASE)
    frames = (lake.submissions, lake.observations, lake.entries, findings_frame())
    findings = check_tables(*frames, catalogue, register, rules, as_of=AFTER_ALL).findings
    mine = findings[findings["rule_id"] == "S020"]
    assert set(mine["severity"]) == {"soft"}
    assert list(mine["organization_code"]) == [A, B]
    assert "vụ “TH.05.026” ở dòng 11 có cả trong danh sách của AA-002" in mine["message_vi"].iloc[0]


def test_what_stands_beside_one_workbook_has_these_lists(
    catalogue: Catalogue, rules: RuleCatalogue, reference: Reference
) -> None:
    assert list(numbered_lists(catalogue)["numbered_lists"]["form"]) == ["discipline_cases"]
    assert set(looked_at(rules, catalogue, reference).lists) == {"discipline_cases", "transfers"}
