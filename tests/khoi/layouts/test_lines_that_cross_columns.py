"""Lines and columns of one organization that cross are one form; what is no branch is never added up."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from invented_layouts import sheets
from workbook_rows import Sheets, small_reference

from ingest.catalogue import load_catalogue
from ingest.normalise import normalise_cells
from ingest.receive import read_files
from khoi.deployment.home import Home
from khoi.layouts import NoTable, Suggestion, declaration_text, suggest_layout

PERIOD = "2022H1"
HEADS = ["TT", "Nội dung", "Số tổ chức đảng", "Số đảng viên", "Trong đó: cấp ủy viên", "So sánh (%)"]
LINES = [
    [1, "Cấp ủy kiểm tra theo Điều 30", 4, 9, 2, 110],
    [2, "Cấp ủy giám sát chuyên đề", 3, 6, 1, 90],
    [3, "Kiểm tra khi có dấu hiệu vi phạm", 2, 5, 0, 100],
    [4, "Kiểm tra tài chính đảng", 1, 3, 1, 50],
]


def book(heads: list[str], lines: list[list[Any]]) -> Sheets:
    title = [["Tổ chức AA-1"], [None, "KẾT QUẢ KIỂM TRA, GIÁM SÁT"], [None, "6 tháng đầu năm 2022"], []]
    return sheets("KTGS", [*title, heads, *lines, [], [None, "NGƯỜI LẬP BIỂU"]])


def suggested(home: Home, one: Sheets) -> Suggestion:
    return suggest_layout(home, one.save(home.root / "ktgs.xlsx"), PERIOD)


def test_lines_and_columns_of_one_form_are_told_each_by_its_words_and_read(home: Home) -> None:
    suggestion = suggested(home, book(HEADS, LINES))
    assert [one.cell for one in suggestion.mappings] == [
        f"inspection.{item}" for item in ("C_INSPECT", "C_SUPERVISE", "U_SIGNS", "U_FINANCE")
    ]
    assert [one.cell for one in suggestion.members] == ["ORGANIZATIONS", "MEMBERS", "COMMITTEE_MEMBERS"]
    assert [path for path, _ in suggestion.table.strange] == [("So sánh (%)",)]
    assert not suggestion.refused
    folder = home.config / "layouts"
    (folder / "ktgs.yaml").write_text(declaration_text(suggestion, "ktgs", "AA"), "utf-8")
    catalogue = load_catalogue(layouts=folder)
    read = read_files([home.root / "ktgs.xlsx"], catalogue, small_reference())
    seen = normalise_cells(read.cells, read.submissions, catalogue, small_reference()).observations
    told = {one.cell_code: one.value for one in seen.itertuples() if one.state == "value"}
    assert (told["inspection.C_INSPECT.MEMBERS"], told["inspection.U_FINANCE.ORGANIZATIONS"]) == (9, 1)
    assert len(told) == 11, "twelve figures, one of which is 0"


def test_a_line_that_two_items_say_as_well_and_a_column_of_nothing_are_asked(home: Home) -> None:
    lines = [[2, "Giám sát chuyên đề", *LINES[1][2:]], *LINES[:1], *LINES[2:]]
    suggestion = suggested(home, book([*HEADS[:4], "Số cuộc", *HEADS[5:]], lines))
    assert [one.field.path[-1] for one in suggestion.refused] == ["Giám sát chuyên đề", "Số cuộc"]
    told = yaml.safe_load(declaration_text(suggestion, "ktgs", "AA"))
    folder = home.config / "layouts"
    (folder / "ktgs.yaml").write_text(yaml.safe_dump(told, allow_unicode=True), "utf-8")
    with pytest.raises(ValueError, match="cells, or the reason"):
        load_catalogue(layouts=folder)


def test_lines_that_are_no_branches_are_not_added_up(home: Home) -> None:
    lines = [[1, "Tuyên truyền miệng", 4, 9, 2, 110], [2, "Tọa đàm", 3, 6, 1, 90]]
    with pytest.raises(NoTable):
        suggested(home, book(HEADS, lines))


def test_the_words_nội_dung_and_số_lượng_make_no_list(home: Home) -> None:
    lines = [["I", "Tổng số tăng", 3], [1, "Kết nạp", 2], [2, "Chuyển đến", 1], ["II", "Tổng số giảm", 0]]
    suggestion = suggested(home, book(["TT", "Nội dung", "Số lượng"], lines))
    assert suggestion.table.rows == "item"
    assert [one.cell for one in suggestion.mappings][:2] == ["membership_change.INC", "membership_change.IN_ADMIT"]
