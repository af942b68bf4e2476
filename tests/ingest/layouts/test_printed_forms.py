"""The official Biểu 1 as it is printed, sent instead of our template, is read into the cells of our own form."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlwt
from workbook_rows import small_reference

from bench.printed_forms import LINES, deployment, judged, sheets
from ingest.catalogue import Catalogue, load_catalogue
from ingest.catalogue.printed import PrintedTable, printed_forms
from ingest.normalise import normalise_cells
from ingest.printed_words import concepts_of, is_line_wording, role_of
from ingest.receive import read_files
from ingest.reference import Reference

Row = Sequence[Any]
FIGURES = dict(zip(LINES, (120, 9, 4, 5, 1, 4, 0, 6, 1, 0, 1, 0, 0, 4, 1, 3, 123), strict=True))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def reference() -> Reference:
    return small_reference()


def printed(
    who: str = "Đơn vị: AA-1",
    period: str = "6 tháng cuối năm 2022",
    heads: Row = ("TT", "Nội dung", "Kỳ này", "Cùng kỳ năm trước", "Tỷ lệ %"),
    title: str = "Biểu số 1-BTCTW",
    labels: dict[str, str] | None = None,
) -> list[list[Any]]:
    rows: list[list[Any]] = [["ĐẢNG BỘ KHỐI THỬ NGHIỆM"], [who], [title], [period], [], list(heads)]
    for item, (mark, words) in LINES.items():
        rows.append([mark or None, (labels or {}).get(item, words[0]), FIGURES[item], FIGURES[item], 100])
    return [*rows, [], [None, "NGƯỜI LẬP BIỂU"]]


def read(
    rows: list[list[Any]], folder: Path, catalogue: Catalogue, reference: Reference, *more: list[list[Any]]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Submissions, observations and findings of one file of these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, one in enumerate((rows, *more), start=1):
        sheet = book.create_sheet(f"Trang {number}")
        for row in one:
            sheet.append(row)
    path = folder / "bieu1.xlsx"
    book.save(path)
    return read_file(path, catalogue, reference)


def read_file(
    path: Path, catalogue: Catalogue, reference: Reference
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Submissions, observations and findings of the file."""
    got = read_files([path], catalogue, reference)
    tables = normalise_cells(got.cells, got.submissions, catalogue, reference)
    return got.submissions, tables.observations, pd.concat([got.findings, tables.findings], ignore_index=True)


def as_xls(rows: list[list[Any]], path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Trang 1")
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            if value is not None:
                sheet.write(row, column, value)
    book.save(str(path))


def as_ods(rows: list[list[Any]], path: Path) -> None:
    width = max(map(len, rows))
    even = [[*row, *[None] * (width - len(row))] for row in rows]
    pd.DataFrame(even, dtype=object).to_excel(path, sheet_name="Trang 1", header=False, index=False, engine="odf")


@pytest.mark.parametrize(("write", "ending"), [(as_xls, "xls"), (as_ods, "ods")])
def test_it_is_read_in_the_formats_of_other_and_older_programs(
    tmp_path: Path, catalogue: Catalogue, reference: Reference, write: Callable[..., None], ending: str
) -> None:
    path = tmp_path / f"bieu1.{ending}"
    write(printed(), path)
    submissions, observations, findings = read_file(path, catalogue, reference)
    assert submissions[["organization_code", "layout"]].to_numpy().tolist() == [["AA-1", "bieu_2021"]]
    assert findings.empty, findings["message_vi"].tolist()
    held = observations.set_index("cell_code")
    for at, (item, figure) in enumerate(FIGURES.items(), start=7):
        assert held.loc[f"membership_change.{item}", ["value", "cell"]].tolist() == [figure, f"C{at}"], item


def test_every_line_reaches_the_cell_of_our_own_form_with_its_address(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    submissions, observations, findings = read(printed(), tmp_path, catalogue, reference)
    assert submissions[["organization_code", "period_code", "layout", "read_state"]].to_numpy().tolist() == [
        ["AA-1", "2022H2", "bieu_2021", "identified"]
    ]
    assert findings.empty, findings["message_vi"].tolist()
    held = observations.set_index("cell_code")
    for at, (item, figure) in enumerate(FIGURES.items(), start=7):
        assert held.loc[f"membership_change.{item}", ["value", "cell"]].tolist() == [figure, f"C{at}"], item
    # What paper does not ask for does not apply; it is neither missing nor 0.
    assert set(held.loc[["membership_change.IN_TR_OWN", "membership_change.OUT_TR_OWN"], "state"]) == {"not_applicable"}


def test_a_line_that_the_sheet_lacks_is_missing_never_zero(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    rows = [row for row in printed() if len(row) < 2 or row[1] != LINES["IN_RESTORE"][1][0]]
    _, observations, _ = read(rows, tmp_path, catalogue, reference)
    restored = observations.set_index("cell_code").loc["membership_change.IN_RESTORE"]
    assert restored["state"] == "missing"
    assert pd.isna(restored["value"])


def test_a_line_that_no_measure_holds_is_told_by_its_cell(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    rows = printed()
    rows.insert(9, [None, "Trong đó: nữ", 2, 1, 200])
    _, observations, findings = read(rows, tmp_path, catalogue, reference)
    assert observations.set_index("cell_code").loc["membership_change.IN_ADMIT", "value"] == 4
    assert findings[findings["cell"] == "C10"]["rule_id"].tolist() == ["beside_table"]


@pytest.mark.parametrize("title", ["Biểu số 1 (theo Hướng dẫn số 40-HD/BTCTW ngày 10/10/2025)", "40 - HD/BTCTW"])
def test_an_edition_whose_lines_are_not_known_is_refused_with_what_to_do(
    title: str, tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    submissions, observations, findings = read(printed(title=title), tmp_path, catalogue, reference)
    assert (submissions["read_state"].tolist(), len(observations)) == (["unidentified"], 0)
    assert findings[["rule_id", "cell"]].to_numpy().tolist() == [["layout_unknown_edition", "A3"]]
    assert "40-HD/BTCTW" in findings["message_vi"][0]
    assert "config/layouts" in findings["message_vi"][0]


@pytest.mark.parametrize(
    ("changed", "finding"),
    [
        ({"period": "Báo cáo"}, "layout_period"),
        ({"period": "6 tháng đầu năm 2022 và 6 tháng cuối năm 2022"}, "layout_period"),
        # A year is not one of its halves: its flows would be counted twice.
        ({"period": "Năm 2022"}, "period_not_open"),
        ({"period": "Từ 01/01/2022 đến 31/12/2022"}, "period_not_open"),
        ({"heads": ("TT", "Nội dung", "Năm 2021", "Năm 2020", "%")}, "layout_period"),
        ({"heads": ("TT", "Nội dung", "Kế hoạch", "Cùng kỳ", "%")}, "layout_differs"),
        ({"heads": ("TT", "Nội dung", "Kỳ này", "Kỳ này", "%")}, "layout_differs"),
        ({"who": "Đơn vị: Đảng bộ Sở không có"}, "unknown_organization"),
        ({"who": "Kính gửi"}, "layout_organization"),
        ({"title": "Biểu 1-TCTW (12-HD/BTCTW)"}, "layout_not_in_force"),
        ({"labels": {"CLOSE": "Số khác"}}, "layout_differs"),
    ],
)
def test_what_is_not_certain_is_refused_never_guessed(
    changed: dict[str, Any], finding: str, tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    _, observations, findings = read(printed(**changed), tmp_path, catalogue, reference)
    assert observations["value"].notna().sum() == 0
    assert finding in findings["rule_id"].tolist(), findings[["rule_id", "message_vi"]].to_numpy().tolist()


def test_an_ordinal_of_another_line_makes_a_line_unknown(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    rows = printed(labels={"OUT_DEATH": LINES["OUT_RESIGN"][1][0], "OUT_RESIGN": "Lý do khác nữa"})
    _, observations, findings = read(rows, tmp_path, catalogue, reference)
    assert observations.set_index("cell_code").loc["membership_change.OUT_RESIGN", "state"] == "missing"
    assert (findings["rule_id"] == "beside_table").sum() == 2


@pytest.mark.parametrize("written", [133.3, 133.33, 133.34, "133,3", "133 %", 133, 4 / 3 * 100, 4 / 3])
def test_a_percentage_rounded_or_cut_off_is_right(
    written: Any, tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    rows = printed()
    rows[8][3:] = [3, written]
    _, _, findings = read(rows, tmp_path, catalogue, reference)
    assert findings.empty, findings["message_vi"].tolist()


@pytest.mark.parametrize("written", [75, 120.5, "13,3"])
def test_a_percentage_that_the_figures_do_not_give_is_told_with_all_three_cells(
    written: Any, tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    rows = printed()
    rows[8][3:] = [3, written]
    _, observations, findings = read(rows, tmp_path, catalogue, reference)
    told = findings[["rule_id", "severity", "cell", "expected"]].to_numpy().tolist()
    assert told == [["percentage_differs", "soft", "E9", "133,33"]]
    assert findings["cells"][0] == "Trang 1!E9; Trang 1!C9; Trang 1!D9"
    assert observations.set_index("cell_code").loc["membership_change.IN_ADMIT", "value"] == 4


def test_a_column_of_growth_is_no_column_of_shares(tmp_path: Path, catalogue: Catalogue, reference: Reference) -> None:
    rows = [[*row[:4], 0] if len(row) == 5 and row[0] != "TT" else row for row in printed()]
    _, _, findings = read(rows, tmp_path, catalogue, reference)
    assert findings.empty, findings["message_vi"].tolist()


def test_several_organizations_are_read_as_sheets_of_one_workbook(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    second = printed("Tổ chức đảng: TỔ CHỨC AA-2")
    submissions, observations, findings = read(printed(), tmp_path, catalogue, reference, second)
    assert sorted(submissions["organization_code"]) == ["AA-1", "AA-2"]
    assert observations.groupby("organization_code")["value"].count().to_dict() == {"AA-1": 17, "AA-2": 17}
    assert findings.empty, findings["message_vi"].tolist()


def test_two_lines_that_say_the_same_are_none(tmp_path: Path, catalogue: Catalogue, reference: Reference) -> None:
    rows = [[None, *row[1:]] for row in printed(labels={"OUT_DEATH": "Kết nạp"})[6:]]
    _, observations, findings = read([*printed()[:6], *rows], tmp_path, catalogue, reference)
    states = observations.set_index("cell_code")["state"]
    assert states[["membership_change.IN_ADMIT", "membership_change.OUT_DEATH"]].tolist() == ["missing", "missing"]
    assert observations.set_index("cell_code").loc["membership_change.CLOSE", "value"] == FIGURES["CLOSE"]
    assert {"C9", "C15"} <= set(findings[findings["rule_id"] == "beside_table"]["cell"])


def test_without_a_line_that_makes_it_the_form_nothing_is_read(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    rows = [[None, *row[1:]] for row in printed(labels={"DEC": "Đảng viên tăng trong kỳ"})[6:]]
    submissions, observations, findings = read([*printed()[:6], *rows], tmp_path, catalogue, reference)
    assert (submissions["read_state"].tolist(), len(observations)) == (["unidentified"], 0)
    assert "Đảng viên tăng trong kỳ" in findings["message_vi"][0]


def test_the_edition_of_2012_has_its_own_lines(tmp_path: Path, catalogue: Catalogue, reference: Reference) -> None:
    older = reference["reporting_periods"].assign(period_code="2021H1")
    both = pd.concat([reference["reporting_periods"], older.head(1)], ignore_index=True)
    rows = printed(period="6 tháng đầu năm 2021", title="Biểu 1-TCTW", labels={"CLOSE": "Danh sách cuối kỳ"})
    rows.insert(-2, ["E", "Chênh lệch chuyển đi và chuyển đến", -1, 0, None])
    rows.insert(-2, ["G", "Đảng viên có mặt cuối kỳ", 120, 110, 109.1])
    submissions, observations, _ = read(rows, tmp_path, catalogue, small_reference(reporting_periods=both))
    assert submissions["layout"].tolist() == ["bieu_2012"]
    held = observations.set_index("cell_code")["value"]
    assert held[["membership_change.CLOSE", "membership_change.TR_NET", "membership_change.PRESENT"]].tolist() == [
        123, -1, 120,
    ]  # fmt: skip


def test_invented_sheets_are_read_and_none_is_read_wrongly(tmp_path: Path) -> None:
    home, register = deployment(tmp_path)
    made = list(sheets(12, 7, register))
    told = judged(made, [sheet.save(tmp_path) for sheet in made], home.catalogue(), home.reference())
    assert told["wrong"] == 0, told
    assert told["right"] >= 0.95 * (told["right"] + told["open"]), told


def test_a_line_speaks_of_what_its_words_say_and_of_nothing_else() -> None:
    assert concepts_of("B1. Kết nạp ĐẢNG VIÊN mới", "changes") == {"admitted"}
    assert concepts_of("- Từ huyện khác trong tỉnh chuyển đến", "changes") == {"came", "same_province"}
    for other in ("Trong đó: nữ kết nạp", "Kết nạp lại người trẻ", "Chuyển đến từ nước ngoài", "Tăng do sáp nhập"):
        assert concepts_of(other, "changes") is None, other
    assert role_of(("So với cùng kỳ", "Số lượng")) == "other"
    assert role_of(("Số lượng", "Cùng kỳ")) == "former"
    # Two words may be a name in capitals; they land only as words that are printed.
    assert not is_line_wording("DANH TĂNG")
    assert is_line_wording("TỪ TỈNH KHÁC")


def test_each_concept_of_a_line_is_declared_and_each_line_has_its_item(catalogue: Catalogue) -> None:
    declared = printed_forms()
    for form in declared.forms:
        known = set(declared.vocabularies[form.vocabulary].concepts)
        of_form = catalogue.by_name[form.form]
        assert set(form.lines) | form.required | form.added <= set(of_form.items)
        assert not form.columns or set(form.columns) == set(of_form.columns)
        assert form.assumed | set(form.groups) <= known
        ignored = [one.says for one in form.ignored.values()]
        for sets in (*form.lines.values(), *form.groups.values(), *form.columns.values(), *ignored):
            assert {one.removesuffix("?") for said in sets for one in said} <= known
    tables = [table for one in catalogue.layouts for table in one.tables if isinstance(table, PrintedTable)]
    assert {table.edition for table in tables} == {"2012", "2021"}
    for table in tables:
        assert all(line.concepts for line in table.printed_lines)
        # Of one thing that may be said there is one line, but where the whole above says of which it is a part.
        alike = [lines for lines in table.by_concepts.values() if len(lines) > 1]
        assert not alike or table.number == "1", alike


def test_every_wording_of_the_bench_is_one_line_or_none() -> None:
    draw = random.Random(1)
    for item, (_, words) in LINES.items():
        said = concepts_of(draw.choice(words), "changes")
        fitting = {name for name, lines in printed_forms().forms[0].lines.items() if said in map(frozenset, lines)}
        assert item in fitting or (said is not None and "present" in said), (item, said)
