"""Forms by type of organization: a cell has no cells below it, so what is asked of them does not apply to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from workbook_rows import ORGANIZATIONS, Sheets, random_content, small_reference, submissions_of

from ingest.normalise import account_of, normalise_cells
from ingest.reference import Reference
from ingest.template import WorkbookContent

PERIOD = "2025H2"
ACTIVITY, PROFILE, RATINGS = "cell_activity", "organization_profile", "ratings"
LEFT_OUT = {f"{ACTIVITY}.{item}" for item in ("SURVEYED_SUB_FIRST", "SURVEYED_SUB_SECOND", "BRIEFED_SUB")} | {
    f"{PROFILE}.{name}" for name in ("CELLS", "CONGRESSES_DUE", "CONGRESSES_HELD")
}


@pytest.fixture(scope="module")
def cell_reference() -> Reference:
    """The small register in which the first organization is a grassroots cell."""
    organizations = small_reference()["organizations"].copy()
    organizations.loc[organizations["organization_code"] == ORGANIZATIONS[0], "organization_type"] = "CBCS"
    return small_reference(organizations=organizations)


def without_left_out(content: WorkbookContent) -> WorkbookContent:
    """``content`` as a cell fills in its own form: nothing where nothing is asked."""
    names = {code.partition(".")[2] for code in LEFT_OUT} - {"CELLS"} | {"SUBORDINATE_CELLS"}
    matrix = {
        form: {(item, column): value for (item, column), value in cells.items() if item not in {*names, "CBTT"}}
        for form, cells in content.matrix.items()
    }
    profile = [{name: value for name, value in content.records[PROFILE][0].items() if name not in names}]
    return replace(content, matrix=matrix, records={**content.records, PROFILE: profile})


def normalised(content: WorkbookContent, catalogue, reference, folder: Path):
    sheets = Sheets.of(content, catalogue, reference, folder)
    submissions = submissions_of("f", period=PERIOD)
    result = normalise_cells(sheets.frame(), submissions, catalogue, reference)
    states = dict(zip(result.observations["cell_code"], result.observations["state"], strict=True))
    return states, result, account_of(sheets.frame(), submissions, catalogue, reference)


def test_a_cell_is_not_asked_about_cells_below_it_and_nothing_is_missing(catalogue, cell_reference, tmp_path) -> None:
    content = without_left_out(random_content(5, catalogue, cell_reference, period=PERIOD))
    states, result, account = normalised(content, catalogue, cell_reference, tmp_path)
    assert {code for code, state in states.items() if state == "not_applicable"} >= LEFT_OUT | {"ratings.CBTT.ELIGIBLE"}
    assert "missing" not in states.values()
    assert result.findings.empty
    marks = account[account["text"] == "x"]
    assert set(marks["reason"]) == {"printed_mark"}
    assert {"Tổ chức", "Sinh hoạt chi bộ", "Xếp loại"} <= set(marks["sheet"])


def test_a_workbook_filled_in_before_is_read_as_it_stands(catalogue, reference, cell_reference, tmp_path) -> None:
    content = random_content(5, catalogue, reference, period=PERIOD)
    sheets = Sheets.of(content, catalogue, reference, tmp_path)  # the form of a committee organization
    results = [
        normalise_cells(sheets.frame(), submissions_of("f", period=PERIOD), catalogue, register)
        for register in (reference, cell_reference)
    ]
    assert results[1].observations.equals(results[0].observations)
    assert results[1].findings.equals(results[0].findings)


def test_the_same_blanks_are_missing_for_an_organization_with_cells(catalogue, reference, tmp_path) -> None:
    content = without_left_out(random_content(5, catalogue, reference, period=PERIOD))
    states, result, _ = normalised(content, catalogue, reference, tmp_path)
    assert {code for code, state in states.items() if state == "missing"} >= LEFT_OUT
    assert "required_missing" in set(result.findings["rule_id"])
