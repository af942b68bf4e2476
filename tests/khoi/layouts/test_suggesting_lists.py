"""A list of records is proposed from its words and from what stands in it; what could be two things is left open."""

from __future__ import annotations

import contextlib
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml
from invented_layouts import sheets
from invented_lists import list_of_cases
from typer.testing import CliRunner
from workbook_rows import Sheets, small_reference

from ingest.catalogue import CatalogueError, load_catalogue
from ingest.normalise import normalise_cells
from ingest.receive import read_files
from khoi.cli import app
from khoi.deployment.home import Home
from khoi.layouts import NoTable, Suggestion, declaration_text, suggest_layout

HEAD = ["STT", "Đơn vị", "Số quyết định", "Ngày quyết định", "Hình thức xử lý", "Cấp thi hành", "Nội dung vi phạm"]
CASES: list[list[Any]] = [
    [1, "AA-1", "12-QĐ/UBKT", dt.date(2022, 3, 4), "Khiển trách", "Chi bộ", "Đạo đức, lối sống"],
    [2, "AA-2", "13-QĐ/UBKT", "15/03/2022", "KHIEN TRACH", "UBKT cấp trên", "DS-KHHGĐ"],
    [3, "AA-1", "14-QĐ/UBKT", "ngày 5 tháng 4 năm 2022", "Cảnh cáo", "Chi bộ", "Vi phạm khác"],
]


def one_sheet(head: list[Any], records: list[list[Any]], above: tuple[str, ...] = (), name: str = "DS") -> Sheets:
    title = [["ĐẢNG BỘ KHỐI THỬ NGHIỆM"], [None, "6 tháng đầu năm 2022"], *([None, text] for text in above), []]
    return sheets(name, [*title, head, *records, [], ["Nơi nhận:", None, None, "T/M BAN THƯỜNG VỤ"]])


def suggested(home: Home, book: Sheets) -> Suggestion:
    return suggest_layout(home, book.save(home.root / "ds.xlsx"), None, "AA")


def proposed(suggestion: Suggestion) -> dict[str, str | None]:
    """Heading -> field; "-" where it is left aside, None where a person must decide."""
    return {
        " / ".join(one.field.path): "-" if one.reason else one.cell and one.cell.partition(".")[2]
        for one in suggestion.mappings
    }


def test_a_list_is_proposed_with_its_fields(home: Home) -> None:
    suggestion = suggested(home, one_sheet(HEAD, CASES))
    assert (suggestion.table.rows, suggestion.table.form) == ("record", "discipline_cases")
    assert suggestion.table.structure == [(("STT",), "ordinal"), (("Đơn vị",), "organization")]
    assert proposed(suggestion) == {
        "Số quyết định": "CASE_NO", "Ngày quyết định": "DECIDED_ON", "Hình thức xử lý": "DISCIPLINE_FORM",
        "Cấp thi hành": "DISCIPLINE_LEVEL", "Nội dung vi phạm": "VIOLATION",
    }  # fmt: skip
    assert set(suggestion.table.lacking) == {"SUBJECT", "COMMITTEE_MEMBER", "DECISION_STATUS"}


def test_what_is_proposed_reads(home: Home, tmp_path: Path) -> None:
    book = one_sheet(HEAD, CASES)
    suggestion = suggested(home, book)
    text = declaration_text(suggestion, "ds", "AA")
    assert "(SUBJECT)" in text
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "ds.yaml").write_text(text, encoding="utf-8")
    catalogue = load_catalogue(layouts=tmp_path / "layouts")
    read = read_files([book.save(tmp_path / "ds.xlsx")], catalogue, small_reference())
    tables = normalise_cells(read.cells, read.submissions, catalogue, small_reference())
    assert read.findings.empty
    assert tables.findings.empty, tables.findings[["rule_id", "cell", "observed"]]
    mine = tables.entries[tables.entries["field"] == "DECIDED_ON"]
    assert mine["value_text"].tolist() == ["2022-03-04", "2022-04-05", "2022-03-15"]


def test_a_title_names_the_organization(home: Home) -> None:
    records = [[row[0], *row[2:]] for row in CASES]
    suggestion = suggested(home, one_sheet([HEAD[0], *HEAD[2:]], records, above=("Đơn vị: AA-2",)))
    assert suggestion.table.title == r"Đơn vị:\s*(.+)"
    assert (None, "organization") not in [role for _, role in suggestion.table.structure]


def test_a_sheet_is_named_after_its_organization(home: Home, tmp_path: Path) -> None:
    records = [[row[0], *row[2:]] for row in CASES]
    one, two = (one_sheet([HEAD[0], *HEAD[2:]], records, name=name) for name in ("AA-1", "AA-2"))
    book = Sheets({**one.cells, **two.cells})
    suggestion = suggested(home, book)
    assert (suggestion.table.title, suggestion.table.sheets) == ("^(.+)$", 2)
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "ds.yaml").write_text(declaration_text(suggestion, "ds", "AA"), encoding="utf-8")
    catalogue = load_catalogue(layouts=tmp_path / "layouts")
    read = read_files([book.save(tmp_path / "ds.xlsx")], catalogue, small_reference())
    assert read.submissions["organization_code"].tolist() == ["AA-1", "AA-2"]
    entries = normalise_cells(read.cells, read.submissions, catalogue, small_reference()).entries
    assert entries.groupby("organization_code")["sheet"].agg(set).to_dict() == {"AA-1": {"AA-1"}, "AA-2": {"AA-2"}}


def test_names_are_left_aside_and_never_a_field(home: Home) -> None:
    head = [HEAD[0], "Họ và tên", "Đồng chí", *HEAD[1:]]
    records = [[row[0], "Nguyễn Văn An", "Trần Thị Bình", *row[1:]] for row in CASES]
    suggestion = suggested(home, one_sheet(head, records))
    found = proposed(suggestion)
    assert (found["Họ và tên"], found["Đồng chí"]) == ("-", "-")
    told = declaration_text(suggestion, "ds", "AA")
    assert "thông tin cá nhân" in told
    assert "Nguyễn" not in told


def test_two_columns_for_one_field_are_left_open(home: Home, tmp_path: Path) -> None:
    head = [*HEAD, "Hình thức kỷ luật"]
    records = [[*row, form] for row, form in zip(CASES, ["Khiển trách", "Cảnh cáo", "Cảnh cáo"], strict=True)]
    suggestion = suggested(home, one_sheet([*head[:4], "Hình thức bị kỷ luật", *head[5:]], records))
    found = proposed(suggestion)
    assert (found["Hình thức bị kỷ luật"], found["Hình thức kỷ luật"]) == (None, None)
    assert len(suggestion.refused) == 2
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "ds.yaml").write_text(declaration_text(suggestion, "ds", "AA"), encoding="utf-8")
    with pytest.raises(CatalogueError, match="give its field"):
        load_catalogue(layouts=tmp_path / "layouts")


@pytest.mark.parametrize(
    ("head", "contents"),
    [
        ("Ngày vi phạm", ["01/01/2022", "02/01/2022", "03/01/2022"]),
        ("Ngày sinh hoạt gần nhất", ["01/01/2022", "02/01/2022", "03/01/2022"]),
        ("Nơi làm việc", ["Chi bộ", "Chi bộ", "Chi bộ"]),
        ("Số lần nhắc nhở", [1, 2, 3]),
        ("Đã nộp hồ sơ", ["Có", "Không", "Có"]),
        ("Biệt danh", ["x y z", "y z", "z"]),
    ],
)
def test_an_unknown_column_is_left_open(head: str, contents: list[Any], home: Home) -> None:
    records = [[*row, one] for row, one in zip(CASES, contents, strict=True)]
    suggestion = suggested(home, one_sheet([*HEAD, head], records))
    assert proposed(suggestion)[head] in (None, "-")
    assert suggestion.table.form == "discipline_cases"


def test_what_is_left_decides_the_column_that_stayed_open(home: Home) -> None:
    suggestion = suggested(home, one_sheet([*HEAD[:2], "Số văn bản", *HEAD[3:]], CASES))
    assert proposed(suggestion)["Số văn bản"] == "CASE_NO"
    assert "trường duy nhất còn lại" in declaration_text(suggestion, "ds", "AA")


def test_texts_are_proposed_to_be_left_out_where_every_field_has_its_column(home: Home) -> None:
    head = [*HEAD, "Đối tượng vi phạm", "Cấp ủy viên", "Tình trạng", "Lưu tại"]
    rest = ["Đảng viên", "Không", "Đã quyết định"]
    prose = ["tủ hai, ngăn ba", "đã nộp bản kiểm điểm", "chờ xem xét thêm"]
    records = [[*row, *rest, one] for row, one in zip(CASES, prose, strict=True)]
    suggestion = suggested(home, one_sheet(head, records))
    assert not suggestion.table.lacking
    assert proposed(suggestion)["Lưu tại"] == "-"
    assert "đề nghị xác nhận bỏ qua" in declaration_text(suggestion, "ds", "AA")


def test_words_of_the_office_are_told_with_what_they_resemble(home: Home) -> None:
    records = [list(row) for row in CASES]
    records[0][4], records[1][4] = "Mức khiển trách", "Khiển tráchh"
    suggestion = suggested(home, one_sheet(HEAD, records))
    form = next(one for one in suggestion.mappings if one.cell == "discipline_cases.DISCIPLINE_FORM")
    assert form.words == {"Mức khiển trách": "KT"}
    assert 'words: {"Mức khiển trách": KT}' in declaration_text(suggestion, "thu", None)
    assert any("“Khiển tráchh”" in text and "KT" in text for text in form.evidence)


def test_a_sheet_without_codes_is_no_list(home: Home) -> None:
    head = ["STT", "Đơn vị", "Số lượng", "Ngày"]
    records = [[1, "AA-1", 3, "01/02/2022"], [2, "AA-2", 4, "02/02/2022"]]
    with contextlib.suppress(NoTable):
        assert suggested(home, one_sheet(head, records)).table.rows == "organization"


def test_the_command_writes_what_was_proposed(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHOI_HOME", str(home.root))
    path = list_of_cases([row[1:] for row in ([*case, "Đã quyết định", None] for case in CASES)]).save(
        tmp_path / "ds.xlsx"
    )
    told = CliRunner().invoke(app, ["layout", "suggest", str(path), "--committee", "AA"])
    declared = yaml.safe_load(told.stdout)["tables"][0]
    assert (declared["rows"], declared["form"]) == ("record", "discipline_cases")


BADGES: list[list[Any]] = [
    [1, "AA-1", 12, "Huy hiệu 30 năm tuổi Đảng", 11],
    [2, "AA-2", 5, "Huy hiệu 40 năm tuổi Đảng", 5],
    [3, "AA-1", 7, "Huy hiệu 50 năm tuổi Đảng", 3],
]


@pytest.mark.parametrize(("title", "is_one"), [("DANH SÁCH HUY HIỆU ĐẢNG", True), ("DANH SÁCH THEO DÕI", False)])
def test_a_title_and_a_column_of_codes_make_a_list_whose_other_columns_are_asked_for(
    title: str, is_one: bool, home: Home
) -> None:
    """It was no table at all: what nobody can tell of the two columns of counts, the person who looks at it can."""
    suggestion = suggested(home, one_sheet(["STT", "Đơn vị", "Đã trình", "HHĐ", "Thực nhận"], BADGES, above=(title,)))
    if not is_one:
        assert suggestion.table.rows == "organization"
        return
    assert (suggestion.table.rows, suggestion.table.form) == ("record", "party_badges")
    assert proposed(suggestion) == {"HHĐ": "BADGE_YEARS", "Đã trình": None, "Thực nhận": None}


def test_a_column_headed_as_remarks_in_which_a_code_stands_is_asked_for(home: Home) -> None:
    """“Diễn biến” with “Chi bộ” among an office's own words was left out as a remark, and the field with it."""
    head = [*HEAD[:5], "Diễn biến", HEAD[6]]
    records = [[*row[:5], level, row[6]] for row, level in zip(CASES, ["bên dưới", "Chi bộ", "bên trên"], strict=True)]
    assert proposed(suggested(home, one_sheet(head, records)))["Diễn biến"] is None


def test_a_heading_of_the_organization_may_stand_over_two_rows(home: Home) -> None:
    head = [HEAD[0], "Tổ chức", *HEAD[2:]]
    low = [None, "cơ sở đảng", *[None] * len(HEAD[2:])]
    title = [["ĐẢNG BỘ KHỐI THỬ NGHIỆM"], [None, "6 tháng đầu năm 2022"], [], head, low]
    book = sheets("DS", [*title, *CASES, [], ["Nơi nhận:", None, None, "T/M BAN THƯỜNG VỤ"]])
    assert (("Tổ chức", "cơ sở đảng"), "organization") in suggested(home, book).table.structure
