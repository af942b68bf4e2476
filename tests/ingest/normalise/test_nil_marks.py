"""The mark “nothing in the period” of a sheet: what it makes of empty cells, and when it says nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbook_rows import Sheets, form_set_of, random_content, submissions_of

from ingest.addresses import a1_address
from ingest.catalogue.model import cell_code
from ingest.normalise import Normalised, account_of, normalise_cells
from ingest.template import WorkbookContent
from ingest.template.layout import sheet_layout
from ingest.words import EVERYWHERE, NOTHING, NOTHING_ELSE, words

PERIOD = "2025H2"
PETITIONS, CHANGE, CASES, STUDY = "petitions", "membership_change", "discipline_cases", "study"
CAMPAIGNS, LEADERS, TRANSFERS = "campaigns", "quarterly_ratings", "transfers"

Read = Callable[[WorkbookContent], Normalised]


@pytest.fixture
def content(catalogue, reference) -> WorkbookContent:
    return random_content(3, catalogue, reference, period=PERIOD)


@pytest.fixture
def sheets_of(catalogue, reference, tmp_path: Path) -> Callable[[WorkbookContent], Sheets]:
    return lambda content: Sheets.of(content, catalogue, reference, tmp_path)


@pytest.fixture
def read_sheets(catalogue, reference) -> Callable[[Sheets], Normalised]:
    return lambda sheets: normalise_cells(sheets.frame(), submissions_of("f", period=PERIOD), catalogue, reference)


@pytest.fixture
def read(sheets_of, read_sheets) -> Read:
    return lambda content: read_sheets(sheets_of(content))


def marked(content: WorkbookContent, form: str, said: str | None, cells: dict | None = None) -> WorkbookContent:
    """``content`` with ``form`` holding nothing but ``cells``, under the mark ``said``."""
    marks = {form: said} if said else {}
    return replace(content, matrix={**content.matrix, form: cells or {}}, marks=marks)


def of_form(result: Normalised, form: str) -> pd.DataFrame:
    return result.observations[result.observations["form"] == form].set_index("cell_code")


def told(result: Normalised, *rules: str) -> list[tuple[str, str, str]]:
    found = result.findings[result.findings["rule_id"].str.startswith(rules or "")]
    return [(row.rule_id, row.cell, row.cells) for row in found.itertuples()]


def layout_of(catalogue, reference, form: str):
    declared = dict((one.form, (one, version)) for one, version in form_set_of(catalogue, reference, PERIOD).forms)
    return sheet_layout(*declared[form])


@pytest.mark.long
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), data=st.data())
def test_a_marked_sheet_reads_as_one_filled_with_zeros(seed: int, data, catalogue, reference, tmp_path: Path) -> None:
    drawn = random_content(seed, catalogue, reference, period=PERIOD)
    forms = [(form, version) for form, version in form_set_of(catalogue, reference, PERIOD).forms if form.nil_mark]
    chosen = data.draw(st.sets(st.sampled_from([form.form for form, _ in forms]), min_size=1))
    zeros, empty = dict(drawn.matrix), dict(drawn.matrix)
    records = {**drawn.records, **{form.form: [] for form, _ in forms if form.form in chosen and form.kind == "list"}}
    for form, _ in forms:
        if form.form in chosen and form.kind == "matrix":
            covered = {place for place in drawn.matrix[form.form] if form.zero_under(*place)}
            kept = {place: value for place, value in drawn.matrix[form.form].items() if place not in covered}
            zeros[form.form], empty[form.form] = {**kept, **dict.fromkeys(covered, 0)}, kept
    results = [
        normalise_cells(
            Sheets.of(content, catalogue, reference, tmp_path).frame(),
            submissions_of("f", period=PERIOD),
            catalogue,
            reference,
        )
        for content in (
            replace(drawn, matrix=zeros, records=records),
            replace(drawn, matrix=empty, records=records, marks=dict.fromkeys(chosen, NOTHING)),
        )
    ]
    columns = ["cell_code", "value", "state"]
    with_zeros, with_marks = (result.observations[columns] for result in results)
    pd.testing.assert_frame_equal(with_zeros, with_marks)
    assert not len(results[1].findings), told(results[1])


def test_the_zero_leads_to_its_cell_and_to_the_mark(content, read, catalogue, reference) -> None:
    cells = of_form(read(marked(content, PETITIONS, NOTHING)), PETITIONS)
    layout = layout_of(catalogue, reference, PETITIONS)
    assert set(cells["state"]) == {"zero"}
    assert set(cells["raw_text"]) == {f"{words().nil_answers[NOTHING][0]} ({layout.mark_cell})"}
    item, row = next(iter(layout.lines.items()))
    column, column_no = next(iter(layout.heads.items()))
    assert cells.loc[cell_code(PETITIONS, item, column), "cell"] == a1_address(row, column_no)


def test_an_empty_list_under_the_mark_shows_the_mark(content, read, catalogue, reference) -> None:
    nothing = replace(content, records={**content.records, CASES: []}, marks={CASES: NOTHING})
    cells = of_form(read(nothing), CASES)
    assert set(cells["state"]) == {"zero"}
    mark = layout_of(catalogue, reference, CASES).mark_cell
    assert set(cells.loc[cells["cell"].notna(), "cell"]) == {mark}


def test_without_the_mark_an_empty_cell_stays_missing(content, read) -> None:
    assert set(of_form(read(marked(content, PETITIONS, None)), PETITIONS)["state"]) == {"missing"}


def test_a_level_is_missing_whatever_the_mark_says(content, read) -> None:
    states = of_form(read(marked(content, CHANGE, NOTHING)), CHANGE)["state"].to_dict()
    missing = {code for code, state in states.items() if state == "missing"}
    assert missing == {f"{CHANGE}.OPEN", f"{CHANGE}.CLOSE"}


def test_nothing_beside_what_is_filled_in_leaves_totals_open(content, read) -> None:
    filled = {("IN_ADMIT", "value"): 2, ("OPEN", "value"): 30, ("CLOSE", "value"): 32}
    result = read(marked(content, CHANGE, NOTHING_ELSE, filled))
    states = of_form(result, CHANGE)["state"].to_dict()
    assert states.pop(f"{CHANGE}.IN_ADMIT") == "value"
    missing = {code for code, state in states.items() if state == "missing"}
    assert missing == {f"{CHANGE}.{total}" for total in ("INC", "IN_TR", "DEC", "OUT_TR")}
    assert not told(result, "nil_mark")


def test_a_figure_under_the_mark_is_told_at_both_cells_and_no_cell_is_zero(content, read, catalogue, reference) -> None:
    layout = layout_of(catalogue, reference, PETITIONS)
    item, row = list(layout.lines.items())[1]
    column, column_no = next(iter(layout.heads.items()))
    result = read(marked(content, PETITIONS, NOTHING, {(item, column): 3}))
    where = a1_address(row, column_no)
    both = f"{layout.sheet}!{layout.mark_cell}; {layout.sheet}!{where}"
    assert told(result) == [("nil_mark_contradicted", layout.mark_cell, both)]
    assert sorted(of_form(result, PETITIONS)["state"].unique()) == ["missing", "value"]


def test_a_record_under_the_mark_is_told(content, read, catalogue, reference) -> None:
    records = [{"TOPIC": "NGHI_QUYET", "SESSIONS": 1, "ELIGIBLE": 9, "ATTENDED": 9, "TURNS": 9, "MEMBER_TURNS": 9}] * 2
    filled = replace(content, records={**content.records, STUDY: records}, marks={STUDY: NOTHING})
    layout = layout_of(catalogue, reference, STUDY)
    rows = [f"{layout.sheet}!B{layout.first_body_row + index}" for index in range(2)]
    cells = "; ".join([f"{layout.sheet}!{layout.mark_cell}", *rows])
    assert told(read(filled), "nil_mark") == [("nil_mark_contradicted", layout.mark_cell, cells)]


@pytest.mark.parametrize("written", ["chưa rõ", 0, 5, "Chỉ phát sinh ở các ô đã ghi"])
def test_what_the_mark_does_not_offer_is_told_and_says_nothing(
    written, content, sheets_of, read_sheets, catalogue, reference
) -> None:
    layout = layout_of(catalogue, reference, CASES)
    sheets = sheets_of(replace(content, records={**content.records, CASES: []}))
    sheets.cells[layout.sheet][3, 3] = written
    result = read_sheets(sheets)
    assert told(result, "nil_mark") == [("nil_mark_unknown", layout.mark_cell, f"{layout.sheet}!{layout.mark_cell}")]
    account = account_of(sheets.frame(), submissions_of("f", period=PERIOD), catalogue, reference)
    row = account[(account["sheet"] == layout.sheet) & (account["cell"] == layout.mark_cell)]
    assert list(zip(row["outcome"], row["reason"], strict=True)) == [("unreadable", "nil_mark_unknown")]


@pytest.mark.parametrize("look", ["struck", "covered"])
def test_a_mark_that_is_struck_out_says_nothing(look, content, sheets_of, catalogue, reference) -> None:
    layout = layout_of(catalogue, reference, PETITIONS)
    frame = sheets_of(marked(content, PETITIONS, NOTHING)).frame()
    frame.loc[(frame["sheet"] == layout.sheet) & (frame["cell"] == layout.mark_cell), "marks"] = look
    result = normalise_cells(frame, submissions_of("f", period=PERIOD), catalogue, reference)
    assert told(result, "nil_mark")[0][0] == "nil_mark_unknown"
    assert set(of_form(result, PETITIONS)["state"]) == {"missing"}


def test_the_account_knows_the_mark_and_its_label(content, sheets_of, catalogue, reference) -> None:
    sheets = sheets_of(marked(content, PETITIONS, NOTHING))
    account = account_of(sheets.frame(), submissions_of("f", period=PERIOD), catalogue, reference)
    sheet = layout_of(catalogue, reference, PETITIONS).sheet
    row = account[(account["sheet"] == sheet) & (account["row_no"] == 3)].sort_values("column_no")
    assert list(zip(row["outcome"], row["reason"], strict=True)) == [("ignored", "label"), ("value", "value")]


def test_a_table_moved_down_keeps_its_mark(content, sheets_of, read_sheets, catalogue, reference) -> None:
    sheets = sheets_of(marked(content, PETITIONS, NOTHING))
    sheets.insert_rows(layout_of(catalogue, reference, PETITIONS).sheet, 1, 2)
    result = read_sheets(sheets)
    assert {rule for rule, *_ in told(result)} == {"moved"}
    assert set(of_form(result, PETITIONS)["state"]) == {"zero"}


def said_once(content: WorkbookContent, cells: dict, records: dict | None = None, **marks: str) -> WorkbookContent:
    """``content`` with the mark for all sheets on the first form, and of the others only ``cells`` and ``records``."""
    change = {("OPEN", "value"): 30, ("IN_ADMIT", "value"): 2, ("CLOSE", "value"): 32}
    matrix: dict = {**{form: {} for form in content.matrix}, CHANGE: change, **cells}
    lists = {**content.records, **(records or {})}
    return replace(content, matrix=matrix, records=lists, marks={CHANGE: EVERYWHERE, **marks})


def test_one_mark_speaks_for_every_sheet_in_which_something_is_written(content, read) -> None:
    result = read(said_once(content, {CAMPAIGNS: {("CONTEST_ENTRIES", "value"): 1}}))
    states = of_form(result, CAMPAIGNS)["state"].to_dict()
    assert states.pop("campaigns.CONTEST_ENTRIES") == "value"
    levels = {f"campaigns.{item}" for item in ("STAFF", "INNOVATION_DUE", "BUDGET_DUE", "DEMOCRACY_DUE")}
    assert {code for code, state in states.items() if state == "missing"} == levels
    assert of_form(result, CHANGE).loc["membership_change.OUT_DEATH", "state"] == "zero"


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {CAMPAIGNS: {("STAFF", "value"): 9, ("MODELS", "value"): 2}},  # as the blank workbook came
        {LEADERS: {("QUARTER_1", "ELIGIBLE"): 1, ("QUARTER_2", "ELIGIBLE"): 1}},
    ],
)
def test_a_sheet_left_as_it_came_is_missing_whatever_another_sheet_says(cells, content, read) -> None:
    result = read(said_once(content, cells))
    for form in (PETITIONS, CAMPAIGNS, LEADERS):
        assert "zero" not in set(of_form(result, form)["state"]), form


def test_a_typed_zero_is_something_written(content, read) -> None:
    result = read(said_once(content, {PETITIONS: {("DENUNCIATION", "RECEIVED"): 0}}))
    states = of_form(result, PETITIONS)["state"].to_dict()
    assert states.pop("petitions.COMPLAINT.RECEIVED") == "missing"  # a total, which this mark leaves open
    assert set(states.values()) == {"zero"}


def test_a_zero_of_another_sheets_mark_leads_to_that_mark(content, read, catalogue, reference) -> None:
    result = read(said_once(content, {CAMPAIGNS: {("CONTEST_ENTRIES", "value"): 1}}))
    first = layout_of(catalogue, reference, CHANGE)
    text = words().nil_answers[EVERYWHERE][0]
    assert of_form(result, CAMPAIGNS).loc["campaigns.MODELS", "raw_text"] == f"{text} ({first.sheet}!{first.mark_cell})"
    assert of_form(result, CHANGE).loc["membership_change.OUT_DEATH", "raw_text"] == f"{text} ({first.mark_cell})"


def test_a_mark_of_its_own_goes_before_the_one_for_all(content, sheets_of, read_sheets, catalogue, reference) -> None:
    sheets = sheets_of(said_once(content, {CAMPAIGNS: {("CONTEST_ENTRIES", "value"): 1}}))
    sheets.cells[layout_of(catalogue, reference, CAMPAIGNS).sheet][3, 3] = "chưa rõ"
    result = read_sheets(sheets)
    assert "zero" not in set(of_form(result, CAMPAIGNS)["state"])
    assert [rule for rule, *_ in told(result, "nil_mark")] == ["nil_mark_unknown"]


SOME = {"TOPIC": "NGHI_QUYET", "SESSIONS": 1, "ELIGIBLE": 9, "ATTENDED": 9}


@pytest.mark.parametrize("own", [None, NOTHING_ELSE])
def test_under_a_mark_an_empty_count_of_a_record_is_zero(own, content, read) -> None:
    marks = {STUDY: own} if own else {}
    result = read(said_once(content, {}, {STUDY: [SOME, {"TOPIC": "TUYEN_TRUYEN"}]}, **marks))
    entries = result.entries[result.entries["form"] == STUDY].set_index(["record_no", "field"])
    assert entries.loc[(1, "TURNS"), ["state", "value"]].tolist() == ["zero", 0]
    assert entries.loc[(1, "ATTENDED"), "value"] == 9
    assert set(entries.loc[2].drop("TOPIC")["state"]) == {"zero"}
    assert of_form(result, STUDY).loc["study.TURNS.NGHI_QUYET", "state"] == "zero"
    assert not told(result, "required_missing")


def test_without_a_mark_an_empty_count_of_a_record_is_asked_for(content, read) -> None:
    result = read(replace(content, records={**content.records, STUDY: [SOME]}))
    assert len(told(result, "required_missing")) == 2
    assert of_form(result, STUDY).loc["study.TURNS.NGHI_QUYET", "state"] == "missing"


def test_a_list_whose_fields_may_not_be_left_empty_stays_missing_under_the_mark_for_all(content, read) -> None:
    result = read(said_once(content, {}, {TRANSFERS: [{"DIRECTION": "IN", "SCOPE": "NGOAI_TINH"}]}))
    assert len(told(result, "required_missing")) == 1


def test_topics_that_the_blank_workbook_came_with_do_not_contradict_that_nothing_was_held(content, read) -> None:
    topics = [{"TOPIC": "NGHI_QUYET"}, {"TOPIC": "TUYEN_TRUYEN"}]
    result = read(replace(content, records={**content.records, STUDY: topics}, marks={STUDY: NOTHING}))
    assert not len(result.findings), told(result)
    assert set(of_form(result, STUDY)["state"]) == {"zero"}


def test_topics_alone_are_nothing_written(content, read) -> None:
    result = read(said_once(content, {}, {STUDY: [{"TOPIC": "NGHI_QUYET"}]}))
    assert len(told(result, "required_missing")) == 5
