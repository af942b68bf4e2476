"""Corrections laid over what was submitted: only while the workbook says what they expect, and loudly where not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.deployment import demo_reference
from ingest import lake
from ingest.catalogue import load_catalogue
from ingest.reference import SEED_COLUMNS, Reference
from quality.catalogue import load_rules
from quality.check import CheckResult, check_tables
from quality.engine import offline_connection
from quality.engine.context import evaluation_context
from quality.submissions.corrections import correction_violations, cover_observations

CATALOGUE = load_catalogue()
REFERENCE = demo_reference()
RULES = load_rules(CATALOGUE, REFERENCE)
TODAY = dt.date(2024, 3, 1)
SUBJECT = {"committee_code": "TV", "organization_code": "TV-001", "period_code": "2022H1"}
ADMITTED, RESTORED = "membership_change.IN_ADMIT", "membership_change.IN_RESTORE"
Row = dict[str, object]


def _correction(number: int = 1, **changed: object) -> Row:
    row = {"correction_id": f"SUA-{number}", **SUBJECT, "cell_code": ADMITTED, "expected_old": "3", "new_value": "5"}
    row |= {"reason": "sót", "by_role": "Ban Tổ chức", "decided_on": "2024-02-01", "expires": None}
    return {**row, **changed}


def _reference(corrections: list[Row]) -> Reference:
    frame = pd.DataFrame(corrections, columns=SEED_COLUMNS["corrections"]).astype(object)
    return replace(REFERENCE, tables={**REFERENCE.tables, "corrections": frame.where(frame.notna(), None)})


def _submission(version: int) -> Row:
    received = dt.datetime(2022, 7, version, tzinfo=dt.UTC)
    state = {"read_state": "identified", "submission_no": version, "received_at": received, "container": "xlsx"}
    return {**SUBJECT, **state, "file_hash": f"h{version}", "file_name": f"v{version}.xlsx"}


def _observation(version: int, cell: str, value: float | None) -> Row:
    state = "missing" if value is None else "value" if value else "zero"
    row = {"form": "membership_change", "form_version": "2021", "cell_code": cell, "value": value or None}
    return {**SUBJECT, **row, "state": state, "raw_text": str(value), "file_hash": f"h{version}"}


def _tables(cells: dict[int, dict[str, float | None]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Submissions and observations of file versions: number -> cell -> value."""
    rows = [_observation(version, cell, value) for version, held in cells.items() for cell, value in held.items()]
    submissions = pd.DataFrame([_submission(version) for version in cells], columns=lake.SUBMISSIONS.names)
    return submissions, _as_the_lake_holds(rows, lake.OBSERVATIONS)


def _as_the_lake_holds(rows: list[Row], schema: pa.Schema) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=schema.names)
    return pa.Table.from_pandas(frame, schema=schema, preserve_index=False).to_pandas()


def _covered(
    corrections: list[Row], cells: dict[int, dict[str, float | None]]
) -> tuple[pd.DataFrame, dict[tuple[str, str], tuple[float | None, str]]]:
    """What was judged, and (file, cell) -> (value, state) of what the checks see."""
    submissions, observations = _tables(cells)
    reference = _reference(corrections)
    with offline_connection() as connection:
        connection.register("submitted_observations", observations)
        versions = evaluation_context(submissions, reference)
        judged = cover_observations(connection, versions, CATALOGUE, reference, TODAY)
        rows = connection.execute("select file_hash, cell_code, value, state from observations").fetchall()
    return judged, {(file, cell): (value, state) for file, cell, value, state in rows}


def _statuses(corrections: list[Row], cells: dict[int, dict[str, float | None]]) -> list[str]:
    return _covered(corrections, cells)[0]["status"].tolist()


def test_a_correction_that_holds_counts_and_touches_nothing_else() -> None:
    judged, seen = _covered([_correction()], {1: {ADMITTED: 3, RESTORED: 7}})
    assert judged["status"].tolist() == ["applied"]
    assert seen == {("h1", ADMITTED): (5, "value"), ("h1", RESTORED): (7, "value")}


def test_zero_is_a_number_on_both_sides_and_an_empty_cell_is_none() -> None:
    assert _covered([_correction(expected_old="0")], {1: {ADMITTED: 0}})[1][("h1", ADMITTED)] == (5, "value")
    assert _covered([_correction(new_value="0")], {1: {ADMITTED: 3}})[1][("h1", ADMITTED)] == (0, "zero")
    assert _covered([_correction(expected_old=None)], {1: {ADMITTED: None}})[1][("h1", ADMITTED)] == (5, "value")
    assert _statuses([_correction(expected_old="0")], {1: {ADMITTED: None}}) == ["does_not_hold"]
    assert _statuses([_correction(expected_old=None)], {1: {ADMITTED: 0}}) == ["does_not_hold"]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"expected_old": "4"}, "does_not_hold"),
        ({"new_value": "3"}, "confirmed"),
        ({"expires": "2024-02-29"}, "expired"),
        ({"expires": "2024-03-01"}, "applied"),
        ({"period_code": "2022H2"}, "no_workbook"),
        ({"cell_code": "discipline_cases.FORM.KTR"}, "impossible"),
        ({"cell_code": "register.MEMBERS_IN"}, "impossible"),
        ({"cell_code": RESTORED}, "impossible"),
    ],
)
def test_every_status(changed: Row, status: str) -> None:
    """A count of a list, a register cell and a cell the workbook's forms do not have cannot be corrected."""
    _, seen = _covered([_correction(**changed)], {1: {ADMITTED: 3}})
    assert _statuses([_correction(**changed)], {1: {ADMITTED: 3}}) == [status]
    assert seen[("h1", ADMITTED)] == ((5, "value") if status == "applied" else (3, "value"))


def test_of_two_records_for_one_cell_the_later_decision_counts() -> None:
    corrections = [_correction(1, new_value="8", decided_on="2024-02-09"), _correction(2)]
    judged, seen = _covered(corrections, {1: {ADMITTED: 3}})
    assert judged["status"].tolist() == ["applied", "replaced"]
    assert seen[("h1", ADMITTED)] == (8, "value")


def test_a_new_version_that_says_otherwise_makes_the_record_fail_loudly() -> None:
    """The old version stays corrected; the new one, which was put right, is left alone and somebody is told."""
    judged, seen = _covered([_correction()], {1: {ADMITTED: 3}, 2: {ADMITTED: 5}})
    assert judged["status"].tolist() == ["applied", "does_not_hold"]
    assert (seen[("h1", ADMITTED)], seen[("h2", ADMITTED)]) == ((5, "value"), (5, "value"))
    (violation,) = correction_violations(judged, RULES).to_dict("records")
    assert (violation["rule_id"], violation["severity"]) == ("C001", "hard")
    assert (violation["file_name"], violation["cell"]) == ("corrections.csv", "F2")
    assert (violation["observed"], violation["expected"]) == (f"SUA-1, {ADMITTED}: 5", "3")


def test_a_correction_that_still_holds_for_the_latest_version_is_no_violation() -> None:
    judged, _ = _covered([_correction()], {1: {ADMITTED: 4}, 2: {ADMITTED: 3}})
    assert judged["status"].tolist() == ["does_not_hold", "applied"]
    assert correction_violations(judged, RULES).empty


def _checked(corrections: list[Row]) -> CheckResult:
    """A workbook that admits 3 and adds up to 5: in breach of the balance unless the 3 is corrected."""
    cells = {"membership_change.OPEN": 10, "membership_change.INC": 5, ADMITTED: 3, "membership_change.CLOSE": 15}
    others = {"IN_TR", "IN_TR_EXT", "IN_TR_INT", "IN_TR_OWN", "IN_RESTORE", "DEC", "OUT_DEATH", "OUT_EXPEL"}
    others |= {"OUT_REMOVE", "OUT_RESIGN", "OUT_TR", "OUT_TR_EXT", "OUT_TR_INT", "OUT_TR_OWN"}
    submissions, observations = _tables({1: {**cells, **{f"membership_change.{code}": 0 for code in others}}})
    entries, reading = (_as_the_lake_holds([], schema) for schema in (lake.ENTRIES, lake.FINDINGS))
    reference = _reference(corrections)
    return check_tables(submissions, observations, entries, reading, CATALOGUE, reference, RULES, as_of=TODAY)


def test_the_rules_see_the_corrected_number() -> None:
    broken = set(_checked([]).findings.query("file_hash == 'h1' and cell_code.notna()")["rule_id"])
    result = _checked([_correction()])
    mended = set(result.findings.query("file_hash == 'h1' and cell_code.notna()")["rule_id"])
    assert mended < broken
    assert result.corrections["status"].tolist() == ["applied"]


def test_a_failing_record_is_a_hard_finding_and_sends_nobodys_workbook_back() -> None:
    plain, failing = _checked([]), _checked([_correction(expected_old="9")])
    (told,) = failing.findings.query("rule_id == 'C001'").to_dict("records")
    assert told["severity"] == "hard"
    assert told["organization_code"] == "TV-001"
    assert "SUA-1" in told["message_vi"]
    pd.testing.assert_frame_equal(failing.submission_states, plain.submission_states)


VALUES = st.one_of(st.none(), st.integers(0, 4).map(float))


@settings(deadline=None, max_examples=examples(20))
@given(submitted=VALUES, expected=VALUES, new=st.integers(0, 4), confirmed=st.booleans())
def test_what_is_covered_is_either_what_stood_there_or_what_was_decided(
    submitted: float | None, expected: float | None, new: int, confirmed: bool
) -> None:
    old = None if expected is None else f"{expected:g}"
    value = old if confirmed and old is not None else str(new)
    judged, seen = _covered([_correction(expected_old=old, new_value=value)], {1: {ADMITTED: submitted}})
    counted = seen[("h1", ADMITTED)][0]
    holds = submitted == expected
    assert judged["status"].tolist() == [
        "confirmed" if holds and old == value else "applied" if holds else "does_not_hold"
    ]
    assert (counted or 0) == (float(value) if holds else submitted or 0)
