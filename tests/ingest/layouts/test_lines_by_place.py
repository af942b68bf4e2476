"""Lines of printed forms whose words nobody knows: read where their place and a second witness tell them, else open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.catalogue import load_catalogue
from ingest.catalogue.printed import PrintedLine, PrintedTable, printed_layouts
from ingest.layouts.grid import Grid
from ingest.layouts.printed import printed_fit

UNKNOWN = "Xyz qwr"
_NUMBERS = ("own", "short", "running", "none")


def _tables(*, is_matrix: bool) -> dict[str, PrintedTable]:
    layouts = printed_layouts(load_catalogue().by_name)
    found = {one.layout: [table for table in one.tables if isinstance(table, PrintedTable)] for one in layouts}
    return {table.number: table for table in found["bieu_2021"] if bool(table.members) is is_matrix}


TABLES, MATRICES = _tables(is_matrix=False), _tables(is_matrix=True)


def _asked(table: PrintedTable) -> list[PrintedLine]:
    return [line for line in table.printed_lines if not line.is_added]


def _sheet(rows: Sequence[tuple[str, str]], numbers: str) -> Grid:
    """``rows``: ordinal of the form and label of each line; figures are 100, 101, … from the top."""
    told: list[tuple[str, ...]] = [("TT", "Nội dung", "Kỳ này")]
    times: Counter[str] = Counter()
    for at, (ordinal, label) in enumerate(rows):
        section, point, _ = ordinal.rpartition(".")
        times[section] += 1
        # Who leaves a line out counts the others of its section without it.
        own = f"{section}.{times[section]}" if point else ordinal
        mark = {"own": own, "short": str(times[section]) if point else ordinal, "running": str(at + 1), "none": ""}[
            numbers
        ]
        told.append((mark, label, str(100 + at)))
    cells = {
        (row, column): ("number" if row > 1 and column == 3 else "text", text)
        for row, texts in enumerate(told, start=1)
        for column, text in enumerate(texts, start=1)
        if text
    }
    return Grid("Trang", cells)


def _read(table: PrintedTable, grid: Grid) -> dict[str, tuple[int, bool]]:
    """Item -> row on the sheet, counted from 0, and whether its place alone told it."""
    fit = printed_fit(table, grid)
    assert fit is not None
    lines = ((row, line) for row, line in fit.lines.items() if isinstance(line, PrintedLine))
    return {line.item: (row - 2, line.by_place) for row, line in lines}


@pytest.mark.parametrize("number", ["2", "3", "7"])
@pytest.mark.parametrize("numbers", ["own", "short", "running"])
def test_a_line_of_unknown_words_is_read_at_its_place_by_its_number(number: str, numbers: str) -> None:
    table = TABLES[number]
    lines = _asked(table)
    unknown = {3, 4, 10, len(lines) - 2}
    rows = [(line.ordinal or "", UNKNOWN if at in unknown else line.label) for at, line in enumerate(lines)]
    read = _read(table, _sheet(rows, numbers))
    assert read == {line.item: (at, at in unknown) for at, line in enumerate(lines)}


def test_the_total_and_the_last_lines_are_read_by_the_forms_own_ordinals() -> None:
    table = TABLES["2"]
    lines = _asked(table)
    ends = {0, len(lines) - 2, len(lines) - 1}
    rows = [(line.ordinal or "", UNKNOWN if at in ends else line.label) for at, line in enumerate(lines)]
    assert _read(table, _sheet(rows, "own")) == {line.item: (at, at in ends) for at, line in enumerate(lines)}


def test_without_numbers_a_word_that_no_other_line_says_is_the_second_witness() -> None:
    table = TABLES["2"]
    lines = _asked(table)
    words = {"OCC_FARM": "Nông qwr", "OCC_ARMED": UNKNOWN}
    rows = [(line.ordinal or "", words.get(line.item, line.label)) for line in lines]
    read = _read(table, _sheet(rows, "none"))
    assert read["OCC_FARM"][1]
    assert "OCC_ARMED" not in read
    assert len(read) == len(lines) - 1


def test_a_line_more_or_less_between_two_neighbours_leaves_both_open() -> None:
    table = TABLES["3"]
    lines = _asked(table)
    at = next(at for at, line in enumerate(lines) if line.item == "OCC_FARM")
    rows = [(line.ordinal or "", line.label) for line in lines]
    rows[at] = ("", "Nông nghiệp qwr")
    read = _read(table, _sheet([*rows[:at], ("", UNKNOWN), *rows[at:]], "none"))
    assert "OCC_FARM" not in read
    assert len(read) == len(lines) - 1


def test_a_line_whose_words_stand_elsewhere_is_not_looked_for_by_its_place() -> None:
    table = TABLES["2"]
    lines = _asked(table)
    rows = [(line.ordinal or "", line.label) for line in lines]
    # The total is there twice and neither is taken; the unknown line with its ordinal must not become it.
    rows = [(rows[0][0], UNKNOWN), *rows[1:], ("", "Tổng số")]
    assert "TOTAL" not in _read(table, _sheet(rows, "own"))


def test_words_that_are_all_known_and_say_another_thing_are_not_the_line() -> None:
    table = TABLES["2"]
    lines = _asked(table)
    rows = [(line.ordinal or "", "Nữ" if line.item == "OCC_FARM" else line.label) for line in lines]
    assert "OCC_FARM" not in _read(table, _sheet(rows, "own"))


def test_a_heading_with_the_number_alone_leaves_the_line_with_number_and_letter_its_own() -> None:
    table = MATRICES["5"]
    rows = [(line.ordinal or "", UNKNOWN if line.item == "S6A" else line.label) for line in _asked(table)]
    at = next(at for at, (ordinal, _) in enumerate(rows) if ordinal == "6a")
    rows.insert(at, ("6", f"{UNKNOWN} khối"))
    cells = {(1, 1): ("text", "TT"), (1, 2): ("text", "Loại hình"), (1, 3): ("text", "Đảng viên")}
    for row, (ordinal, label) in enumerate(rows, start=2):
        # Nothing is to be added up here, so that the number alone can tell it.
        cells |= {(row, 1): ("text", ordinal), (row, 2): ("text", label), (row, 3): ("number", "0")}
    fit = printed_fit(table, Grid("Trang", {place: content for place, content in cells.items() if content[1]}))
    assert fit is not None
    items = {row: line.item for row, line in fit.lines.items() if isinstance(line, PrintedLine)}
    assert items[at + 3] == "S6A"
    assert at + 2 not in items


def _bases(total: str, *, figures: Sequence[int] | None = None, below: bool = False) -> tuple[PrintedTable, Grid, int]:
    """A sheet of Biểu 5 with a total of unknown words, and the row of the total."""
    table = MATRICES["5"]
    lines = [line for line in _asked(table) if line.item != "TOTAL"]
    whole = next(line for line in table.printed_lines if line.item == "TOTAL")
    values = {line.item: [at + 1, at + 2] for at, line in enumerate(lines)}
    sums = [sum(values[part][column] for part in whole.parts) for column in (0, 1)]
    rows: list[tuple[str, str, str, str]] = [("TT", "Loại hình", "Đảng bộ cơ sở", "Chi bộ cơ sở")]
    rows += [(line.ordinal or "", line.label, *map(str, values[line.item])) for line in lines]
    at = len(rows) if below else 1
    rows.insert(at, ("", total, *map(str, figures or sums)))
    cells = {
        (row, column): ("number" if row > 1 and column > 2 else "text", text)
        for row, texts in enumerate(rows, start=1)
        for column, text in enumerate(texts, start=1)
        if text
    }
    return table, Grid("Trang", cells), at + 1


@pytest.mark.parametrize("below", [False, True])
def test_a_total_of_unknown_words_is_read_where_it_adds_up_its_parts(below: bool) -> None:
    table, grid, row = _bases("Tổng số qwr", below=below)
    fit = printed_fit(table, grid)
    assert fit is not None
    assert not fit.missing
    assert {at for at, line in fit.lines.items() if isinstance(line, PrintedLine) and line.item == "TOTAL"} == {row}


@pytest.mark.parametrize(("total", "figures"), [(UNKNOWN, None), ("Tổng số qwr", (7, 8))])
def test_what_does_not_say_that_it_is_a_total_or_adds_nothing_up_is_none(
    total: str, figures: tuple[int, int] | None
) -> None:
    table, grid, _ = _bases(total, figures=figures)
    fit = printed_fit(table, grid)
    assert fit is not None
    assert fit.missing == ("Tổng số",)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_line_is_taken_for_another_whatever_is_unknown_left_out_or_added(data: st.DataObject) -> None:
    table = TABLES[data.draw(st.sampled_from(sorted(TABLES)), "form")]
    lines = _asked(table)
    numbers = data.draw(st.sampled_from(_NUMBERS), "numbers")
    places = st.integers(1, len(lines) - 1)
    unknown = data.draw(st.sets(places, max_size=len(lines) // 3), "unknown")
    lost = data.draw(st.sets(places, max_size=2), "left out") if numbers != "running" else set()
    rows = [(line.item, line.ordinal or "", UNKNOWN if at in unknown else line.label) for at, line in enumerate(lines)]
    rows = [row for at, row in enumerate(rows) if at not in lost]
    # A line of the office's own has no ordinal of the form; where all is counted through it moves what is below it.
    for at in sorted(data.draw(st.sets(st.integers(1, len(rows)), max_size=2), "added"), reverse=True):
        rows.insert(at, ("", "", UNKNOWN))
    fit = printed_fit(table, _sheet([row[1:] for row in rows], numbers))
    for row, line in (fit.lines if fit is not None else {}).items():
        assert isinstance(line, PrintedLine)
        assert rows[row - 2][0] == line.item
