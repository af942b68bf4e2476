"""Workbooks to tables: what the template writes is read back, what senders change is told at its cell."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbook_rows import ITSELF, ORGANIZATIONS, PERIOD, Sheets, form_set_of, random_content, submissions_of

from ingest.catalogue.model import cell_code
from ingest.normalise import Normalised, normalise_cells

CHANGE = "Biểu 1"
CASES = "DS kỷ luật"
PROFILE = "Tổ chức"


@pytest.fixture
def content(catalogue, reference):
    return random_content(7, catalogue, reference)


@pytest.fixture
def sheets(content, catalogue, reference, tmp_path: Path) -> Sheets:
    return Sheets.of(content, catalogue, reference, tmp_path)


@pytest.fixture
def normalise(catalogue, reference):
    def run(sheets: Sheets, period: str = PERIOD) -> Normalised:
        return normalise_cells(sheets.frame(), submissions_of("f", period=period), catalogue, reference)

    return run


def values_of(result: Normalised) -> dict[str, Any]:
    frame = result.observations
    return {row.cell_code: row.value if row.state in ("value", "zero") else row.state for row in frame.itertuples()}


def told(result: Normalised, *, but: tuple[str, ...] = ()) -> list[tuple[str, str | None, str | None]]:
    """rule, cell and observed of every finding."""
    frame = result.findings.astype(object).where(result.findings.notna(), None)
    return [(row.rule_id, row.cell, row.observed) for row in frame.itertuples() if row.rule_id not in but]


def expected_values(content, catalogue, reference, period: str = PERIOD) -> dict[str, float]:
    return {
        cell_code(form, item, column): float(value)
        for form, cells in content.matrix.items()
        for (item, column), value in cells.items()
    }


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6),
    period=st.sampled_from([PERIOD, "2021H2", "2022H2"]),
    sender=st.sampled_from([ORGANIZATIONS[0], ITSELF]),
)
def test_what_we_generate_we_can_read(
    seed: int, period: str, sender: str, catalogue, reference, tmp_path: Path
) -> None:
    content = random_content(seed, catalogue, reference, sender, period)
    result = normalise_cells(
        Sheets.of(content, catalogue, reference, tmp_path).frame(),
        submissions_of("f", organizations=(sender,), period=period),
        catalogue,
        reference,
    )
    assert told(result) == []
    values = values_of(result)
    expected = expected_values(content, catalogue, reference, period)
    assert {code: values[code] for code in expected} == expected
    for form, records in content.records.items():
        entries = result.entries[result.entries["form"] == form]
        assert entries["record_no"].nunique() == len(records)
        for entry in entries.itertuples():
            given_value = records[entry.record_no - 1][entry.field]
            text = given_value.isoformat() if isinstance(given_value, dt.date) else str(given_value)
            assert entry.value_text == text


def test_aggregates_equal_counting_by_hand(catalogue, reference, tmp_path: Path) -> None:
    content = random_content(11, catalogue, reference, period="2022H2")
    sheets = Sheets.of(content, catalogue, reference, tmp_path)
    values = values_of(normalise_cells(sheets.frame(), submissions_of("f", period="2022H2"), catalogue, reference))
    compared = 0
    for form, _ in form_set_of(catalogue, reference, "2022H2").forms:
        records = content.records.get(form.form, [])
        for name, aggregate in form.all_aggregates.items():
            columns = ["value"]
            if aggregate.by:
                code_list = form.fields[aggregate.by].code_list
                codes = reference["codes"]
                columns = list(codes.loc[codes["code_list"] == code_list, "code"])
            for column in columns:
                chosen = [
                    record
                    for record in records
                    if all(codes == ["*"] or record[field] in codes for field, codes in aggregate.where.items())
                    and (aggregate.by is None or record[aggregate.by] == column)
                ]
                amount = len(chosen) if aggregate.of == "count" else sum(record[aggregate.of] for record in chosen)
                assert values[cell_code(form.form, name, column)] == amount
                compared += 1
    assert compared > 60


def test_any_order_of_files_and_cells_gives_the_same_tables(catalogue, reference, tmp_path: Path) -> None:
    frames = []
    for organization in ORGANIZATIONS:
        content = random_content(3, catalogue, reference, organization)
        frames.append(Sheets.of(content, catalogue, reference, tmp_path).frame(f"file-{organization}"))
    cells = pd.concat(frames)
    submissions = submissions_of(*(f"file-{code}" for code in ORGANIZATIONS), organizations=ORGANIZATIONS)
    first = normalise_cells(cells, submissions, catalogue, reference)
    again = normalise_cells(
        cells.sample(frac=1, random_state=1), submissions.sample(frac=1, random_state=2), catalogue, reference
    )
    for name in ("observations", "entries", "findings"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(again, name))
    alone = normalise_cells(frames[1], submissions.iloc[[1]], catalogue, reference)
    mine = first.observations[first.observations["file_hash"] == "file-AA-2"].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone.observations, mine)


def test_moved_rows_and_columns_are_read_by_their_labels(sheets, normalise) -> None:
    before = values_of(normalise(sheets))
    sheets.insert_rows(CHANGE, 1, 3)
    sheets.insert_columns(CHANGE, 2)
    row, _ = sheets.find(CHANGE, "Từ trần")
    sheets.insert_rows(CHANGE, row, 2)
    sheets.insert_columns(CASES, 1, 2)
    result = normalise(sheets)
    assert values_of(result) == before
    assert told(result) == [("moved", None, None)] * 2
    assert set(result.findings["severity"]) == {"info"}
    died = result.observations.set_index("cell_code").loc["membership_change.OUT_DEATH"]
    assert died["cell"] == f"D{row + 2}"


def test_a_renamed_line_is_told_and_not_read(sheets, normalise) -> None:
    row, column = sheets.find(CHANGE, "Kết nạp")
    sheets.cells[CHANGE][row, column] = "Kết nạp và chuyển đến"
    sheets.cells[CHANGE][row, column + 1] = 5
    result = normalise(sheets)
    assert sorted(told(result), key=str) == [
        ("item_missing", None, None),
        ("unknown_label", f"B{row}", "Kết nạp và chuyển đến"),
    ]
    assert list(result.findings.loc[result.findings["rule_id"] == "item_missing", "expected"]) == ["Kết nạp"]
    assert values_of(result)["membership_change.IN_ADMIT"] == "missing"


def test_a_line_that_stands_twice_is_never_chosen_between(sheets, normalise) -> None:
    row, column = sheets.find(CHANGE, "Từ trần")
    sheets.insert_rows(CHANGE, row + 1)
    sheets.cells[CHANGE][row + 1, column] = "Từ trần"
    sheets.cells[CHANGE][row + 1, column + 1] = 2
    result = normalise(sheets)
    assert ("duplicate_label", f"B{row}", "Từ trần") in told(result)
    assert ("duplicate_label", f"B{row + 1}", "Từ trần") in told(result)
    assert values_of(result)["membership_change.OUT_DEATH"] == "missing"


def test_a_missing_sheet_makes_its_cells_missing_and_not_zero(sheets, normalise) -> None:
    del sheets.cells[CASES]
    result = normalise(sheets)
    assert told(result) == [("sheet_missing", None, None)]
    states = result.observations[result.observations["form"] == "discipline_cases"]["state"]
    assert len(states) > 30
    assert set(states) == {"missing"}


def test_two_sheets_for_one_form_are_never_chosen_between(sheets, normalise) -> None:
    sheets.cells["Bieu 1"] = dict(sheets.cells[CHANGE])
    result = normalise(sheets)
    assert [rule for rule, _, _ in told(result)] == ["duplicate_sheet", "duplicate_sheet"]
    assert values_of(result)["membership_change.CLOSE"] == "missing"


def test_a_strange_sheet_is_told_but_not_the_hidden_ones(sheets, normalise) -> None:
    sheets.cells["Nháp"] = {(1, 1): "thử", (2, 2): 5}
    result = normalise(sheets)
    assert told(result) == [("unknown_sheet", None, "Nháp")]


def test_added_columns_known_and_unknown(sheets, normalise) -> None:
    before = values_of(normalise(sheets))
    header, column = sheets.find(CHANGE, "Kỳ này")
    row, _ = sheets.find(CHANGE, "Từ trần")
    for offset, heading in enumerate(("Cùng kỳ năm trước", "Ghi chú", "Dự kiến"), start=1):
        sheets.cells[CHANGE][header, column + offset] = heading
        sheets.cells[CHANGE][row, column + offset] = 4
    sheets.cells[CHANGE][row, column + 5] = 9
    result = normalise(sheets)
    assert values_of(result) == before
    assert sorted(told(result), key=str) == [
        ("beside_table", f"H{row}", "9"),
        ("unknown_header", f"F{header}", "Dự kiến"),
    ]


def test_the_same_heading_above_the_table_is_not_its_header(sheets, normalise) -> None:
    before = values_of(normalise(sheets))
    sheets.cells[CHANGE][4, 5] = "Kỳ này"
    assert values_of(normalise(sheets)) == before


def test_a_lost_heading_means_the_table_was_not_found(sheets, normalise) -> None:
    del sheets.cells[CHANGE][sheets.find(CHANGE, "Kỳ này")]
    result = normalise(sheets)
    assert told(result) == [("table_not_found", None, None)]
    assert values_of(result)["membership_change.CLOSE"] == "missing"


def test_the_ordinal_is_a_second_witness(sheets, normalise) -> None:
    before = values_of(normalise(sheets))
    row, column = sheets.find(CHANGE, "Từ trần")
    sheets.cells[CHANGE][row, column - 1] = "C2"
    result = normalise(sheets)
    assert told(result) == [("ordinal_conflict", f"B{row}", "C2")]
    assert values_of(result) == before


CONVENTIONS = [
    ("6.177", 6177.0, None),
    ("07", 7.0, None),
    ("01 đ/c", 1.0, None),
    ("-", "missing", None),
    ("…", "missing", None),
    (("number", "-1"), "unreadable", "not_a_count"),
    (("number", "6.177"), "unreadable", "not_a_count"),
    (("error", "#DIV/0!"), "unreadable", "error_cell"),
    (("no_cache", ""), "unreadable", "formula_without_value"),
    ("khoảng 5", "unreadable", "not_a_count"),
]


@pytest.mark.parametrize(("written", "value", "finding"), CONVENTIONS)
def test_conventions_of_a_count_cell(written, value, finding, sheets, normalise) -> None:
    row, column = sheets.find(CHANGE, "Từ trần")
    sheets.cells[CHANGE][row, column + 1] = written
    result = normalise(sheets)
    assert values_of(result)["membership_change.OUT_DEATH"] == value
    assert [(rule, cell) for rule, cell, _ in told(result)] == ([(finding, f"C{row}")] if finding else [])
    assert set(result.findings["cell_code"].dropna()) <= {"membership_change.OUT_DEATH"}
    named = result.findings.loc[result.findings["rule_id"] == "not_a_count", "message_vi"]
    assert all(message.startswith("Từ trần: “") for message in named)


def cases_with(sheets: Sheets, records: list[list[Any]]) -> int:
    """Put ``records`` into the list of cases instead of what stands there; returns the first row."""
    header, first = sheets.find(CASES, "Số hiệu vụ việc")
    foot = header + 1
    while isinstance(sheets.cells[CASES].get((foot, 1)), float):
        foot += 1
    for place in [place for place in sheets.cells[CASES] if header < place[0] < foot and place[1] >= first]:
        del sheets.cells[CASES][place]
    for offset, record in enumerate(records):
        for column, value in enumerate(record):
            if value is not None:
                sheets.cells[CASES][header + 1 + offset, first + column] = value
    return header + 1


CASE = [
    "1-QĐ",
    "Đảng viên chính thức",
    "Khiển trách",
    "Chi bộ",
    "Thiếu trách nhiệm",
    "Không",
    "05/03/2022",
    "Đã quyết định",
]


def test_totals_numbering_remarks_and_signatures_are_no_records(sheets, normalise) -> None:
    row = cases_with(
        sheets,
        [
            ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)"],
            CASE,
            [None] * 8,
            ["2-QĐ", *CASE[1:]],
            ["Tổng cộng", None, None, None, 2],
        ],
    )
    for place in [place for place in sheets.cells[CASES] if place[0] >= row and place[1] == 1]:
        del sheets.cells[CASES][place]
    sheets.cells[CASES][row, 1] = "A"
    sheets.cells[CASES][row + 7, 2] = "Số liệu đến hết ngày báo cáo"
    sheets.cells[CASES][row + 9, 2] = "Người lập biểu"
    sheets.cells[CASES][row + 9, 7] = "T/M CẤP ỦY"
    sheets.cells[CASES][row + 12, 2] = "ký"
    result = normalise(sheets)
    cases = result.entries[result.entries["form"] == "discipline_cases"]
    assert list(cases.loc[cases["field"] == "CASE_NO", "value_text"]) == ["1-QĐ", "2-QĐ"]
    assert told(result) == [("unread_text", f"B{row + 7}", "Số liệu đến hết ngày báo cáo")]
    assert values_of(result)["discipline_cases.MEMBERS"] == 2


def test_an_empty_list_counts_zero_and_shows_where(sheets, normalise) -> None:
    row = cases_with(sheets, [])
    result = normalise(sheets)
    members = result.observations.set_index("cell_code").loc["discipline_cases.FORM.KTR"]
    assert (members["state"], members["value"], members["cell"]) == ("zero", 0.0, f"D{row}")


def test_aggregates_show_the_cells_they_count(sheets, normalise) -> None:
    """Of three topics one row was wrong; the clerk was sent to a range of all of them."""
    row = cases_with(sheets, [CASE, [*CASE[:2], "Cảnh cáo", *CASE[3:]], CASE, CASE])
    cells = normalise(sheets).observations.set_index("cell_code")["cell"]
    kinds = [cells[f"discipline_cases.FORM.{kind}"] for kind in ("CC", "KT", "KTR")]
    assert kinds == [f"D{row + 1}", f"D{row}:D{row + 3}", f"D{row}:D{row + 3}"]


def test_an_unreadable_code_spoils_what_depends_on_it_and_nothing_else(sheets, normalise) -> None:
    wrong = [*CASE[:2], "Khiển trách nặng", *CASE[3:]]
    row = cases_with(sheets, [CASE, wrong, ["3-QĐ", "Tổ chức đảng", "hình thức lạ", *CASE[3:]]])
    result = normalise(sheets)
    values = values_of(result)
    assert set(told(result)) == {
        ("unknown_code", f"D{row + 1}", "Khiển trách nặng"),
        ("unknown_code", f"D{row + 2}", "•••"),
    }
    messages = result.findings.set_index("cell")["message_vi"]
    assert messages[f"D{row + 2}"].startswith(f"Hình thức kỷ luật, dòng {row + 2}: “•••” không có trong danh sách")
    assert values["discipline_cases.FORM.KT"] == "unreadable"
    assert values["discipline_cases.MEMBERS"] == 2
    assert values["discipline_cases.LEVEL.L_CB"] == 2
    assert values["discipline_cases.ORGANIZATIONS"] == 1


def test_a_blank_field_is_missing_and_so_is_what_counts_it(sheets, normalise) -> None:
    row = cases_with(sheets, [[*CASE[:3], None, *CASE[4:]]])
    result = normalise(sheets)
    assert told(result) == [("required_missing", f"E{row}", None)]
    assert values_of(result)["discipline_cases.LEVEL.L_CB"] == "missing"
    assert values_of(result)["discipline_cases.FORM.KT"] == 1


def test_a_lost_column_of_a_list_is_missing_and_never_zero(sheets, normalise) -> None:
    cases_with(sheets, [])
    place = sheets.find(CASES, "Hình thức kỷ luật")
    sheets.cells[CASES][place] = "Hình thức xử lý"
    result = normalise(sheets)
    assert sorted(told(result), key=str) == [
        ("item_missing", None, None),
        ("unread_text", f"D{place[0]}", "Hình thức xử lý"),
    ]
    assert values_of(result)["discipline_cases.FORM.KT"] == "missing"
    assert values_of(result)["discipline_cases.MEMBERS"] == 0


def test_an_answer_beside_its_place_is_told(sheets, normalise) -> None:
    row, column = sheets.find(PROFILE, "Số chi bộ trực thuộc")
    sheets.cells[PROFILE][row, column + 2] = sheets.cells[PROFILE].pop((row, column + 1))
    result = normalise(sheets)
    assert {rule for rule, _, _ in told(result)} == {"beside_table", "required_missing"}
    assert values_of(result)["organization_profile.CELLS"] == "missing"


def test_a_personal_number_leaves_no_trace_in_the_tables(sheets, normalise) -> None:
    row = cases_with(sheets, [["vụ 012345678901", *CASE[1:]]])
    result = normalise(sheets)
    assert [(rule, cell) for rule, cell, _ in told(result)] == [("identity_value", f"B{row}")]
    for frame in (result.observations, result.entries, result.findings):
        assert not frame.astype(str).apply(lambda column: column.str.contains("012345678901")).any().any()


def test_no_submission_gives_empty_tables_of_the_same_columns(catalogue, reference, sheets) -> None:
    submissions = submissions_of("f").assign(read_state="unidentified")
    result = normalise_cells(sheets.frame(), submissions, catalogue, reference)
    full = normalise_cells(sheets.frame(), submissions_of("f"), catalogue, reference)
    for name in ("observations", "entries", "findings"):
        assert len(getattr(result, name)) == 0
        assert list(getattr(result, name).columns) == list(getattr(full, name).columns)


def test_numbers_as_text_in_every_cell_of_a_form(sheets, normalise) -> None:
    chance = random.Random(1)
    before = values_of(normalise(sheets))
    header, column = sheets.find(CHANGE, "Kỳ này")
    for place, value in list(sheets.cells[CHANGE].items()):
        if place[1] == column and place[0] > header + 1 and isinstance(value, float):
            written = f"{int(value):,}".replace(",", chance.choice([".", ",", " "]))
            sheets.cells[CHANGE][place] = chance.choice([written, f" {written} ", f"{written} đ/c"])
    assert values_of(normalise(sheets)) == before
