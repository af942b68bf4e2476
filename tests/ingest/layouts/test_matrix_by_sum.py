"""Levels, totals, subjects of Biểu 6 in words that nobody knows: read where a sum and their place tell them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.catalogue import load_catalogue
from ingest.layouts.fit import Fit
from ingest.layouts.grid import Grid
from ingest.layouts.official import best_printed_fits
from ingest.layouts.terms import blocks

Rows = list[list[Any]]
EDITION = next(layout for layout in load_catalogue().layouts if layout.layout == "bieu_2021")
LABELS = {
    "ELIGIBLE": "Tổng số", "RATED": "Được xếp loại", "HTXS": "Hoàn thành xuất sắc nhiệm vụ", "HTT": "Hoàn thành tốt",
    "HTNV": "HTNV", "KHT": "Không hoàn thành nhiệm vụ", "NOT_RATED": "Chưa xếp loại",
}  # fmt: skip
MEMBERS = list(LABELS)
TELLING = {
    "ELIGIBLE": "Tổng qwr", "RATED": "Đã qwr", "HTXS": "Qwr xuất sắc", "HTT": "Qwr tốt", "HTNV": "Qwr hoàn thành",
    "KHT": "Qwr không hoàn thành", "NOT_RATED": "Chưa qwr",
}  # fmt: skip
"""A word of the column's own beside one that nobody knows."""
UNKNOWN = "Xyz qwr"
HIDDEN = "•••"
REVIEWED = {
    "DUE": "Phải kiểm điểm", "DONE": "Đã kiểm điểm", "NOT_DONE": "Chưa kiểm điểm", "ND_NEW": "Mới thành lập",
    "ND_SHORT": "Dưới 6 tháng", "ND_EXEMPT": "Được miễn công tác, sinh hoạt", "ND_SUSPENDED": "Bị đình chỉ sinh hoạt",
    "ND_OTHER": "Lý do khác", "ASKED": "Được gợi ý kiểm điểm",
}  # fmt: skip
BODIES, PEOPLE = [30, 19, 11, 1, 2, 0, 5, 3, 4], [60, 53, 7, 0, 1, 1, 4, 1, 2]


def counted(levels: Sequence[int], not_rated: int) -> list[int]:
    """The figures of one line, of which every sum holds."""
    return [sum(levels) + not_rated, sum(levels), *levels, not_rated]


ONE = [counted([20, 31, 17, 6], 9)]
SEVERAL = [counted([20, 31, 17, 6], 9), counted([12, 20, 9, 0], 3), counted([8, 11, 8, 6], 6)]
"""All bases together, then two kinds of them."""


def sheet(rows: Rows, title: str = "KẾT QUẢ ĐÁNH GIÁ, XẾP LOẠI CHẤT LƯỢNG ĐẢNG VIÊN", number: str = "6C") -> list[Fit]:
    given_rows = [["ĐẢNG BỘ", None, f"Biểu số {number}-BTCTW"], ["Đơn vị: AA-1"], [title], ["Năm 2024"], [], *rows]
    cells = {
        (row, at): ("number" if isinstance(value, int | float) else "text", str(value))
        for row, values in enumerate(given_rows, 1)
        for at, value in enumerate(values, 1)
        if value is not None
    }
    return best_printed_fits(EDITION.tables, Grid("Trang", cells), {})


def held(fits: list[Fit]) -> dict[str, float]:
    """Cell code -> the figure that enters it, of what is read."""
    whole = [fit for fit in fits if not fit.missing]
    terms = [term for fit in whole for block in blocks(fit, ("AA-1", 1, 1)) for term in block.terms]
    assert len({term.cell_code for term in terms}) == len(terms)
    return {term.cell_code.rpartition(".")[2]: float(term.text or "nan") for term in terms}


def across(heads: Sequence[tuple[str, Sequence[int]]], labels: Sequence[str] = ("Tổng số", "Xã", "Công an")) -> Rows:
    """One column a heading."""
    lines = zip(labels, zip(*(figures for _, figures in heads), strict=True), strict=False)
    return [
        ["TT", "Loại hình", *(head for head, _ in heads)],
        *([at, label, *row] for at, (label, row) in enumerate(lines)),
    ]


def down(heads: Sequence[tuple[str, Sequence[int]]], labels: Sequence[str] = ("Tổng số", "Xã", "Công an")) -> Rows:
    """One line a heading."""
    return [
        ["TT", "Mức", *labels[: len(heads[0][1])]],
        *([at, head, *figures] for at, (head, figures) in enumerate(heads, 1)),
    ]


WAYS = [across, down]


def columns(lines: Sequence[Sequence[int]]) -> dict[str, list[int]]:
    return {name: [line[at] for line in lines] for at, name in enumerate(MEMBERS)}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("unknown", MEMBERS)
@pytest.mark.parametrize("lines", [ONE, SEVERAL])
@pytest.mark.parametrize("text", [UNKNOWN, HIDDEN])
def test_a_sum_of_the_form_tells_its_one_unknown_column(
    way: Any, unknown: str, lines: list[list[int]], text: str
) -> None:
    heads = [(text if name == unknown else LABELS[name], figures) for name, figures in columns(lines).items()]
    fits = sheet(way(heads))
    assert held(fits) == dict(zip(MEMBERS, lines[0], strict=True))
    assert [len(fit.by_place) for fit in fits] == [1]


@pytest.mark.parametrize("way", WAYS)
def test_several_that_say_a_word_of_their_own_are_told_by_the_sum_of_all(way: Any) -> None:
    words = LABELS | {name: TELLING[name] for name in ("RATED", "HTXS", "HTT", "KHT")}
    assert held(sheet(way([(words[name], one) for name, one in columns(ONE).items()]))) == dict(
        zip(MEMBERS, ONE[0], strict=True)
    )


@pytest.mark.parametrize("way", WAYS)
def test_two_in_words_that_say_nothing_could_be_exchanged_and_stay_open(way: Any) -> None:
    words = LABELS | {"HTXS": UNKNOWN, "HTT": "Rst uvw"}
    found = held(sheet(way([(words[name], one) for name, one in columns(ONE).items()])))
    assert found == {name: one for name, one in zip(MEMBERS, ONE[0], strict=True) if name not in ("HTXS", "HTT")}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("text", ["Trong đó tổng số qwr", "Chưa đánh giá qwr"])
def test_words_that_speak_of_something_else_leave_it_open(way: Any, text: str) -> None:
    words = LABELS | {"KHT": text}
    assert "KHT" not in held(sheet(way([(words[name], one) for name, one in columns(ONE).items()])))


@pytest.mark.parametrize("way", WAYS)
def test_a_small_figure_in_words_that_say_nothing_is_alike_by_chance(way: Any) -> None:
    for few, is_read in ((4, False), (5, True), (0, False)):
        given_columns = columns([counted([20, 31, 17, few], 9)])
        heads = [(UNKNOWN if name == "KHT" else LABELS[name], one) for name, one in given_columns.items()]
        assert ("KHT" in held(sheet(way(heads)))) is is_read


@settings(deadline=None, max_examples=120)
@given(
    way=st.sampled_from(WAYS),
    lines=st.sampled_from([ONE, SEVERAL]),
    order=st.permutations(MEMBERS),
    is_moved=st.booleans(),
    gone=st.sets(st.sampled_from(MEMBERS), max_size=3),
    unknown=st.dictionaries(st.sampled_from(MEMBERS), st.booleans(), max_size=4),
    extra=st.lists(
        st.tuples(st.integers(0, 7), st.integers(0, 40), st.sampled_from(sorted(TELLING.values()))), max_size=2
    ),
)
def test_whatever_is_unknown_moved_left_out_or_added_no_figure_is_read_that_is_not_its_own(
    way: Any, lines: list[list[int]], order: list[str], is_moved: bool, gone: set[str], unknown: dict[str, bool],
    extra: list[tuple[int, int, str]],
) -> None:  # fmt: skip
    kept = [name for name in (order if is_moved else MEMBERS) if name not in gone]
    truth = columns(lines)
    heads = [
        ((TELLING[name] if unknown[name] else UNKNOWN) if name in unknown else LABELS[name], truth[name])
        for name in kept
    ]
    for at, amount, text in extra:
        strange = [amount + 100, *([amount + 1] * (len(lines) - 1))] if len(lines) > 1 else [amount + 100]
        heads.insert(at, (f"Uvw {text}" if amount % 2 else "Uvw", strange))
    found = held(sheet(way(heads)))
    assert found.items() <= dict(zip(MEMBERS, lines[0], strict=True)).items()


@pytest.mark.parametrize("way", WAYS)
def test_what_adds_up_all_the_others_is_the_total_whatever_it_is_called(way: Any) -> None:
    labels = ("Toàn đơn vị ta", "Xã", "Khối lạ")
    heads = [(LABELS[name], one) for name, one in columns(SEVERAL).items()]
    fits = sheet(way(heads, labels))
    assert held(fits) == dict(zip(MEMBERS, SEVERAL[0], strict=True))
    assert [len(fit.by_place) for fit in fits] == [1]
    broken = [(head, [figures[0] + (head == "HTNV"), *figures[1:]]) for head, figures in heads]
    assert held(sheet(way(broken, labels))) == {}


def test_what_adds_up_a_single_other_is_no_total() -> None:
    heads = [(LABELS[name], one[:1] * 2) for name, one in columns(SEVERAL).items()]
    assert held(sheet(across(heads, ("Khối lạ", "Khối khác thường")))) == {}


def reviews(first: str, second: str) -> Rows:
    """Biểu 6F in parts below each other."""
    rows: Rows = [["TT", "Nội dung", "Số lượng"]]
    for mark, head, figures in (("I", first, BODIES), ("II", second, PEOPLE)):
        rows.append([mark, head])
        rows += [[at, label, one] for at, (label, one) in enumerate(zip(REVIEWED.values(), figures, strict=True), 1)]
    return rows


def codes(fits: list[Fit]) -> dict[str, float]:
    return {
        term.cell_code: float(term.text or "nan")
        for fit in fits
        if not fit.missing
        for block in blocks(fit, ("AA-1", 1, 1))
        for term in block.terms
    }


REVIEW = "KẾT QUẢ KIỂM ĐIỂM TỰ PHÊ BÌNH VÀ PHÊ BÌNH"


def of_item(item: str, figures: list[int]) -> dict[str, float]:
    return {f"year_self_reviews.{item}.{name}": one for name, one in zip(REVIEWED, figures, strict=True)}


def test_a_part_of_somebody_unknown_is_not_of_the_one_above() -> None:
    rows = reviews("Tập thể", "Khối lạ")
    rows = [row for row in rows if row[1] != "Lý do khác" or row[2] == PEOPLE[7]]  # only the part of nobody has it
    assert codes(sheet(rows, REVIEW, "6F")).items() <= of_item("TTLD", BODIES).items()
    assert codes(sheet(reviews("Khối lạ", "Đảng viên"), REVIEW, "6F")) == of_item("DV", PEOPLE)


def test_a_part_that_names_its_item_beside_unknown_words_is_read_and_nothing_is_lost_untold() -> None:
    both = of_item("TTLD", BODIES) | of_item("DV", PEOPLE)
    assert codes(sheet(reviews("Tập thể", "Từng đảng viên qwr"), REVIEW, "6F")) == both
    fits = sheet(reviews("Khối lạ", "Khối khác thường"), REVIEW, "6F")
    assert not codes(fits)
    assert all(fit.missing for fit in fits)


@pytest.mark.parametrize(("text", "is_read"), [("Qwr chi bộ", True), ("Qwr uvw", True), ("Qwr tập thể", False)])
def test_a_subject_between_two_that_the_sheet_numbers_is_the_one_of_the_form(text: str, is_read: bool) -> None:
    subjects = ["Tổ chức cơ sở đảng", text, "Đảng viên"]
    lines = [counted([3, 4, 5, 6], at) for at in (1, 2, 3)]
    rows = [
        ["TT", "Đối tượng", *LABELS.values()],
        *([at, who, *line] for at, (who, line) in enumerate(zip(subjects, lines, strict=True), 1)),
    ]
    found = codes(sheet(rows, "KẾT QUẢ ĐÁNH GIÁ, XẾP LOẠI CHẤT LƯỢNG", "6"))
    assert ("year_ratings.CBTT.ELIGIBLE" in found) is is_read
    assert found["year_ratings.DV.NOT_RATED"] == 3
    unnumbered = [[None, *row[1:]] for row in rows]
    assert "year_ratings.CBTT.ELIGIBLE" not in codes(sheet(unnumbered, "KẾT QUẢ ĐÁNH GIÁ, XẾP LOẠI CHẤT LƯỢNG", "6"))
