"""A committee's own list, one record a row, comes in as the records of each organization, every value with its cell."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from invented_layouts import sheets
from invented_lists import FOOT, HEAD, LISTS, list_of_cases
from workbook_rows import Sheets, small_reference

from ingest.catalogue import Catalogue, load_catalogue
from ingest.normalise import account_of, account_reasons, normalise_cells
from ingest.receive import read_files
from ingest.reference import Reference

CASES: list[list[Any]] = [
    ["AA-1", "12-QĐ/UBKT", dt.date(2022, 3, 4), "BTV ĐUK", "Khiển trách", "Đạo đức, lối sống", "Đã quyết định", None],
    ["AA-2", "13-QĐ/UBKT", "15/03/2022", "UBKT cấp trên", "KHIEN TRACH", "DS-KHHGĐ", "đã quyết định", None],
    ["Tổ chức AA-1", "14-QĐ/UBKT", 44651, "chi bộ", "KTR", "VI PHẠM KHÁC", "Đã quyết định", None],
]


@pytest.fixture(scope="module")
def own() -> Catalogue:
    return load_catalogue(layouts=LISTS)


def read(
    sheets: Sheets, folder: Path, catalogue: Catalogue, reference: Reference
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Submissions, entries, observations and findings of one file."""
    got = read_files([sheets.save(folder / "ds.xlsx")], catalogue, reference)
    tables = normalise_cells(got.cells, got.submissions, catalogue, reference)
    findings = pd.concat([got.findings, tables.findings], ignore_index=True)
    return got.submissions, tables.entries, tables.observations, findings


def records(entries: pd.DataFrame, organization: str) -> list[dict[str, Any]]:
    """The records of an organization in their order: field -> what it says."""
    mine = entries[(entries["organization_code"] == organization) & entries["value_text"].notna()]
    return [dict(zip(one["field"], one["value_text"], strict=True)) for _, one in mine.groupby("record_no")]


def test_each_row_is_a_record_of_its_organization(tmp_path: Path, own: Catalogue, reference: Reference) -> None:
    submissions, entries, _, findings = read(list_of_cases(CASES), tmp_path, own, reference)
    assert submissions["organization_code"].tolist() == ["AA-1", "AA-2"]
    assert set(submissions["read_state"]) == {"identified"}
    assert records(entries, "AA-1") == [
        {
            "CASE_NO": "12-QĐ/UBKT", "DECIDED_ON": "2022-03-04", "DISCIPLINE_LEVEL": "L_CU2",
            "DISCIPLINE_FORM": "KT", "VIOLATION": "DDLS", "DECISION_STATUS": "DECIDED", "SUBJECT": "DV",
        },
        {
            "CASE_NO": "14-QĐ/UBKT", "DECIDED_ON": "2022-03-31", "DISCIPLINE_LEVEL": "L_CB",
            "DISCIPLINE_FORM": "KTR", "VIOLATION": "KHAC", "DECISION_STATUS": "DECIDED", "SUBJECT": "DV",
        },
    ]  # fmt: skip
    assert records(entries, "AA-2")[0]["DISCIPLINE_FORM"] == "KT"
    assert findings.empty, findings[["rule_id", "cell", "observed"]]


def test_every_value_keeps_its_cell_and_what_was_written(tmp_path: Path, own: Catalogue, reference: Reference) -> None:
    sheets = list_of_cases(CASES)
    _, entries, _, _ = read(sheets, tmp_path, own, reference)
    row = sheets.find("Danh sách", "13-QĐ/UBKT")[0]
    mine = entries[entries["organization_code"] == "AA-2"].set_index("field")
    assert mine.loc["DISCIPLINE_FORM", ["sheet", "cell", "raw_text", "record_no"]].tolist() == [
        "Danh sách", f"F{row}", "KHIEN TRACH", 1
    ]  # fmt: skip
    # The title says what no column says: its cell is where the value comes from.
    title = sheets.find("Danh sách", "DANH SÁCH ĐẢNG VIÊN CHÍNH THỨC BỊ THI HÀNH KỶ LUẬT")
    assert mine.loc["SUBJECT", "cell"] == f"B{title[0]}"
    assert mine.loc["COMMITTEE_MEMBER", "state"] == "missing"
    assert pd.isna(mine.loc["COMMITTEE_MEMBER", "cell"])


def test_what_is_counted_is_counted_of_what_is_there(tmp_path: Path, own: Catalogue, reference: Reference) -> None:
    _, _, observations, _ = read(list_of_cases(CASES), tmp_path, own, reference)
    mine = observations[observations["organization_code"] == "AA-1"].set_index("cell_code")
    assert mine.loc["discipline_cases.MEMBERS", "value"] == 2
    assert mine.loc["discipline_cases.FORM.KTR", "value"] == 1
    assert mine.loc["discipline_cases.FORM.GT", "state"] == "zero"
    # The list has no column that says who is on a committee: that is not none.
    assert mine.loc["discipline_cases.COMMITTEE_MEMBERS", "state"] == "missing"
    assert set(mine["form"]) == {"discipline_cases"}


@pytest.mark.parametrize(
    ("column", "text", "rule"),
    [
        (4, "Kiểm điểm", "unknown_code"),
        (2, "tháng 3", "not_a_date"),
        (2, "31/02/2022", "not_a_date"),
        (1, None, "required_missing"),
        (5, None, "required_missing"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_cell(
    column: int, text: str | None, rule: str, tmp_path: Path, own: Catalogue, reference: Reference
) -> None:
    changed = [list(case) for case in CASES]
    changed[1][column] = text
    sheets = list_of_cases(changed)
    _, _, _, findings = read(sheets, tmp_path, own, reference)
    row = sheets.find("Danh sách", "UBKT cấp trên")[0]
    told = findings[["rule_id", "organization_code", "sheet", "cell"]].values.tolist()
    assert told == [[rule, "AA-2", "Danh sách", f"{'BCDEFGH'[column]}{row}"]]


def test_names_merged_downwards_hold_for_the_rows_below(tmp_path: Path, own: Catalogue, reference: Reference) -> None:
    merged = [CASES[0], [None, *CASES[2][1:]], CASES[1]]
    _, entries, _, findings = read(list_of_cases(merged), tmp_path, own, reference)
    assert [len(records(entries, code)) for code in ("AA-1", "AA-2")] == [2, 1]
    assert findings.empty


def test_a_name_that_was_left_out_is_not_the_one_above(tmp_path: Path, own: Catalogue, reference: Reference) -> None:
    forgotten = [CASES[0], ["AA-1", *CASES[2][1:]], [None, *CASES[1][1:]]]
    sheets = list_of_cases(forgotten)
    submissions, entries, _, findings = read(sheets, tmp_path, own, reference)
    assert len(records(entries, "AA-1")) == 2
    assert set(submissions["read_state"]) == {"identified", "unidentified"}
    row = sheets.find("Danh sách", "13-QĐ/UBKT")[0]
    assert (findings["rule_id"] == "unknown_organization").sum() == 1
    assert f"B{row}" in set(findings["cell"])


def test_an_organization_over_its_block(tmp_path: Path, own: Catalogue, reference: Reference) -> None:
    blocks = [
        ["I", "AA-1", None, None, None, None, None, None, None],
        [None, *CASES[0][1:]],
        [None, *CASES[2][1:]],
        ["II", None, "Tổ chức AA-2", None, None, None, None, None, None],
        [None, *CASES[1][1:]],
    ]
    _, entries, _, findings = read(list_of_cases(blocks), tmp_path, own, reference)
    assert [len(records(entries, code)) for code in ("AA-1", "AA-2")] == [2, 1]
    assert findings.empty, findings[["rule_id", "cell"]]


@pytest.mark.parametrize(("said", "read_of"), [("AA-2", ["AA-1", "AA-2"]), ("Đảng bộ lạ", ["AA-1"])])
def test_an_organization_that_is_titled_over_its_block(
    said: str, read_of: list[str], tmp_path: Path, reference: Reference
) -> None:
    declared = (LISTS / "ds_ky_luat.yaml").read_text(encoding="utf-8")
    declared = declared.replace("      - {header: [Đơn vị], role: organization}\n", "")
    declared = declared.replace("    header_rows: 2\n", "    header_rows: 2\n    organization: 'Cơ sở: (.+)'\n")
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "ds.yaml").write_text(declared, encoding="utf-8")
    own = load_catalogue(layouts=tmp_path / "layouts")
    head = [[one for at, one in enumerate(row) if at != 1] for row in HEAD]
    table = [[1, *CASES[0][1:], None], [f"Cơ sở: {said}"], [2, *CASES[1][1:], None]]
    sheets = list_of_cases(table, head=head)
    sheets.cells["Danh sách"][5, 2] = "Cơ sở: AA-1"
    _, entries, _, findings = read(sheets, tmp_path, own, reference)
    assert sorted(entries["organization_code"].unique()) == read_of
    assert all(len(records(entries, code)) == 1 for code in read_of)
    # Records below a heading that nobody knows are nobody's: they are not those of the organization above.
    assert ("unknown_organization" in set(findings["rule_id"])) == (len(read_of) == 1)


def test_totals_empty_rows_headings_and_the_foot_are_no_records(
    tmp_path: Path, own: Catalogue, reference: Reference
) -> None:
    table = [
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
        CASES[0],
        [None, "Cộng", 1, None, None, None, None, None, None],
        [],
        [None, "Trong đó cấp ủy viên", 0, None, None, None, None, None, None],
        [*HEAD[0]],
        CASES[1],
        ["Tổng cộng: 2 trường hợp", None, None, None, None, None, None, None, None],
    ]
    sheets = list_of_cases(table)
    got = read_files([sheets.save(tmp_path / "ds.xlsx")], own, reference)
    entries = normalise_cells(got.cells, got.submissions, own, reference).entries
    assert [len(records(entries, code)) for code in ("AA-1", "AA-2")] == [1, 1]
    told = account_of(got.cells, got.submissions, own, reference)
    filled = {(row, column) for row, column in sheets.cells["Danh sách"]}
    assert set(zip(told["row_no"], told["column_no"], strict=True)) == filled
    assert len(told) == len(filled)
    assert set(told["outcome"]) == {"value", "ignored"}
    assert set(told["reason"]) <= set(account_reasons())


def test_a_record_below_the_foot_is_told_and_the_list_not_counted(
    tmp_path: Path, own: Catalogue, reference: Reference
) -> None:
    late = [9, "AA-1", *CASES[2][1:]]
    sheets = list_of_cases(CASES, foot=[*FOOT, late])
    _, entries, observations, findings = read(sheets, tmp_path, own, reference)
    assert len(records(entries, "AA-1")) == 2
    told = findings[findings["rule_id"] == "row_below_end"]
    assert len(told) == 1
    assert told["cells"].iloc[0].count("Danh sách!") == 8
    counted = observations[observations["cell_code"] == "discipline_cases.MEMBERS"]
    assert set(counted["state"]) == {"missing"}


def test_a_column_of_names_never_lands(tmp_path: Path, own: Catalogue, reference: Reference) -> None:
    head = [[*HEAD[0], "Họ và tên"], HEAD[1]]
    named = [[number, *case, "Nguyễn Văn An"] for number, case in enumerate(CASES, 1)]
    sheets = list_of_cases(named, head=head)
    got = read_files([sheets.save(tmp_path / "ds.xlsx")], own, reference)
    assert not got.cells["text"].str.contains("Nguyễn Văn An").any()
    assert set(got.findings["rule_id"]) == {"identity_column", "layout_strange"}
    assert set(got.submissions["read_state"]) == {"unidentified"}


def test_a_declared_column_of_names_lands_no_more(tmp_path: Path, reference: Reference) -> None:
    declared = (LISTS / "ds_ky_luat.yaml").read_text(encoding="utf-8")
    declared += "      - {header: [Họ và tên], role: ignored, reason: không nhận thông tin cá nhân}\n"
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "ds_ky_luat.yaml").write_text(declared, encoding="utf-8")
    own = load_catalogue(layouts=tmp_path / "layouts")
    named = [[number, *case, "Nguyễn Văn An"] for number, case in enumerate(CASES, 1)]
    sheets = list_of_cases(named, head=[[*HEAD[0], "Họ và tên"], HEAD[1]])
    got = read_files([sheets.save(tmp_path / "ds.xlsx")], own, reference)
    assert not got.cells["text"].str.contains("Nguyễn Văn An").any()
    tables = normalise_cells(got.cells, got.submissions, own, reference)
    assert len(records(tables.entries, "AA-1")) == 2
    # The heading is told as with our own forms: hard, with what to do; the cells below it once an organization.
    assert "identity_column" in set(got.findings["rule_id"])
    assert tables.findings["rule_id"].tolist() == ["personal_aside"] * 2
    assert sorted(tables.findings["cells"].str.count("!")) == [1, 2]


def test_a_name_in_place_of_a_number_never_lands(tmp_path: Path, own: Catalogue, reference: Reference) -> None:
    changed = [list(case) for case in CASES]
    changed[0][1], changed[1][7] = "Trần Thị Bình", "Đồng chí Lê Văn Cường nhận khuyết điểm"
    _, entries, _, findings = read(list_of_cases(changed), tmp_path, own, reference)
    landed = " ".join(entries["raw_text"].fillna("").tolist() + findings["observed"].fillna("").tolist())
    assert "Bình" not in landed
    assert "Cường" not in landed
    assert {"identity_value", "personal_aside"} <= set(findings["rule_id"])


GROUPS = r"""
layout: bieu_4
label: {vi: Biểu 4 của cơ sở, en: Biểu 4}
authority: Công văn của Đảng ủy Khối
valid_from: 2021-12-13
blank: zero
period: '^(Năm \d{4})$'
tables:
  - rows: record
    form: year_member_groups
    organization: '^Đơn vị: (.+)$'
    ignored_rows: [Chia theo]
    columns:
      - {header: [TT], role: ordinal}
      - {header: [Dân tộc, tôn giáo], field: GROUP}
      - {header: [Số lượng], field: MEMBERS}
      - {header: [Trong đó nữ], field: FEMALE}
      - {header: [Tỷ lệ %], role: ignored, reason: tỷ lệ luôn được tính lại}
"""


def test_a_printed_list_whose_empty_cells_mean_none(tmp_path: Path, reference: Reference) -> None:
    (tmp_path / "layouts").mkdir()
    declared = GROUPS.replace("header: [Dân tộc, tôn giáo]", 'header: ["Dân tộc, tôn giáo"]')
    (tmp_path / "layouts" / "bieu_4.yaml").write_text(declared, encoding="utf-8")
    catalogue = load_catalogue(layouts=tmp_path / "layouts")
    periods = reference["reporting_periods"]
    due = pd.concat([periods, pd.DataFrame([["AA", "2024", "2025-01-20", None]], columns=periods.columns)])
    yearly = small_reference(reporting_periods=due)
    rows = [
        [None, "Đơn vị: AA-1"], [None, "Năm 2024"], [],
        ["TT", "Dân tộc, tôn giáo", "Số lượng", "Trong đó nữ", "Tỷ lệ %"],
        ["I", "Chia theo dân tộc", 30, 11, 100], [1, "Kinh", 28, 10, 93.3], [2, "TAY", None, None, None],
        [3, "dân tộc Thái", 2, 1, 6.7], ["II", "Chia theo tôn giáo", 3, None, None], [1, "Công giáo", 3, None, 10],
        [None, "Tổng cộng", 30, 11, 100],
    ]  # fmt: skip
    _, entries, observations, findings = read(sheets("Biểu 4", rows), tmp_path, catalogue, yearly)
    assert findings.empty, findings[["rule_id", "cell", "observed"]]
    told = [tuple(one.get(name) for name in ("GROUP", "MEMBERS", "FEMALE")) for one in records(entries, "AA-1")]
    counts = [(entry, members) for entry, members, _ in told]
    assert counts == [("DT01", "28"), ("DT02", None), ("DT03", "2"), ("TG1", "3")]
    mine = observations.set_index("cell_code")["value"]
    assert (mine["year_member_groups.MEMBERS.DT01"], mine["year_member_groups.MEMBERS.DT02"]) == (28, 0)
