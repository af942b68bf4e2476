"""Schemas derived from the declarations: every failure of every row is told, once, in one batch."""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd
import pandera.pandas as pa
import pytest
from shared_seeds import shared_reference
from submitted_rows import BEFORE, PERIOD, Lake, Value, register_of, seed

from ingest.catalogue import Catalogue
from ingest.catalogue.load import COVER_FORM
from ingest.reference import Reference
from quality.engine.context import applicability, evaluation_context, workbook_kinds
from quality.schemas.failures import failing_rows
from quality.schemas.observations import empty_forms, looked_through, observation_failures
from quality.schemas.records import record_failures, records
from quality.schemas.run import check_schemas

Record = dict[str, Value]
CASE: Record = {
    "CASE_NO": "01-QĐ/ĐU",
    "SUBJECT": "DV",
    "DISCIPLINE_FORM": "KT",
    "DISCIPLINE_LEVEL": "L_CB",
    "VIOLATION": "V01",
    "COMMITTEE_MEMBER": "KHONG",
    "DECIDED_ON": "2022-03-15",
    "DECISION_STATUS": "DECIDED",
}
TRANSFER: Record = {"DIRECTION": "IN", "SCOPE": "NGOAI_TINH", "COUNTERPART": None, "MEMBERS": 3}


def case(number: int, **changes: Value) -> Record:
    """A discipline case with a number of its own."""
    return {**CASE, "CASE_NO": f"{number:02d}-QĐ/ĐU", **changes}


def judged(catalogue: Catalogue, form: str, *rows: Record, period: str = PERIOD) -> pd.DataFrame:
    """The failures of one workbook's records of ``form``."""
    lake = Lake().add("f", {}, period=period)
    for number, row in enumerate(rows, start=1):
        lake.record("f", form, number, row)
    return record_failures(lake.entries, catalogue.by_name[form], shared_reference()["periods"])


def told(failures: pd.DataFrame) -> list[tuple[Any, ...]]:
    """(check, cell, observed) of every failure."""
    return list(failures[["check", "cell", "observed"]].itertuples(index=False, name=None))


def test_failing_rows_names_every_row_and_check_once() -> None:
    frame = pd.DataFrame({"a": [1, -2, -3], "b": ["x", "x", "y"]})
    schema = pa.DataFrameSchema(
        checks=[
            pa.Check(lambda f: f["a"] > 0, name="positive", ignore_na=False),
            pa.Check(lambda f: ~f.duplicated(["b"], keep=False), name="own", ignore_na=False),
        ]
    )
    found = failing_rows(schema, frame)
    assert list(found.itertuples(index=False, name=None)) == [("own", 0), ("own", 1), ("positive", 1), ("positive", 2)]
    assert failing_rows(schema, frame.iloc[:1]).empty


def test_a_frame_without_its_columns_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="does not fit its schema"):
        failing_rows(pa.DataFrameSchema({"a": pa.Column(int)}), pd.DataFrame({"b": [1]}))


def test_a_clean_list_has_no_failures(catalogue: Catalogue) -> None:
    assert told(judged(catalogue, "discipline_cases", *(case(number) for number in range(20)))) == []
    assert told(judged(catalogue, "transfers", TRANSFER)) == []


def test_all_failures_of_all_records_are_told(catalogue: Catalogue) -> None:
    rows = [case(n, DECIDED_ON="2021-12-31") for n in range(50)] + [case(7), case(99, DECIDED_ON="2022-07-01")]
    found = told(judged(catalogue, "discipline_cases", *rows))
    assert [row for row in found if row[0] == "unique"] == [
        ("unique", "A18", "07-QĐ/ĐU"),
        ("unique", "A61", "07-QĐ/ĐU"),
    ]
    assert len([row for row in found if row[0] == "date_in_period"]) == 51


DAYS = {"2021-12-31": True, "2022-01-01": False, "2022-06-30": False, "2022-07-01": True}


@pytest.mark.parametrize(("day", "fails"), DAYS.items())
def test_the_first_and_the_last_day_belong_to_the_period(catalogue: Catalogue, day: str, fails: bool) -> None:
    found = judged(catalogue, "discipline_cases", case(1, DECIDED_ON=day))
    assert told(found) == ([("date_in_period", "G11", day)] if fails else [])
    assert set(found["expected"]) <= {"2022-01-01 … 2022-06-30"}


def test_a_counterpart_is_asked_for_within_the_committee_only(catalogue: Catalogue) -> None:
    inside = {**TRANSFER, "SCOPE": "TRONG_DANG_BO"}
    found = judged(catalogue, "transfers", TRANSFER, inside, {**inside, "COUNTERPART": "AA-2"})
    assert told(found) == [("required", "C12", "")]
    assert found["cells"].to_list() == ["transfers!C12"]


@pytest.mark.parametrize(("value", "fails"), [(-1, True), (2.5, True), (0, False), (None, False)])
def test_a_count_is_whole_and_not_negative(catalogue: Catalogue, value: Value, fails: bool) -> None:
    found = told(judged(catalogue, "transfers", {**TRANSFER, "MEMBERS": value}))
    assert [row[:2] for row in found] == ([("count", "D11")] if fails else [])


def test_an_unreadable_field_is_not_told_again(catalogue: Catalogue) -> None:
    inside = {**TRANSFER, "SCOPE": "TRONG_DANG_BO", "COUNTERPART": "unreadable"}
    assert told(judged(catalogue, "transfers", inside)) == []


def test_two_workbooks_may_use_the_same_case_number(catalogue: Catalogue) -> None:
    lake = Lake().add("f", {}).add("g", {}, "AA-2")
    lake.record("f", "discipline_cases", 1, case(1)).record("g", "discipline_cases", 1, case(1))
    periods = shared_reference()["periods"]
    assert record_failures(lake.entries, catalogue.by_name["discipline_cases"], periods).empty


def test_columns_without_a_single_value_are_columns_all_the_same(catalogue: Catalogue) -> None:
    for form in catalogue.forms:
        if form.kind == "matrix" or form.form == COVER_FORM:
            continue
        empty = dict.fromkeys(form.fields)
        assert told(judged(catalogue, form.form)) == []
        assert told(judged(catalogue, form.form, empty, empty)) == [], form.form
        lake = Lake().add("f", {}).record("f", form.form, 1, empty)
        wide = records(lake.entries, form)
        assert len(wide) == 1
        assert wide[[name.lower() for name in form.fields]].isna().all().all()


# Observations: what normalisation hands over.


def versions_and(connection: duckdb.DuckDBPyConnection, lake: Lake, reference: Reference) -> pd.DataFrame:
    """The identified versions of ``lake``, its observations and entries opened in ``connection``."""
    connection.register("observations", lake.observations)
    connection.register("entries", lake.entries)
    return evaluation_context(lake.submissions, reference)


def test_every_fault_of_the_hand_over_is_told_with_its_cell(connection, catalogue, reference) -> None:
    lake = Lake().add(
        "f", {"membership_change.OPEN": 5, "membership_change.TR_NET": -3, "membership_change.CLOSE": None}
    )
    observations = lake.observations
    good = observations.iloc[0].to_dict()
    broken = {
        "known cell": {"cell_code": "membership_change.NOWHERE"},
        "value where there is one": {"cell_code": "membership_change.INC", "state": "missing"},
        "whole": {"cell_code": "membership_change.DEC", "value": 2.5},
        "not negative": {"cell_code": "membership_change.IN_TR", "value": -1.0},
        "zero is 0": {"cell_code": "membership_change.OUT_TR", "value": 0.0},
        "state": {"cell_code": "membership_change.IN_ADMIT", "state": "perhaps", "value": None},
        "one row a cell": {},
    }
    added = pd.DataFrame([{**good, **changes, "cell": f"C{n}"} for n, changes in enumerate(broken.values(), start=20)])
    versions = versions_and(connection, lake, reference)
    assert observation_failures(connection, versions, catalogue, reference["codes"]).empty
    connection.register("observations", pd.concat([observations, added], ignore_index=True))
    found = observation_failures(connection, versions, catalogue, reference["codes"])
    places = dict(zip(found["expected"], found["cells"], strict=True))
    assert places == {name: f"membership_change!C{n}" for n, name in enumerate(broken, start=20)}
    assert len(found) == len(broken)


ODD_ROWS: list[Record] = [
    {},
    {"cell_code": "membership_change.NOWHERE"},
    {"cell_code": "membership_change.OPEN"},  # stands there twice
    *({"state": state, "value": value} for state in ("value", "zero", None, "perhaps") for value in (None, 0.0, 5.0)),
    *({"state": "missing", "value": value} for value in (None, 0.0, 5.0)),
    *({"state": "not_applicable", "value": value} for value in (None, -1.0)),
    *({"value": value} for value in (-1.0, -0.0, 2.5, -2.5, float("inf"), 1e300)),
    *({"cell_code": "membership_change.TR_NET", "value": value} for value in (-1.0, -2.5, 0.0)),
]
"""What is laid over the row of a good figure: most of it is a fault of the hand-over, some of it is none."""


def test_among_many_files_none_with_a_fault_is_passed_over(connection, catalogue, reference) -> None:
    """Whether a file is looked at closely is asked of all at once; found is what looking at each finds."""
    lake = Lake()
    for number in range(len(ODD_ROWS)):
        lake.add(f"f{number:02}", {"membership_change.OPEN": 5}, f"AA-{number:02}")
    good = {**lake.observations.iloc[0].to_dict(), "cell_code": "membership_change.INC", "cell": "C99"}
    odd = [{**good, "file_hash": f"f{number:02}", **changes} for number, changes in enumerate(ODD_ROWS)]
    versions = versions_and(connection, lake, register_of(*(f"AA-{number:02}" for number in range(len(ODD_ROWS)))))
    connection.register("observations", pd.concat([lake.observations, pd.DataFrame(odd)], ignore_index=True))
    suspected, _ = looked_through(connection, versions, catalogue, reference["codes"])
    by_all, by_each, directly = (
        observation_failures(connection, asked, catalogue, reference["codes"], directly=directly)
        .sort_values(["file_hash", "expected"], ignore_index=True)
        .astype("str")
        for asked, directly in ((suspected, False), (versions, False), (suspected, True))
    )
    pd.testing.assert_frame_equal(by_all, directly)
    pd.testing.assert_frame_equal(by_all, by_each)
    assert 10 < by_all["file_hash"].nunique() < len(ODD_ROWS)
    assert set(suspected["file_hash"]) == set(by_all["file_hash"])


def test_empty_cells_are_asked_for_together_and_a_wholly_empty_form_is_refused(
    connection, catalogue, reference
) -> None:
    lake = Lake()
    lake.add("some", {"membership_change.OPEN": 5, "membership_change.INC": None, "membership_change.DEC": None})
    lake.add("none", {"membership_change.OPEN": None, "membership_change.INC": None}, "AA-2")
    lake.add("full", {"membership_change.OPEN": 0, "membership_change.INC": "not_applicable"}, "AA-3")
    lake.add("lost", {"membership_change.OPEN": 5, "membership_change.INC": "unreadable"}, "AA-3", BEFORE)
    found = empty_forms(connection, versions_and(connection, lake, reference), catalogue).set_index("file_hash")
    assert found["check"].to_dict() == {"some": "empty_cells", "none": "empty_form"}
    assert found.loc["some", ["cell", "cells", "observed", "expected"]].to_list() == [
        *("C2", "membership_change!C2; membership_change!C3", "2", "3")
    ]
    assert found.loc["none", "thing_vi"] == "Tăng, giảm đảng viên (trang “membership_change”)"


def test_a_total_that_is_a_formula_is_not_asked_for_beside_its_parts(connection, catalogue, reference) -> None:
    cells = {"membership_change.OPEN": 5, "membership_change.INC": None, "membership_change.IN_ADMIT": None}
    lake = Lake().add("f", cells)
    versions = versions_and(connection, lake, reference)
    rows = lake.observations
    formulas = rows.assign(raw_text=rows["raw_text"].mask(rows["cell_code"] == "membership_change.INC", "=C3+C4"))
    connection.register("observations", formulas)
    assert list(empty_forms(connection, versions, catalogue)["cells"]) == ["membership_change!C3"]


def test_a_form_whose_sheet_was_not_found_is_not_told_again(connection, catalogue, reference) -> None:
    lake = Lake().add("f", {"membership_change.OPEN": None})
    versions = versions_and(connection, lake, reference)
    connection.register("observations", lake.observations.assign(cell=None, sheet=None))
    assert empty_forms(connection, versions, catalogue).empty


def test_all_schemas_at_once_carry_rule_severity_and_subject(connection, catalogue, reference, rules) -> None:
    lake = Lake().add("f", {"membership_change.OPEN": 5, "membership_change.INC": None})
    lake.record("f", "transfers", 1, {**TRANSFER, "SCOPE": "TRONG_DANG_BO"})
    lake.record("f", "discipline_cases", 1, case(1, DECIDED_ON="2030-01-01"))
    versions = versions_and(connection, lake, reference)
    held = applicability(rules, workbook_kinds(versions), catalogue, reference)
    found = check_schemas(connection, versions, catalogue, reference, rules, held)
    assert dict(zip(found["rule_id"], found["severity"], strict=True)) == {
        "S001": "hard",
        "S002": "soft",
        "S007": "soft",
    }
    assert set(found["organization_code"]) == {"AA-1"}
    assert set(found["engine"]) == {"schema"}


def test_no_workbook_and_empty_registers_fail_nothing(connection, catalogue, rules) -> None:
    register = register_of(reporting_periods=seed("reporting_periods", []))
    versions = versions_and(connection, Lake(), register)
    held = applicability(rules, workbook_kinds(versions), catalogue, register)
    assert check_schemas(connection, versions, catalogue, register, rules, held).empty


@pytest.mark.parametrize(("status", "fails"), [("DECIDED", True), ("PROPOSED", False)])
def test_a_day_is_asked_of_what_was_decided_only(catalogue: Catalogue, status: str, fails: bool) -> None:
    """A case that is only proposed has no decision; its workbook went back for the day of one."""
    found = judged(catalogue, "discipline_cases", case(1, DECIDED_ON=None, DECISION_STATUS=status))
    assert list(found["check"]) == (["required"] if fails else [])
    assert not catalogue.by_name["discipline_cases"].fields["DECIDED_ON"].required


@pytest.mark.parametrize(("status", "asked"), [("DECIDED", []), ("PROPOSED", ["not_yet"])])
def test_a_proposed_case_with_a_day_of_decision_is_asked_about(
    catalogue: Catalogue, status: str, asked: list[str]
) -> None:
    """A status chosen wrongly went by unseen: the summary may hold what is proposed."""
    found = judged(catalogue, "discipline_cases", case(1, DECISION_STATUS=status))
    assert list(found["check"]) == asked
    assert list(found["observed_vi"]) == ["Ngày quyết định “2022-03-15”"] * len(asked)
