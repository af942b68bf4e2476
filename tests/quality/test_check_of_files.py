"""A few files before their sender are judged as the whole lake is: less is done, nothing else is said of them."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from submitted_rows import (
    AFTER_ALL,
    BEFORE,
    PERIOD,
    Lake,
    Value,
    findings_frame,
    nothing_in,
    register_of,
    what_goes_with,
)

from ingest.catalogue import Catalogue
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.check import check_tables
from quality.schemas.observations import STATES, observation_checks
from quality.schemas.records import record_checks

CHANGE = "membership_change."
ITEMS = ["OPEN", "INC", "IN_ADMIT", "DEC", "OUT_DEATH", "CLOSE", "PRESENT"]


@pytest.fixture(scope="module")
def sound(catalogue: Catalogue, reference: Reference) -> dict[str, Value]:
    """A workbook of forty members in which nothing moves."""
    nothing = nothing_in(catalogue, reference["codes"])
    same = [f"{CHANGE}OPEN", f"{CHANGE}CLOSE", f"{CHANGE}PRESENT", "member_status.OFFICIAL"]
    return {**nothing, **dict.fromkeys([*same, "membership_structure.TOTAL"], 40), **what_goes_with(40)}


spoilt = st.dictionaries(st.sampled_from(ITEMS), st.sampled_from([None, "unreadable", 0, 1, 39, 41, 400]), max_size=3)


@pytest.mark.long
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(now=spoilt, before=spoilt, other=spoilt)
def test_what_is_said_of_files_is_the_same_as_when_the_whole_lake_is_checked(
    catalogue: Catalogue,
    rules: RuleCatalogue,
    sound: dict[str, Value],
    now: dict[str, Value],
    before: dict[str, Value],
    other: dict[str, Value],
) -> None:
    def told(cells: dict[str, Value]) -> dict[str, Value]:
        return {**sound, **{CHANGE + item: value for item, value in cells.items()}}

    lake = Lake().add("now", told(now)).add("before", told(before), period=BEFORE)
    lake.add("other", told(other), organization="AA-2", period=PERIOD)
    frames = (lake.submissions, lake.observations, lake.entries, findings_frame())
    reference = register_of("AA-1", "AA-2", "AA-3", due_on="2022-07-01")
    whole = check_tables(*frames, catalogue, reference, rules, as_of=AFTER_ALL)
    files = check_tables(*frames, catalogue, reference, rules, as_of=AFTER_ALL, files_only=True)
    of_files = whole.findings[whole.findings["file_hash"].notna()].reset_index(drop=True)
    pd.testing.assert_frame_equal(files.findings.reset_index(drop=True), of_files, check_dtype=False)
    pd.testing.assert_frame_equal(files.submission_states, whole.submission_states)
    assert files.explained == whole.explained


cell = st.sampled_from(["a.X", "a.Y", "b.Z"])
number = st.sampled_from([None, 0.0, 1.0, -1.0, 1.5])


@pytest.mark.long
@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), cell, number, st.sampled_from([*STATES, "none"])), max_size=6))
def test_checks_of_cells_name_the_same_rows_with_pandera_and_without(rows: list[tuple[object, ...]]) -> None:
    frame = pd.DataFrame(rows, columns=["file_no", "cell_code", "value", "state"])
    frame = frame.astype({"value": "float64", "cell_code": "str", "state": "str"})
    checks = observation_checks(frozenset({"a.X", "a.Y"}), frozenset({"a.Y"}))
    by_pandera, directly = checks.failing_rows(frame), checks.failing_rows(frame, directly=True)
    pd.testing.assert_frame_equal(directly, by_pandera, check_dtype=False)


days = st.sampled_from([None, "2021-12-31", "2022-01-01", "2022-06-30", "2022-07-01"])
texts = st.sampled_from([None, "KTR", "CC", "1"])


@pytest.mark.parametrize("name", ["discipline_cases", "transfers"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_checks_of_records_name_the_same_rows_with_pandera_and_without(
    catalogue: Catalogue, name: str, data: st.DataObject
) -> None:
    form = catalogue.by_name[name]
    kinds = {"count": number, "date": days}
    columns = {field.lower(): kinds.get(form.fields[field].type, texts) for field in form.fields}
    rows = data.draw(st.lists(st.fixed_dictionaries(columns), max_size=4))
    frame = pd.DataFrame(rows, columns=list(columns))
    checks = record_checks(form)
    frame = frame.astype({column: float if column in checks.numbers else "str" for column in columns})
    frame = frame.assign(file_hash="f", period_start="2022-01-01", period_end="2022-06-30")
    by_pandera, directly = checks.failing_rows(frame), checks.failing_rows(frame, directly=True)
    pd.testing.assert_frame_equal(directly, by_pandera, check_dtype=False)


def test_a_frame_that_does_not_fit_is_a_fault_of_the_program_without_pandera_too(catalogue: Catalogue) -> None:
    checks = record_checks(catalogue.by_name["transfers"])
    with pytest.raises(ValueError, match="does not fit its schema"):
        checks.failing_rows(pd.DataFrame({"file_hash": ["f"]}), directly=True)
