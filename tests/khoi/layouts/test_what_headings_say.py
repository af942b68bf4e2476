"""What a heading says: without what changes nothing, in other spellings, and below its group."""

from __future__ import annotations

import datetime as dt

import pytest
from workbook_rows import small_reference

from ingest.catalogue import load_catalogue
from khoi.layouts.heading_words import heads_branch, is_bare, is_former, is_of_part, says_other, spoken
from khoi.layouts.likeness import Likeness
from khoi.layouts.roles import totals_of
from quality.catalogue import load_rules

DAY, DAYS = dt.date(2022, 6, 30), ("2021-12-31", "2022-06-30")
_C = "membership_change."


@pytest.fixture(scope="module")
def likeness() -> dict[bool, Likeness]:
    catalogue = load_catalogue()
    totals = totals_of(load_rules(catalogue, small_reference()), DAY)
    form_set = catalogue.form_set(DAY, "H1", "organization")
    return {bare: Likeness(form_set, totals, bare=bare) for bare in (False, True)}


def best(likeness: dict[bool, Likeness], path: tuple[str, ...]) -> tuple[set[str], float]:
    """The cells that a heading is likest, and how like."""
    told = likeness[is_bare(path)]
    scores = dict(zip(told.cells, told.of_all(spoken(path, DAYS), told.cells), strict=True))
    most = max(scores.values())
    return {cell for cell, score in scores.items() if score > most - 0.1}, most


@pytest.mark.parametrize(
    ("path", "cell"),
    [
        (("KN",), "IN_ADMIT"),
        (("Tăng trong kỳ", "KN"), "IN_ADMIT"),
        (("Giảm trong kỳ", "Qua đời"), "OUT_DEATH"),
        (("B1. Chuyển\nđến (đảng viên)",), "IN_TR"),
        (("Chuyen den",), "IN_TR"),
        (("Cong tang",), "INC"),
        (("SO DV GIAM",), "DEC"),
        (("Hien co cuoi ky",), "CLOSE"),
        (("Kết nạp mới", "Kỳ này"), "IN_ADMIT"),
        (("Kết nạp", "Số lượng (người)"), "IN_ADMIT"),
        (("Tổng số ĐV có đến 31/12/2021",), "OPEN"),
        (("Tổng số ĐV tính đến hết ngày 30 tháng 6 năm 2022",), "CLOSE"),
        (("Chuyển đi", "Ngoài tỉnh"), "OUT_TR_EXT"),
        (("ĐV đến cuối năm 2021",), "OPEN"),
        (("DV co mat den het nam 2021",), "OPEN"),
    ],
)
def test_a_heading_is_the_cell_whose_words_it_says_in_another_spelling(
    likeness: dict[bool, Likeness], path: tuple[str, ...], cell: str
) -> None:
    found, score = best(likeness, path)
    assert (found, score >= 0.7) == ({_C + cell}, True)


@pytest.mark.parametrize(
    "path",
    [
        ("CĐ",), ("Trong tỉnh",), ("Đơn xin ra khỏi Đảng",), ("ĐV chưa chuyển đi",), ("Đối tượng kết nạp",),
        ("Trong đó", "Kết nạp nữ"), ("ĐV đề nghị khai trừ",), ("Đảng viên cuối kỳ", "Nam"),
        ("Tổng số ĐV có đến 30/6/2020",),
    ],
)  # fmt: skip
def test_a_heading_that_says_two_cells_or_something_else_is_no_cell(
    likeness: dict[bool, Likeness], path: tuple[str, ...]
) -> None:
    found, score = best(likeness, path)
    assert score < 0.6 or len(found) > 1, (found, score)


def test_a_column_of_a_part_is_not_of_another_whole(likeness: dict[bool, Likeness]) -> None:
    found, _ = best(likeness, ("Trong đó", "ĐV dự bị"))
    assert "membership_change.OUT_REMOVE_PROB" not in found


def test_what_is_no_figure_of_the_period_says_so() -> None:
    assert says_other(("Kết nạp", "Tỷ lệ (%)"))
    assert says_other(("Ket nap", "So sanh (+/-)"))
    assert says_other(("Kết nạp", "Chỉ tiêu giao"))
    assert says_other(("Tuổi bình quân",))
    assert is_former(("Kết nạp", "Kỳ trước"))
    assert is_former(("Kết nạp", "6 tháng đầu năm trước"))
    assert not is_former(("Kỳ trước",))
    assert not is_former(("Tổng số", "Kỳ trước chuyển sang"))
    assert says_other(("Kết nạp", "Kỳ này")) is None
    assert is_of_part(("Quý I", "Xóa tên"))
    assert is_of_part(("Tháng 3/2026", "Kết nạp"))
    assert not is_of_part(("6 tháng", "Kết nạp"))
    assert not is_of_part(("Kết nạp", "Quý I"))


def test_numbering_and_units_are_no_words_but_a_number_of_months_is() -> None:
    assert spoken(("(1)", "a) Kết nạp (ĐV)")) == ("(1)", "Kết nạp")
    assert spoken(("6 tháng đầu năm",)) == ("6 tháng đầu năm",)
    assert spoken(("Kết nạp", "Tổng số")) == ("Kết nạp", "Tổng số")
    assert heads_branch("1. Chi bộ Một")
    assert not heads_branch("Kiểm tra tài chính đảng")
