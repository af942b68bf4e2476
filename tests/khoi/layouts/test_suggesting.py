"""A layout proposed from a file alone: right where the words and the figures say so, refused where they do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import yaml
from invented_layouts import by_branches, by_items, by_rows, sheets
from typer.testing import CliRunner
from workbook_rows import Sheets, small_reference

from ingest.catalogue import load_catalogue
from ingest.receive import read_files
from khoi.cli import app
from khoi.deployment.home import Home
from khoi.layouts import NoTable, Suggestion, declaration_text, suggest_layout
from khoi.layouts.period_columns import reason_aside
from khoi.layouts.suggest import _of_one_form

ADD_UP = [
    ["AA-1", 20, 3, 2, 1, 1, 1, 0, 12, 10, "có 1 đồng chí chuyển đến"],
    ["Tổ chức AA-2", 30, 0, 0, 0, 2, 0, 2, 20, 8, None],
    ["AA-3", 10, 4, 1, 3, 1, 0, 1, 11, 2, None],
]
DO_NOT_ADD_UP = [[row[0], row[1], row[2] + 1, *row[3:5], row[5] + 2, *row[6:]] for row in ADD_UP]


def suggested(home: Home, sheets: Sheets, period: str | None = None) -> Suggestion:
    return suggest_layout(home, sheets.save(home.root / "bieu.xlsx"), period)


def cells(suggestion: Suggestion) -> dict[tuple[str, ...], str | None]:
    """Heading -> the proposed cell; None where a person must decide; what is ignored left out."""
    return {one.field.path: one.cell for one in suggestion.mappings if one.reason is None}


def test_words_and_sums_together_find_the_columns(home: Home) -> None:
    suggestion = suggested(home, by_rows(ADD_UP))
    assert (suggestion.table.rows, suggestion.table.header_rows) == ("organization", 3)
    assert cells(suggestion) == {
        ("Đảng viên đầu kỳ",): "membership_change.OPEN",
        ("Tăng trong kỳ", "Tổng số"): "membership_change.INC",
        ("Tăng trong kỳ", "Trong đó", "Kết nạp"): "membership_change.IN_ADMIT",
        ("Tăng trong kỳ", "Trong đó", "Chuyển đến"): "membership_change.IN_TR",
        ("Giảm trong kỳ", "Tổng số"): "membership_change.DEC",
        ("Giảm trong kỳ", "Trong đó", "Từ trần"): "membership_change.OUT_DEATH",
        ("Giảm trong kỳ", "Trong đó", "Chuyển đi"): "membership_change.OUT_TR",
        ("Đảng viên cuối kỳ", "Nam"): None,
        ("Đảng viên cuối kỳ", "Nữ"): "membership_structure.FEMALE",
    }
    total = next(one for one in suggestion.mappings if one.cell == "membership_change.INC")
    assert any("R001B" in text and "2 dòng" in text for text in total.evidence)


def test_without_sums_that_hold_the_words_decide_alone_or_nothing_does(home: Home) -> None:
    suggestion = suggested(home, by_rows(DO_NOT_ADD_UP))
    found = cells(suggestion)
    assert found["Tăng trong kỳ", "Tổng số"] == "membership_change.INC"
    assert found["Tăng trong kỳ", "Trong đó", "Kết nạp"] == "membership_change.IN_ADMIT"
    assert found["Đảng viên cuối kỳ", "Nam"] is None
    assert not any("cộng đúng" in text for one in suggestion.mappings for text in one.evidence)


@pytest.mark.parametrize("typed", [str, lambda figure: f"{figure * 1000:,}".replace(",", ".")])
def test_figures_typed_as_texts_are_figures(home: Home, typed: Callable[[int], str]) -> None:
    """A table of nothing but texts ("1.234") once was "no table with an organization"."""
    rows = [[row[0], *(typed(one) for one in row[1:10]), row[10]] for row in ADD_UP]
    assert cells(suggested(home, by_rows(rows))) == cells(suggested(home, by_rows(ADD_UP)))


def test_women_admitted_are_not_taken_for_women(home: Home) -> None:
    sheets = by_rows(ADD_UP)
    sheets.cells["Tổng hợp"][sheets.find("Tổng hợp", "Đảng viên cuối kỳ")] = "Kết nạp"
    assert cells(suggested(home, sheets))["Kết nạp", "Nữ"] is None


@pytest.mark.parametrize("other", ["Kết nạp mới", "Kết nạp đảng viên", "Đảng viên mới kết nạp"])
def test_two_headings_that_may_be_one_cell_are_both_left_open(home: Home, other: str) -> None:
    """Once the better of two was proposed and the other left to a person, whose answer was added to it."""
    sheets = by_rows(DO_NOT_ADD_UP)
    sheets.cells["Tổng hợp"][sheets.find("Tổng hợp", "Chuyển đến")] = other
    suggestion = suggested(home, sheets)
    found = cells(suggestion)
    assert found["Tăng trong kỳ", "Trong đó", "Kết nạp"] is None
    assert found["Tăng trong kỳ", "Trong đó", other] is None
    told = [one.refusal for one in suggestion.refused if one.field.path[-1] in ("Kết nạp", other)]
    assert all("cũng có thể là cùng một mục" in str(text) for text in told), told


def test_an_organization_in_two_rows_is_not_added_up(home: Home) -> None:
    """Once any organization that stood twice made branches of all rows, and what was declared so added them."""
    rows = [*ADD_UP, ["AA-1", 5, 3, 2, 1, 1, 1, 0, 4, 3, "báo cáo bổ sung"]]
    assert suggested(home, by_rows(rows)).table.rows == "organization"
    together = [ADD_UP[0], [*ADD_UP[0][:10], None], *ADD_UP[1:]]
    assert suggested(home, by_rows(together)).table.rows == "organization"


def test_a_day_in_a_heading_is_no_second_period(home: Home) -> None:
    sheets = by_rows(ADD_UP)
    sheets.cells["Tổng hợp"][sheets.find("Tổng hợp", "Đảng viên đầu kỳ")] = "Đảng viên có đến 31/12/2021"
    period = suggested(home, sheets).table.period
    assert period is not None
    assert period.code == "2022H1"


def test_branches_of_one_organization(home: Home) -> None:
    branches = [["Chi bộ Một", 12, 1, 1], ["Chi bộ Hai", 8, None, None], ["Chi bộ Ba", 5, 2, None]]
    suggestion = suggested(home, by_branches("AA-3", branches))
    assert suggestion.table.rows == "branch"
    assert set(cells(suggestion).values()) == {
        "member_status.OFFICIAL", "member_status.PROBATIONARY", "membership_change.IN_ADMIT",
    }  # fmt: skip


def test_items_with_organizations_across(home: Home) -> None:
    figures: dict[str, list[Any]] = {"Tổ chức AA-1": [50, 20, 5, 3, 1, 4, 1], "AA-2": [40, 10, 0, 2, 2, 2, 0]}
    with pytest.raises(NoTable, match="--period"):
        suggested(home, by_items(figures))
    suggestion = suggested(home, by_items(figures), "2022H2")
    assert suggestion.table.rows == "item"
    assert "value" not in {role for _, role in suggestion.table.structure}, "each column is an organization's"
    found = cells(suggestion)
    assert found["Kết nạp đảng viên",] == "membership_change.IN_ADMIT"
    # Of which are they? A line is told by the one it is a part of.
    assert found["Tổng số đảng viên", "Trong đó nữ"] in (None, "membership_structure.FEMALE")
    assert found["Kết nạp đảng viên", "Trong đó nữ"] is None
    assert found["Tổng số đảng viên",] is None


def test_the_command_writes_the_proposal_once(home: Home) -> None:
    path, to = by_rows(ADD_UP).save(home.root / "bieu.xlsx"), home.root / "de-xuat.yaml"
    command = ["layout", "suggest", str(path), "--committee", "AA", "--out", str(to)]
    asked = CliRunner().invoke(app, command, env={"KHOI_HOME": str(home.root)})
    assert asked.exit_code == 1, "a person must decide of a column"
    assert asked.stdout == ""
    assert to.read_text(encoding="utf-8") == declaration_text(suggest_layout(home, path, None, "AA"), "bieu", "AA")
    again = CliRunner().invoke(app, command, env={"KHOI_HOME": str(home.root)})
    assert again.exit_code == 2
    assert "không ghi đè" in again.stderr


def test_fields_of_one_form_speak_for_its_cells_where_most_are_of_it() -> None:
    scores = np.array([[0.9, 0.2, 0.7], [0.1, 0.8, 0.0], [0.7, 0.0, 0.1], [0.0, 0.1, 0.9]])
    cells = ["a.X", "a.Y", "b.Z"]
    assert _of_one_form(scores, cells).tolist() == [[1, 1, 0], [1, 1, 0], [1, 0, 0], [0, 1, 0]]
    assert not _of_one_form(scores[:2], cells).any(), "two fields are too few"
    assert not _of_one_form(np.vstack([scores, scores * 0.5, scores[3:]]), cells).any(), "no form has most of them"
    assert not _of_one_form(scores[:1] * 0.1, cells).any()


@pytest.mark.parametrize(
    ("heading", "why"),
    [("So với cùng kỳ", "kỳ trước"), ("Kế hoạch", "không phải số liệu của kỳ"), ("Tỷ lệ %", "không phải số liệu")],
)
def test_why_a_column_is_left_aside_is_told_by_its_heading(heading: str, why: str) -> None:
    assert why in reason_aside(("Số lượng", heading))


def test_the_text_loads_once_every_refusal_is_decided_and_reads_the_file(home: Home) -> None:
    path = by_rows(ADD_UP).save(home.root / "bieu.xlsx")
    text = declaration_text(suggest_layout(home, path), "cua_khoi", "AA")
    folder = home.config / "layouts"
    declared = folder / "cua_khoi.yaml"
    declared.write_text(text, "utf-8")
    with pytest.raises(ValueError, match="give its cells, or role ignored"):
        load_catalogue(layouts=folder)
    decided = yaml.safe_load(text)
    for column in decided["tables"][0]["columns"]:
        if column.get("cells") == {}:
            column["cells"] = {
                "membership_change.OPEN" if "đầu" in column["header"][0] else "membership_change.CLOSE": 1
            }
    decided["tables"][0]["ignored_rows"] = ["Khối"]
    declared.write_text(yaml.safe_dump(decided, allow_unicode=True), "utf-8")
    read = read_files([path], load_catalogue(layouts=folder), small_reference())
    assert read.submissions["organization_code"].tolist() == ["AA-1", "AA-2", "AA-3"]
    assert read.findings.empty


def test_a_file_without_an_organization_of_the_register_has_no_table(home: Home) -> None:
    with pytest.raises(NoTable, match="register"):
        suggested(home, by_rows([["Nơi khác", *row[1:]] for row in ADD_UP]))


ITEMS = ["Đảng viên đầu kỳ", "Kết nạp", "Đảng viên cuối kỳ"]


@pytest.mark.parametrize("told", [("Kỳ trước", "Kỳ này"), ("Kế hoạch", "Thực hiện"), ("Kỳ này", "Kỳ trước")])
@pytest.mark.parametrize("across", [True, False])
def test_a_name_beside_the_figures_of_the_period_before_does_not_name_those(
    home: Home, told: tuple[str, str], across: bool
) -> None:
    """The name is merged over two lines or columns, of which the file holds it at the first."""
    first, second = [20, 1, 21], [21, 2, 23]
    if across:
        rows = [
            ["SỐ LIỆU ĐẢNG VIÊN"], ["6 tháng đầu năm 2022"], ["TT", "Nội dung", "AA-1", None, "AA-2", None],
            [None, None, *told, *told],
            *[[n + 1, text, first[n], second[n], first[n], second[n]] for n, text in enumerate(ITEMS)],
        ]  # fmt: skip
    else:
        rows = [
            ["SỐ LIỆU ĐẢNG VIÊN"], ["6 tháng đầu năm 2022"], ["TT", "Đơn vị", "Kỳ", *ITEMS],
            *[[n, name, word, *own] for n, code in enumerate(("AA-1", "AA-2"), 1)
              for name, word, own in ((code, told[0], first), (None, told[1], second))],
        ]  # fmt: skip
    if told[0] != "Kỳ này":
        with pytest.raises(NoTable, match=f"“{told[0]}”"):
            suggested(home, sheets("SL", rows))
    else:
        assert suggested(home, sheets("SL", rows)).table.organizations == 2
