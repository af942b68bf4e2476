"""Lines of Biểu 5 whose words nobody knows: read where the sums of the form leave nothing else, else open."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.catalogue import load_catalogue
from ingest.catalogue.printed import PrintedLine, PrintedTable, printed_layouts
from ingest.layouts.grid import Grid
from ingest.layouts.printed import printed_fit

UNKNOWN = "Xyz qwr"
_COLUMNS = ("Đảng bộ cơ sở", "Chi bộ cơ sở", "Đảng viên")


def _table() -> PrintedTable:
    layout = next(one for one in printed_layouts(load_catalogue().by_name) if one.layout == "bieu_2021")
    return next(table for table in layout.tables if isinstance(table, PrintedTable) and table.number == "5")


TABLE = _table()
ITEMS = [line.item for line in TABLE.printed_lines]
LABELS = {line.item: line.label for line in TABLE.printed_lines}
Figures = dict[str, tuple[int, ...]]
_Row = tuple[str | None, str, tuple[int | str, ...]]
"""Item of the form (None: a row of the office's own), label and figures."""


def _figures(given: Mapping[str, tuple[int, int, int]]) -> Figures:
    """Every line's figures; those of totals are reckoned."""
    found: Figures = {item: given.get(item, (0, 0, 0)) for item in ITEMS}
    for item in ("S9", "TOTAL"):
        parts = next(line.parts for line in TABLE.printed_lines if line.item == item)
        found[item] = tuple(map(sum, zip(*(found[part] for part in parts), strict=True)))
    return found


SOME = _figures({"S1": (1, 2, 90), "S6A": (0, 1, 12), "S9A1": (1, 0, 40), "S9B5": (0, 3, 30), "S11": (0, 2, 17)})


def _rows(words: Mapping[str, str], figures: Figures = SOME, *, below: bool = False) -> list[_Row]:
    rows: list[_Row] = [(item, words.get(item, LABELS[item]), figures[item]) for item in ITEMS]
    return [*rows[1:], rows[0]] if below else rows


def _read(rows: list[_Row]) -> dict[int, str]:
    """Row, counted from 0 -> item; no line has an ordinal, so that only words and sums tell it."""
    cells: dict[tuple[int, int], tuple[str, str]] = {
        (1, at): ("text", text) for at, text in enumerate(("Loại hình", *_COLUMNS), 1)
    }
    for row, (_, label, figures) in enumerate(rows, start=2):
        cells[row, 1] = ("text", label)
        for column, figure in enumerate(figures, start=2):
            cells[row, column] = ("text" if isinstance(figure, str) else "number", str(figure))
    fit = printed_fit(TABLE, Grid("Trang", cells))
    assert fit is not None
    return {row - 2: line.item for row, line in fit.lines.items() if isinstance(line, PrintedLine)}


def _told(words: Mapping[str, str], figures: Figures = SOME, *, below: bool = False) -> dict[int, str]:
    """Of the rows with words of their own those that are read."""
    rows = _rows(words, figures, below=below)
    read = _read(rows)
    return {at: read[at] for at, (item, _, _) in enumerate(rows) if item in words and at in read}


@pytest.mark.parametrize("item", ["S1", "S6A", "S9B5", "S11", "S8"])
def test_the_one_part_of_a_total_that_is_unread_is_what_the_others_leave(item: str) -> None:
    assert _told({item: UNKNOWN}) == {ITEMS.index(item): item}


def test_two_parts_that_are_unread_leave_each_other_open() -> None:
    assert _told({"S1": UNKNOWN, "S6A": UNKNOWN}) == {}


def test_a_part_that_the_total_does_not_leave_is_open() -> None:
    assert _told({"S6A": UNKNOWN}, SOME | {"S6A": (0, 2, 13)}) == {}


def test_a_heading_without_figures_in_the_same_place_is_no_part() -> None:
    rows = _rows({"S6A": UNKNOWN}, _figures({"S1": (1, 2, 90)}))  # nothing is left: the heading would do
    at = ITEMS.index("S6A")
    rows.insert(at, (None, "Khối qwr", ()))
    assert _read(rows)[at + 1] == "S6A"
    assert at not in _read(rows)


def test_of_two_rows_in_the_place_of_one_part_the_one_that_adds_up_is_it() -> None:
    rows = _rows({"S6A": UNKNOWN})
    at = ITEMS.index("S6A")
    rows.insert(at + 1, (None, "Trong đó qwr", (0, 1, 7)))
    assert _read(rows)[at] == "S6A"
    rows[at + 1] = (None, "Trong đó qwr", rows[at][2])
    assert at not in _read(rows)


def test_a_row_with_a_figure_where_the_total_has_none_is_not_the_lacking_part() -> None:
    figures = _figures({"S2": (0, 1, 0)})
    rows = [row for row in _rows({}, figures) if row[0] != "S1"]
    rows.insert(1, (None, UNKNOWN, (0, 0, 1)))
    assert 1 not in _read(rows)


def test_words_that_are_all_known_and_say_another_thing_are_not_the_part() -> None:
    assert _told({"S6A": "Hợp tác xã cổ phần"}) == {}


@pytest.mark.parametrize("below", [False, True])
@pytest.mark.parametrize("unknown", [("S1",), ("S1", "S2", "S3"), ("S6A",), ("S10", "S11")])
def test_a_total_is_told_with_parts_that_are_unread_where_the_form_has_them(
    below: bool, unknown: tuple[str, ...]
) -> None:
    words = {"TOTAL": "Tổng số qwr", **{item: f"{UNKNOWN} {item}" for item in unknown}}
    at = len(ITEMS) - 1 if below else 0
    bounded = not below or "S1" not in unknown  # above the first line nothing bounds what may stand there
    assert (_told(words, below=below).get(at) == "TOTAL") is bounded


def test_a_total_that_its_parts_and_what_is_unread_do_not_add_up_to_is_open() -> None:
    figures = SOME | {"TOTAL": tuple(figure + 1 for figure in SOME["TOTAL"])}
    assert 0 not in _told({"TOTAL": "Tổng số qwr", "S6A": UNKNOWN}, figures)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_line_is_taken_for_another_whatever_is_unknown_left_out_or_added(data: st.DataObject) -> None:
    amounts = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 200))
    parts = [item for item in ITEMS if item not in ("TOTAL", "S9")]
    figures = _figures(data.draw(st.dictionaries(st.sampled_from(parts), amounts, min_size=1, max_size=8), "figures"))
    unknown = data.draw(st.sets(st.sampled_from(ITEMS), max_size=4), "unknown")
    lost = data.draw(st.sets(st.sampled_from(ITEMS), max_size=2), "left out")
    words = {item: "Tổng số qwr" if item == "TOTAL" else f"{UNKNOWN} {item}" for item in unknown}
    rows = [row for row in _rows(words, figures, below=data.draw(st.booleans(), "below")) if row[0] not in lost]
    for at in data.draw(st.lists(st.integers(0, len(rows)), max_size=2), "added"):
        rows.insert(at, (None, UNKNOWN, data.draw(amounts)))
    for at, item in _read(rows).items():
        # A row in the very place of a line that was left out may say what the others leave of the total, and only that.
        assert rows[at][0] == item or rows[at][2] == figures[item]
