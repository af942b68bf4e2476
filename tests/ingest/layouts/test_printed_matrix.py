"""Biểu 6A to 6F as they are printed: either way round, by kinds of bases, a line a sheet, parts below each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rows_as_grid import Rows, grid
from shared_seeds import shared_reference
from workbook_rows import small_reference

from ingest.catalogue import load_catalogue
from ingest.layouts.fit import Fit
from ingest.layouts.official import best_printed_fits
from ingest.layouts.spelling import code_spellings
from ingest.layouts.terms import blocks
from ingest.normalise import normalise_cells
from ingest.receive import read_files

CATALOGUE = load_catalogue()
EDITION = next(layout for layout in CATALOGUE.layouts if layout.layout == "bieu_2021")
CODES = code_spellings(shared_reference())
LEVELS = {
    "ELIGIBLE": ("Tổng số", 60), "HTXS": ("Hoàn thành xuất sắc nhiệm vụ", 10), "HTT": ("Hoàn thành tốt", 30),
    "HTNV": ("HTNV", 15), "KHT": ("Không hoàn thành nhiệm vụ", 3), "NOT_RATED": ("Chưa xếp loại", 2),
}  # fmt: skip
MEMBERS = {f"year_ratings.DV.{name}": figure for name, (_, figure) in LEVELS.items()}
OF_MEMBERS = "KẾT QUẢ ĐÁNH GIÁ, XẾP LOẠI CHẤT LƯỢNG ĐẢNG VIÊN"


def titled(title: str, number: str = "6C") -> Rows:
    return [["ĐẢNG BỘ CẤP TRÊN", None, f"Biểu số {number}-BTCTW"], ["Đơn vị: AA-1"], [title], ["Năm 2024"], []]


def halves(figure: int) -> list[int]:
    return [figure, figure // 2, figure - figure // 2]


def down(order: list[str]) -> Rows:
    """Levels below each other, kinds of bases beside the total."""
    head = ["TT", "Mức xếp loại", "Tổng số", "Xã", "Cơ quan nhà nước"]
    return [head, *([at, LEVELS[name][0], *halves(LEVELS[name][1])] for at, name in enumerate(order, 1))]


def across(order: list[str]) -> Rows:
    """Levels beside each other with percentages, kinds of bases below the total."""
    top, low = ["Loại hình cơ sở"], [None]
    rows: Rows = [["Tổng số"], ["Xã"], ["Công an"]]
    for name in order:
        top, low = [*top, LEVELS[name][0], None], [*low, "SL", "%"]
        for row, figure in zip(rows, halves(LEVELS[name][1]), strict=True):
            row += [figure, 12.5]
    return [top, low, *rows]


WAYS: list[Callable[[list[str]], Rows]] = [down, across]


def fits(rows: Rows) -> list[Fit]:
    return best_printed_fits(EDITION.tables, grid(rows), CODES)


def held(rows: Rows) -> dict[str, float]:
    """Cell code -> the figure that enters it."""
    found: dict[str, float] = {}
    for fit in fits(rows):
        assert not fit.missing
        for block in blocks(fit, ("AA-1", 1, 1)):
            for term in block.terms:
                assert term.cell_code not in found
                found[term.cell_code] = float(term.text or "nan")
    return found


@pytest.mark.parametrize("way", WAYS)
def test_the_total_of_all_kinds_is_read_whichever_way_the_levels_stand(way: Callable[[list[str]], Rows]) -> None:
    assert held([*titled(OF_MEMBERS), *way(list(LEVELS))]) == MEMBERS


@given(st.sampled_from(WAYS), st.permutations(list(LEVELS)), st.sets(st.sampled_from(list(LEVELS)), max_size=3))
def test_whatever_is_moved_or_left_out_no_figure_is_another_ones(
    way: Callable[[list[str]], Rows], order: list[str], gone: set[str]
) -> None:
    kept = [name for name in order if name not in gone]
    found = held([*titled(OF_MEMBERS), *way(kept)])
    assert found.items() <= MEMBERS.items()
    levels = set(kept)
    assert len(levels) < 3 or found.keys() == {f"year_ratings.DV.{name}" for name in kept}


@pytest.mark.parametrize(
    ("title", "number", "why"),
    [
        ("KẾT QUẢ XẾP LOẠI CHẤT LƯỢNG TẬP THỂ LÃNH ĐẠO, QUẢN LÝ", "6C", "số biểu khớp với tên biểu"),
        ("KẾT QUẢ XẾP LOẠI TỔ CHỨC CƠ SỞ ĐẢNG VÀ ĐẢNG VIÊN", "6", "đối tượng (tên biểu)"),
        ("KẾT QUẢ ĐÁNH GIÁ, XẾP LOẠI", "6", "đối tượng (tên biểu)"),
    ],
)
@pytest.mark.parametrize("way", WAYS)
def test_a_sheet_of_nobody_or_of_two_is_refused(
    way: Callable[[list[str]], Rows], title: str, number: str, why: str
) -> None:
    assert why in [text for fit in fits([*titled(title, number), *way(list(LEVELS))]) for text in fit.missing]


def test_kinds_of_bases_without_a_total_are_not_chosen_between() -> None:
    rows = [*titled(OF_MEMBERS), *([row[:2] + row[3:] for row in down(list(LEVELS))])]
    assert [fit.missing for fit in fits(rows)] == [("cột Tổng số",)]
    rows = [*titled(OF_MEMBERS), *(row for row in across(list(LEVELS)) if row[0] != "Tổng số")]
    assert [fit.missing for fit in fits(rows)] == [("dòng Tổng số",)]


@pytest.mark.parametrize(
    ("title", "item"),
    [
        ("Kết quả đánh giá, xếp loại chất lượng tổ chức cơ sở đảng", "TCCSD"),
        ("KẾT QUẢ XẾP LOẠI CHẤT LƯỢNG CHI BỘ TRỰC THUỘC ĐẢNG ỦY CƠ SỞ", "CBTT"),
        ("Kết quả xếp loại chất lượng cá nhân cán bộ lãnh đạo, quản lý", "CBLD"),
        ("Kết quả đánh giá, xếp loại chất lượng tập thể", "TTLD"),
    ],
)
def test_the_title_says_of_whom_the_figures_are(title: str, item: str) -> None:
    found = held([*titled(title, "6"), *across(list(LEVELS))])
    assert found == {f"year_ratings.{item}.{name}": figure for name, (_, figure) in LEVELS.items()}


def test_all_subjects_on_one_sheet_are_its_lines() -> None:
    rows = [["Đối tượng", *(text for text, _ in LEVELS.values())], ["Tổ chức cơ sở đảng", 1, 0, 1, 0, 0, 0]]
    rows += [["Đảng viên", *(figure for _, figure in LEVELS.values())], ["Trong đó: dự bị", 9, 0, 9, 0, 0, 0]]
    found = held([*titled("KẾT QUẢ ĐÁNH GIÁ, XẾP LOẠI CHẤT LƯỢNG", "6"), *rows])
    assert found == MEMBERS | {
        f"year_ratings.TCCSD.{name}": figure for name, figure in zip(LEVELS, rows[1][1:], strict=True)
    }


REVIEWED = {
    "DUE": "Phải kiểm điểm", "DONE": "Đã kiểm điểm", "NOT_DONE": "Chưa kiểm điểm", "ND_NEW": "Mới thành lập",
    "ND_SHORT": "Dưới 6 tháng", "ND_EXEMPT": "Được miễn công tác, sinh hoạt", "ND_SUSPENDED": "Bị đình chỉ sinh hoạt",
    "ND_OTHER": "Lý do khác", "ASKED": "Được gợi ý kiểm điểm",
}  # fmt: skip
REVIEW = "KẾT QUẢ KIỂM ĐIỂM TỰ PHÊ BÌNH VÀ PHÊ BÌNH"
BODIES, PEOPLE = list(range(20, 29)), list(range(40, 49))
REVIEWS = {
    f"year_self_reviews.{item}.{name}": figure
    for item, figures in (("TTLD", BODIES), ("DV", PEOPLE))
    for name, figure in zip(REVIEWED, figures, strict=True)
}


def test_reviews_stand_in_lines_in_columns_or_in_parts() -> None:
    labels = list(REVIEWED.values())
    in_lines: Rows = [["Đối tượng", *labels], ["Tập thể lãnh đạo, quản lý", *BODIES], ["Đảng viên", *PEOPLE]]
    in_columns: Rows = [["TT", "Nội dung", "Tập thể", "Đảng viên"]]
    in_columns += [[at, *row] for at, row in enumerate(zip(labels, BODIES, PEOPLE, strict=True), 1)]
    in_parts: Rows = [["Nội dung", "Số lượng"], ["I. Tập thể"], *map(list, zip(labels, BODIES, strict=True))]
    in_parts += [["II. Đảng viên"], *map(list, zip(labels, PEOPLE, strict=True))]
    for rows in (in_lines, in_columns, in_parts):
        assert held([*titled(REVIEW, "6F"), *rows]) == REVIEWS


def test_sheets_of_one_workbook_are_one_report_and_one_line_twice_is_never_added_up(tmp_path: Path) -> None:
    columns = small_reference()["reporting_periods"].columns
    periods = pd.DataFrame([["AA", "2024", "2030-01-20", None]], columns=columns, dtype=object)
    reference = small_reference(reporting_periods=periods)
    book = openpyxl.Workbook()
    sheets = {
        "C": [*titled(OF_MEMBERS), *down(list(LEVELS))],
        "B": [*titled("KẾT QUẢ XẾP LOẠI CHẤT LƯỢNG CHI BỘ TRỰC THUỘC", "6B"), *across(list(LEVELS))],
    }
    for name, rows in {**sheets, "C2": sheets["C"]}.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    book.save(tmp_path / "bieu6.xlsx")
    read = read_files([tmp_path / "bieu6.xlsx"], CATALOGUE, reference)
    found = normalise_cells(read.cells, read.submissions, CATALOGUE, reference).observations
    figures = found[found["state"].isin(["value", "zero"])]
    told = {(row.cell_code, row.value, row.sheet, row.cell) for row in figures.itertuples() if row.value}
    assert ("year_ratings.DV.HTT", 30, "C", "C8") in told or ("year_ratings.DV.HTT", 30, "C", "C9") in told
    assert ("year_ratings.CBTT.HTXS", 10, "B", "D8") in told
    assert all(value in {figure for _, figure in LEVELS.values()} for _, value, _, _ in told)


def test_an_unknown_kind_is_never_taken_for_the_total() -> None:
    """What adds up all the others is a total whatever it is called (`test_matrix_by_sum`): this one does not."""
    rows = down(list(LEVELS))
    rows[2][2] += 1
    for heads in (["Toàn tỉnh", "Xã", "Công an"], ["Xã", "Công an", "Khối lạ"], ["Tổng số", "Tổng cộng", "Xã"]):
        assert "cột Tổng số" in fits([*titled(OF_MEMBERS), ["TT", "Mức", *heads], *rows[1:]])[0].missing
    one = across(list(LEVELS))
    one[2][1] += 1
    for labels in (["Toàn tỉnh", "Xã", "Công an"], ["Xã", "Khối lạ", None], ["Khối lạ", None, "Xã"]):
        changed = [*one[:2], *([label, *row[1:]] for label, row in zip(labels, one[2:], strict=True))]
        assert "dòng Tổng số" in fits([*titled(OF_MEMBERS), *changed])[0].missing


def test_the_total_of_one_kind_is_not_that_of_all() -> None:
    rows = down(list(LEVELS))
    heads = [["TT", "Mức", "Xã", "Doanh nghiệp", None], [None, None, None, "Tổng số", "Hợp tác xã"]]
    assert "cột Tổng số" in fits([*titled(OF_MEMBERS), *heads, *rows[1:]])[0].missing
