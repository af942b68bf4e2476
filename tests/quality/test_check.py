"""The check as a whole: two steps, one finding a violation, nothing cut off, the same whatever the order of rows."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from submitted_rows import (
    AFTER_ALL,
    BEFORE,
    PERIOD,
    Lake,
    Value,
    findings_frame,
    nothing_in,
    register_of,
    seed,
    what_goes_with,
)

from ingest import lake as tables
from ingest.catalogue import Catalogue
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.check import CheckResult, check_tables
from quality.check_lake import check_lake

CHANGE = "membership_change."


@pytest.fixture(scope="session")
def zeros(catalogue: Catalogue, reference: Reference) -> dict[str, Value]:
    """A workbook with a zero in every cell of the matrix forms and in every aggregate."""
    return nothing_in(catalogue, reference["codes"])


def members(zeros: dict[str, Value], opening: int, closing: int, **changes: Value) -> dict[str, Value]:
    """A workbook that holds together: members grow by admissions; ``changes`` are items of Biểu 1."""
    grown = {
        "OPEN": opening,
        "INC": closing - opening,
        "IN_ADMIT": closing - opening,
        "CLOSE": closing,
        "PRESENT": closing,
    }
    others = {"member_status.OFFICIAL": closing, "membership_structure.TOTAL": closing}
    told = {CHANGE + item: value for item, value in {**grown, **changes}.items()}
    return {**zeros, **told, **others, **what_goes_with(closing)}


@dataclasses.dataclass(frozen=True)
class Checker:
    """The project's forms and rules, ready to check lakes."""

    catalogue: Catalogue
    rules: RuleCatalogue

    def __call__(
        self,
        lake: Lake,
        reference: Reference,
        reading: pd.DataFrame | None = None,
        *,
        as_of: dt.date = AFTER_ALL,
        order: int | None = None,
    ) -> CheckResult:
        frames = [lake.submissions, lake.observations, lake.entries, findings_frame() if reading is None else reading]
        if order is not None:
            frames = [frame.sample(frac=1, random_state=order) for frame in frames]
        return check_tables(*frames, self.catalogue, reference, self.rules, as_of=as_of)


@pytest.fixture(scope="session")
def check(catalogue: Catalogue, rules: RuleCatalogue) -> Checker:
    """`check_tables` with the project's forms and rules."""
    return Checker(catalogue, rules)


def rules_of(result: CheckResult, file_hash: str | None = None) -> list[str]:
    """The ids of the rules that failed, of one file or of all; hints apart: a small organization is no fault."""
    findings = result.findings[result.findings["severity"] != "info"]
    return sorted(
        findings["rule_id"] if file_hash is None else findings.loc[findings["file_hash"] == file_hash, "rule_id"]
    )


def states_of(result: CheckResult) -> dict[str, str]:
    """State by file."""
    states = result.submission_states
    return dict(zip(states["file_hash"], states["state"], strict=True))


def test_a_workbook_that_holds_together_gives_no_finding(check, zeros) -> None:
    lake = Lake().add("f", members(zeros, 40, 42)).add("b", members(zeros, 38, 40), period=BEFORE)
    result = check(lake, register_of("AA-1"))
    assert rules_of(result) == []
    assert set(states_of(result).values()) == {"accepted"}
    assert result.rule_outcomes["failed"].sum() == 0
    assert result.rule_outcomes.set_index(["rule_id", "period_code"]).at[("R002", PERIOD), "passed"] == 1


def test_a_contradiction_is_told_with_its_cells_in_both_languages(check, zeros) -> None:
    result = check(Lake().add("f", members(zeros, 2_000, 2_002, CLOSE=2_003)), register_of("AA-1", periods=(PERIOD,)))
    told = result.findings.set_index("rule_id").loc["R001A"]
    assert (told["engine"], told["severity"], told["outcome"]) == ("rule", "hard", "fail")
    assert (told["observed"], told["expected"]) == ("2003", "2002")
    assert "2.003" in told["message_vi"]
    assert "2,003" in told["message_en"]
    assert told["cells"] in told["message_vi"]
    assert told["file_name"] == "f.xlsx"
    assert states_of(result) == {"f": "returned"}


def test_the_second_step_sees_only_what_is_clean_inside(check, zeros) -> None:
    before = members(zeros, 18, 20)
    lake = Lake().add("b", before, period=BEFORE).add("f", members(zeros, 25, 25))
    result = check(lake, register_of("AA-1"))
    assert rules_of(result, "f") == ["R002"]
    assert states_of(result) == {"b": "accepted", "f": "returned"}

    broken = Lake().add("b", {**before, f"{CHANGE}INC": 9}, period=BEFORE).add("f", members(zeros, 25, 25))
    result = check(broken, register_of("AA-1"))
    assert rules_of(result, "f") == []
    assert states_of(result) == {"b": "returned", "f": "accepted"}


def test_the_last_clean_version_of_the_period_before_is_the_one_compared(check, zeros) -> None:
    lake = Lake().add("b1", members(zeros, 18, 20), period=BEFORE)
    lake.add("b2", members(zeros, 18, 25), period=BEFORE, submission_no=2)
    lake.add("b3", members(zeros, 18, 30, CLOSE=31), period=BEFORE, submission_no=3)
    lake.add("f", members(zeros, 25, 25))
    result = check(lake, register_of("AA-1"))
    assert rules_of(result, "f") == []
    assert states_of(result) == {"b1": "superseded", "b2": "accepted", "b3": "returned", "f": "accepted"}


def test_members_that_an_event_moved_are_no_contradiction(check, zeros) -> None:
    merger: dict[str, Any] = {
        "event_id": "E1",
        "event_type": "merged",
        "effective_on": "2022-03-01",
        "committee_code": "AA",
        "from_organization_code": "AA-2",
        "to_organization_code": "AA-1",
        "unit": "organization",
        "members_moved": "5",
        "cells_moved": "0",
    }
    lake = Lake().add("b", members(zeros, 20, 20), period=BEFORE).add("f", members(zeros, 25, 25))
    moved = register_of("AA-1", "AA-2", organization_events=seed("organization_events", [merger]))
    assert rules_of(check(lake, register_of("AA-1")), "f") == ["R002"]
    result = check(lake, moved)
    assert rules_of(result, "f") == []
    assert set(result.register_observations["cell_code"]) >= {"register.MEMBERS_IN", "register.MEMBERS_OUT"}


def test_what_reading_found_hard_keeps_a_workbook_from_being_used(check, zeros) -> None:
    lake = Lake().add("f", members(zeros, 20, 22)).add("g", members(zeros, 5, 5), "AA-2")
    reading = findings_frame(
        {"finding_id": "r1", "file_hash": "f", "rule_id": "not_a_count", "severity": "hard", "outcome": "fail"},
        {"finding_id": "r2", "file_hash": "g", "rule_id": "moved", "severity": "info", "outcome": "fail"},
    )
    result = check(lake, register_of("AA-1", "AA-2", periods=(PERIOD,)), reading)
    assert states_of(result) == {"f": "returned", "g": "accepted"}
    assert rules_of(result, "f") == ["not_a_count"]


def test_the_missing_are_told_last_and_change_no_state(check, zeros) -> None:
    lake = Lake().add("f", members(zeros, 20, 22)).add("x", {}, read_state="unreadable")
    result = check(lake, register_of("AA-1", "AA-2", periods=(PERIOD,)), as_of=dt.date(2022, 8, 1))
    assert rules_of(result) == ["R034"]
    assert states_of(result) == {"f": "accepted", "x": "unreadable"}


# Whatever the order, however many.


def several(zeros: dict[str, Value]) -> tuple[Lake, pd.DataFrame, Reference]:
    """Four organizations, two periods, versions, contradictions of every engine, files that were not identified."""
    lake = Lake()
    for number, code in enumerate(("AA-1", "AA-2", "AA-3", "AA-4")):
        lake.add(f"b{number}", members(zeros, 20, 20 + number), code, BEFORE)
        lake.add(f"f{number}", members(zeros, 20, 20 + number, CLOSE=20 + 2 * number, DEC=number // 2), code)
        lake.record(f"f{number}", "discipline_cases", 1, {"CASE_NO": "1", "SUBJECT": "DVDB", "DISCIPLINE_FORM": "KTR"})
        lake.record(f"f{number}", "discipline_cases", 2, {"CASE_NO": "1", "SUBJECT": "TCD", "DISCIPLINE_FORM": "KTR"})
        lake.record(f"f{number}", "transfers", 1, {"SCOPE": "TRONG_DANG_BO", "COUNTERPART": None, "MEMBERS": 2.5})
    lake.add("again", {**members(zeros, 20, 20), f"{CHANGE}INC": None}, "AA-2")
    lake.add("late", members(zeros, 21, 21), "AA-2", submission_no=2, received_at="2023-01-01T00:00:00Z")
    lake.add("b4", members(zeros, 20, 20), "AA-1", BEFORE, submission_no=2)
    lake.add("x", {}, read_state="unreadable").add("u", {}, read_state="unidentified")
    reading = findings_frame(
        *(
            {"finding_id": f"r{n}", "file_hash": f"f{n}", "rule_id": "moved", "severity": "info", "outcome": "fail"}
            for n in range(4)
        ),
        {"finding_id": "rx", "file_hash": "x", "rule_id": "damaged", "severity": "hard", "outcome": "fail"},
    )
    return lake, reading, register_of("AA-1", "AA-2", "AA-3", "AA-4", "AA-5", locked_on="2022-12-31")


@pytest.mark.long
@pytest.mark.parametrize("order", range(5))
def test_any_order_of_rows_gives_the_same_tables(check, zeros, order: int) -> None:
    lake, reading, register = several(zeros)
    day = dt.date(2022, 8, 1)
    expected = check(lake, register, reading, as_of=day)
    assert len(set(rules_of(expected))) > 10
    assert set(states_of(expected).values()) >= {"unreadable", "unidentified", "returned", "accepted", "superseded"}
    found = check(lake, register, reading, as_of=day, order=order)
    for name in ("findings", "submission_states", "rule_outcomes", "register_observations"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(expected, name))


def test_every_violation_has_an_id_of_its_own_that_it_keeps(check, zeros) -> None:
    lake, reading, register = several(zeros)
    first, second = check(lake, register, reading), check(lake, register, reading)
    assert first.findings["finding_id"].is_unique
    assert first.findings["finding_id"].equals(second.findings["finding_id"])
    alone = check(Lake().add("f3", members(zeros, 20, 23, CLOSE=26, DEC=1), "AA-4"), register)
    kept = set(first.findings.loc[first.findings["file_hash"] == "f3", "finding_id"])
    again = set(alone.findings.loc[alone.findings["rule_id"] == "R001A", "finding_id"])
    assert again
    assert again <= kept


WRONG = {
    "R026D": {"member_status.RESIDENCE_DUE": 3, "member_status.RESIDENCE": 4},
    "R026E": {"organization_profile.CONGRESSES_DUE": 0, "organization_profile.CONGRESSES_HELD": 1},
    "R022C_ORGANIZATIONS": {"discipline_summary.ORGANIZATIONS": 2, "discipline_cases.ORGANIZATIONS": 1},
    "R022G_COMMITTEE_MEMBERS": {"discipline_summary.COMMITTEE_MEMBERS": 0, "discipline_cases.COMMITTEE_MEMBERS": 1},
    "R043_IN": {"membership_change.IN_TR_OWN": 2, "transfers.IN.TRONG_DANG_BO": 1},
}
"""Five contradictions apart from each other, so that each is one finding and nothing else is."""


@pytest.mark.long
def test_four_thousand_one_hundred_violations_are_four_thousand_one_hundred_findings(check) -> None:
    organizations = [f"AA-{number:04d}" for number in range(4_100 // len(WRONG))]
    lake = Lake()
    for code in organizations:
        lake.add(f"file-{code}", {cell: value for cells in WRONG.values() for cell, value in cells.items()}, code)
    result = check(lake, register_of(*organizations, periods=(PERIOD,)))
    linear = result.findings[result.findings["rule_id"].isin(list(WRONG))]
    assert len(linear) == 4_100
    assert linear["finding_id"].is_unique
    assert linear.groupby("rule_id").size().to_dict() == dict.fromkeys(WRONG, 820)
    assert set(result.findings["rule_id"]) == set(WRONG)  # each returned workbook is told once, by what is wrong in it
    assert result.rule_outcomes.set_index("rule_id").loc[list(WRONG), "failed"].to_list() == [820] * len(WRONG)
    assert linear["message_vi"].str.len().min() > 20


# Nothing there.


def test_nothing_at_all_is_checked_without_a_finding(check) -> None:
    result = check(Lake(), register_of())
    for frame, schema in (
        (result.findings, tables.FINDINGS),
        (result.submission_states, tables.SUBMISSION_STATES),
        (result.rule_outcomes, tables.RULE_OUTCOMES),
        (result.register_observations, tables.REGISTER_OBSERVATIONS),
    ):
        assert frame.empty
        assert set(schema.names) <= set(frame.columns)


def test_an_inbox_without_one_identified_workbook_is_checked(check) -> None:
    lake = Lake().add("x", {}, read_state="unreadable").add("u", {}, read_state="unidentified")
    result = check(lake, register_of("AA-1", periods=(PERIOD,)))
    assert states_of(result) == {"u": "unidentified", "x": "unreadable"}
    assert rules_of(result) == ["R034"]


def test_workbooks_of_an_undeclared_period_or_organization_stop_nothing(check, zeros) -> None:
    lake = Lake().add("p", members(zeros, 1, 1), period="1999H1").add("o", members(zeros, 1, 1), "ZZ-9")
    lake.add("f", members(zeros, 1, 2, CLOSE=3))
    result = check(lake, register_of("AA-1", periods=(PERIOD,)))
    assert states_of(result)["f"] == "returned"
    assert set(states_of(result)) == {"p", "o", "f"}


def test_workbooks_of_empty_cells_only_are_refused_and_told_form_by_form(check, zeros, catalogue) -> None:
    lake = Lake().add("f", dict.fromkeys(zeros))
    result = check(lake, register_of("AA-1", periods=(PERIOD,)))
    told = {rule: set(result.findings.loc[result.findings["rule_id"] == rule, "sheet"]) for rule in ("S008", "S015")}
    matrix = [form for form in catalogue.forms if form.kind == "matrix" and "H2" in form.due]
    assert told["S008"] == {form.form for form in matrix if not form.may_be_nil}
    assert told["S015"] == {form.form for form in matrix if form.may_be_nil}
    assert states_of(result) == {"f": "returned"}
    assert result.rule_outcomes.loc[result.rule_outcomes["rule_id"].str.startswith("R0"), "passed"].sum() == 0


def written(lake: Lake, folder: Path, reading: pd.DataFrame) -> Path:
    """The lake as files, one partition a period; columns without a single value are of the type null to pandas."""
    tables.write_table(lake.submissions, tables.SUBMISSIONS, folder / "submissions" / "a.parquet")
    tables.write_table(reading, tables.FINDINGS, folder / "received_findings" / "a.parquet")
    for name, frame, schema in (
        ("observations", lake.observations, tables.OBSERVATIONS),
        ("entries", lake.entries, tables.ENTRIES),
    ):
        for period, rows in frame.groupby("period_code"):
            tables.write_table(rows, schema, folder / "normalised" / "AA" / str(period) / f"{name}.parquet")
    return folder


def test_the_lake_is_checked_as_its_tables_are(check, zeros, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # These tables stand for what was normalised just now, so no file waits.
    monkeypatch.setattr("quality.check_lake.waiting_files", lambda *given: set())
    lake, reading, register = several(zeros)
    expected = check(lake, register, reading)
    folder = written(lake, tmp_path, reading)
    report = check_lake(folder, check.catalogue, register, check.rules, as_of=AFTER_ALL)
    findings = tables.read_tables(folder / "checked", tables.FINDINGS, "findings.parquet")
    assert findings["finding_id"].to_list() == expected.findings["finding_id"].to_list()
    assert findings["message_vi"].to_list() == expected.findings["message_vi"].to_list()
    assert report.submissions == len(lake.submissions)
    assert sum(report.findings.values()) == len(findings)
    assert sum(report.states.values()) == len(lake.submissions)


def test_an_empty_lake_is_checked(check, tmp_path: Path) -> None:
    report = check_lake(tmp_path, check.catalogue, register_of("AA-1", periods=(PERIOD,)), check.rules, as_of=AFTER_ALL)
    assert report.submissions == 0
    assert report.findings == {"soft": 1}, "the one organization is asked for its workbook"
    assert (tmp_path / "checked" / "rule_outcomes.parquet").exists()
