"""Printed forms as somebody types them once more: headings over two rows, remarks, figures as texts, first letters."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rows_as_grid import Rows, grid
from shared_seeds import shared_reference

from ingest.catalogue import load_catalogue
from ingest.layouts.official import best_printed_fits
from ingest.layouts.spelling import code_spellings
from ingest.layouts.terms import blocks
from ingest.printed_words import concepts_of

EDITION = next(layout for layout in load_catalogue().layouts if layout.layout == "bieu_2021")
CODES = code_spellings(shared_reference())
HEADINGS = ["Loại hình cơ sở", "Tổng số", "Đã xếp loại", "HTXSNV", "HTTNV", "HTNV", "KHTNV", "Chưa được xếp loại"]
MEMBERS = ["ELIGIBLE", "RATED", "HTXS", "HTT", "HTNV", "KHT", "NOT_RATED"]
FIGURES = [83, 74, 20, 31, 17, 6, 9]


def held(table: Rows, title: str = "KẾT QUẢ XẾP LOẠI CHẤT LƯỢNG ĐẢNG VIÊN", number: str = "6C") -> dict[str, str]:
    """Cell code (of a list with its record) -> what stands in the cell that enters it; nothing of what is refused."""
    rows = [["ĐẢNG BỘ", None, f"Biểu số {number}-BTCTW"], ["Đơn vị: AA-1"], [title], ["Năm 2024"], [], *table]
    found: dict[str, str] = {}
    for fit in best_printed_fits(EDITION.tables, grid(rows), CODES):
        for term in [] if fit.missing else [term for block in blocks(fit, ("AA-1", 1, 1)) for term in block.terms]:
            code = term.cell_code if number.startswith("6") else f"{term.record}.{term.cell_code}"
            assert code not in found
            found[code] = str(term.text).strip()
    return found


def right(figures: list[Any], item: str = "DV") -> dict[str, str]:
    return {f"year_ratings.{item}.{name}": str(figure) for name, figure in zip(MEMBERS, figures, strict=True)}


def split(headings: list[str], cuts: list[int]) -> Rows:
    """Headings typed over two rows, each cut after so many words."""
    words = [text.split() for text in headings]
    low = [" ".join(one[cut:]) or None for one, cut in zip(words, cuts, strict=True)]
    return [[" ".join(one[:cut]) for one, cut in zip(words, cuts, strict=True)], low]


@given(st.lists(st.integers(1, 4), min_size=len(HEADINGS), max_size=len(HEADINGS)), st.booleans())
@settings(max_examples=60, deadline=None)
def test_wherever_a_heading_goes_on_in_the_row_below_it_is_one_heading(cuts: list[int], is_upper: bool) -> None:
    """“Chưa” above “được xếp loại” was read as those who were rated, not as those who were not."""
    headings = [text.upper() for text in HEADINGS] if is_upper else HEADINGS
    assert held([*split(headings, cuts), ["Tổng số", *FIGURES]]) == right(FIGURES)


def test_a_heading_cut_where_what_is_left_says_something_else_is_not_what_is_left() -> None:
    """“Chưa tiến hành” above “được xếp loại”: a word that nobody knows stays unknown."""
    headings = [*HEADINGS[:-1], "Chưa tiến hành lúc được xếp loại"]
    found = held([*split(headings, [4, 4, 4, 4, 4, 4, 4, 4]), ["Tổng số", *FIGURES]])
    assert "year_ratings.DV.RATED" in found
    assert found["year_ratings.DV.RATED"] == "74"


def test_groups_over_several_columns_are_groups_still() -> None:
    table = [
        ["Loại hình cơ sở", "Tổng số", "Xếp loại", None, None, None, "Chưa xếp"],
        [None, None, "HTXSNV", "HTTNV", "HTNV", "KHTNV", "loại"],
        ["Tổng số", 83, 20, 31, 17, 6, 9],
    ]
    told = {name: one for name, one in right(FIGURES).items() if not name.endswith(".RATED")}
    assert held(table) == told


@pytest.mark.parametrize("style", ["{}", "{:02d}", " {} "])
def test_figures_typed_as_texts_are_added_up_and_compared_as_numbers(style: str) -> None:
    """The line of all was refused for being less than a kind: a text counted as nothing."""
    typed = [style.format(figure) for figure in FIGURES]
    half = [figure // 2 for figure in FIGURES]
    rest = [figure - one for figure, one in zip(FIGURES, half, strict=True)]
    table = [HEADINGS, ["Tổng số", *typed], ["Xã", *half], ["Phường", *rest]]
    assert held(table) == right([one.strip() for one in typed])


def test_the_heading_over_the_lines_is_no_column_of_figures() -> None:
    """“Đối tượng xếp loại” heads those who are counted here, not how many had to be."""
    table = [["Đối tượng xếp loại", *HEADINGS[1:]], ["Toàn đảng bộ", *FIGURES]]
    assert held(table) == right(FIGURES)


def test_a_total_that_may_be_a_larger_one_is_not_told_by_its_parts() -> None:
    """Where nobody says how many were not rated, who was to be rated and who was may be the same number."""
    table = [["Loại hình cơ sở", "Xyz qwr", *HEADINGS[3:7]], ["Tổng số", 74, 20, 31, 17, 6]]
    assert not [code for code in held(table) if code.endswith(("RATED", "ELIGIBLE"))]
    table = [["Loại hình cơ sở", "Tổng số", "Xyz qwr", *HEADINGS[3:7]], ["Tổng số", 83, 74, 20, 31, 17, 6]]
    assert held(table)["year_ratings.DV.RATED"] == "74"


GROUPS: Rows = [["TT", "Dân tộc", "Tổng số đảng viên", "Nữ", "Ghi chú"]]
LINES: Rows = [[1, "Kinh", 45, 8, "xem phụ lục"], [2, "Tày", 57, 46, None], [3, "Thái", 12, 3, None]]


@pytest.mark.parametrize(
    "between",
    [
        [[None, "I- Chia theo dân tộc", None, None, "đã đối chiếu"]],
        [[None, "Tổng số", 114, 57, "đúng"], [None, "I- Chia theo dân tộc", None, None, "xem"]],
    ],
)
def test_a_remark_beside_a_heading_over_lines_heads_no_column(between: Rows) -> None:
    told = held([*GROUPS, *between, *LINES], "ĐẢNG VIÊN CHIA THEO DÂN TỘC", "4")
    figures = [one for code, one in told.items() if not code.endswith("GROUP")]
    assert figures == ["45", "8", "57", "46", "12", "3"]


def test_headings_of_groups_may_go_on_in_the_row_below() -> None:
    heads = [["TT", "Dân tộc,", "Tổng số đảng", "Trong đó:"], [None, "tôn giáo", "viên", "nữ"]]
    lines = [line[:4] for line in LINES]
    told = held([*heads, *lines], "ĐẢNG VIÊN CHIA THEO DÂN TỘC", "4")
    assert [one for code, one in told.items() if code.endswith(".FEMALE")] == ["8", "46", "3"]


@pytest.mark.parametrize(
    ("text", "vocabulary", "concepts"),
    [
        ("Đã XL", "ratings", {"done", "rate"}),
        ("Tập thể LĐQL", "ratings", {"body"}),
        ("Số phải KĐ", "reviews", {"must", "review"}),
        ("Chưa xong", "reviews", {"not_yet", "finished"}),
        ("Đơn vị mới", "reviews", {"new", "organization"}),
        ("Mức 1 (xuất sắc)", "ratings", {"excellently", "first"}),
        ("Mức 1", "ratings", {"first"}),
        ("Đã TT", "ratings", None),
        ("Đã XYZ", "ratings", None),
    ],
)
def test_first_letters_are_the_words_that_alone_have_them(
    text: str, vocabulary: str, concepts: set[str] | None
) -> None:
    """“TT” may be tập thể or trực thuộc."""
    assert concepts_of(text, vocabulary) == concepts


def test_a_number_beside_another_level_makes_it_unknown() -> None:
    """“Mức 1 (tốt)” is no level: the numbers may run the other way. No sum tells it where nobody counts the rated."""

    def told(level: str) -> dict[str, str]:
        return held([["Loại hình cơ sở", "Tổng số", "HTXSNV", level, "HTNV", "KHTNV"], ["Tổng số", 83, 20, 31, 17, 6]])

    assert told("Mức 2 (tốt)")["year_ratings.DV.HTT"] == "31"
    for level in ("Mức 1 (tốt)", "Mức 3 (tốt)", "Mức 2"):
        assert "year_ratings.DV.HTT" not in told(level)
