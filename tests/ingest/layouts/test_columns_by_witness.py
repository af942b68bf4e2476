"""Columns of Biểu 5 whose words nobody knows: read where their place and a second witness tell them, else open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.catalogue import load_catalogue
from ingest.catalogue.printed import PrintedColumn, PrintedTable, printed_layouts
from ingest.layouts.fit import Fit
from ingest.layouts.grid import Grid
from ingest.layouts.printed import printed_fit

UNKNOWN = "Xyz qwr"
_HIDDEN = "TCCSĐ •••"


def _table() -> PrintedTable:
    layout = next(one for one in printed_layouts(load_catalogue().by_name) if one.layout == "bieu_2021")
    return next(table for table in layout.tables if isinstance(table, PrintedTable) and table.number == "5")


TABLE = _table()
MEMBERS = list(TABLE.members)
KNOWN = {str(column.member): column.header[0] for column in TABLE.columns if column.member}
TELLING = {
    **{"COMMITTEES": "Đảng bộ cơ sở qwr", "CELLS": "Chi bộ cơ sở qwr", "SECTIONS": "Đảng bộ bộ phận qwr"},
    **{"SUBORDINATE": "Chi bộ trực thuộc qwr", "MEMBERS": "Đảng viên qwr"},
}
"""A word of the column's own beside one that nobody knows."""
SEVERAL = {"S1": (2, 0, 1, 7, 200), "S5": (0, 3, 0, 0, 41), "S7": (1, 1, 0, 4, 90)}
ONE = {"S1": (1, 0, 1, 9, 88)}
Lines = Mapping[str, tuple[int, int, int, int, int]]
"""Kind of base -> committees, cells, sections, subordinate cells and members."""


def _figures(lines: Lines) -> dict[str, dict[str, int]]:
    """Line -> column -> figure; sums hold."""
    parts = next(line.parts for line in TABLE.printed_lines if line.item == "TOTAL")
    found: dict[str, dict[str, int]] = {}
    for line in TABLE.printed_lines:
        one = lines.get(line.item, (0, 0, 0, 0, 0))
        found[line.item] = dict(zip(MEMBERS, (one[0] + one[1], *one), strict=True))
    found["TOTAL"] = {member: sum(found[part][member] for part in parts) for member in MEMBERS}
    return found


def _sheet(heads: Sequence[tuple[str, Sequence[int]]]) -> Grid:
    """One column a heading, with its figures from the total down."""
    cells: dict[tuple[int, int], tuple[str, str]] = {(1, 1): ("text", "Loại hình")}
    for row, line in enumerate(TABLE.printed_lines, start=2):
        cells[row, 1] = ("text", f"{line.ordinal or ''}. {line.label}".removeprefix(". "))
    for column, (head, figures) in enumerate(heads, start=2):
        cells[1, column] = ("text", head)
        cells |= {(row, column): ("number", str(figure)) for row, figure in enumerate(figures, start=2)}
    return Grid("Trang", cells)


def _fit(heads: Sequence[tuple[str, Sequence[int]]]) -> Fit:
    fit = printed_fit(TABLE, _sheet(heads))
    assert fit is not None
    return fit


def _below(lines: Lines, member: str) -> list[int]:
    return [one[member] for one in _figures(lines).values()]


def _read(words: Mapping[str, str], lines: Lines = SEVERAL, order: Sequence[str] = MEMBERS) -> list[str | None]:
    """What each column of ``order`` is read as; ``words``: the headings that are not the form's."""
    fit = _fit([(words.get(member, KNOWN[member]), _below(lines, member)) for member in order])
    return [fit.columns[at].member if at in fit.columns else None for at in range(2, len(order) + 2)]


@pytest.mark.parametrize("unknown", ["ORGS", "COMMITTEES", "CELLS"])
@pytest.mark.parametrize("lines", [ONE, SEVERAL])
def test_a_sum_of_the_form_tells_its_one_unknown_column(unknown: str, lines: Lines) -> None:
    told = _read({unknown: UNKNOWN}, lines)
    # Of an organization without cells of its own nothing stands in their column, and nothing is there to be told.
    assert told == [None if member == unknown and not any(_below(lines, member)) else member for member in MEMBERS]


def test_a_heading_of_which_a_part_did_not_land_is_told_by_what_stands_below_it() -> None:
    assert _read({"ORGS": _HIDDEN}) == MEMBERS
    assert _read({"CELLS": "Chi bộ •••", "ORGS": _HIDDEN}) == [None, "COMMITTEES", None, *MEMBERS[3:]]


@pytest.mark.parametrize("unknown", ["COMMITTEES", "SUBORDINATE"])
def test_what_is_there_with_committees_alone_is_told_where_lines_with_and_without_are_met(unknown: str) -> None:
    words = {unknown: UNKNOWN, "ORGS": _HIDDEN} if unknown == "COMMITTEES" else {unknown: UNKNOWN}
    assert _read(words) == MEMBERS
    assert _read(words, ONE)[MEMBERS.index(unknown)] is None


def test_sections_follow_committees_too_and_are_not_taken_for_them_where_these_were_left_out() -> None:
    lines = {"S1": (0, 1, 0, 0, 9), "S2": (2, 0, 2, 4, 60)}
    order = ["CELLS", "SECTIONS", "SUBORDINATE", "MEMBERS"]
    assert _read({"CELLS": UNKNOWN, "SECTIONS": f"{UNKNOWN} a"}, lines, order) == [None, None, *order[2:]]


def test_the_total_is_not_taken_for_a_part_of_it_that_was_left_out() -> None:
    """Both are there with the subordinate cells; a line of members alone tells nothing."""
    lines = {"S1": (0, 0, 0, 0, 3), "S2": (1, 1, 0, 4, 3)}
    order = ["ORGS", "CELLS", "SECTIONS", "SUBORDINATE", "MEMBERS"]
    assert _read({"ORGS": UNKNOWN}, lines, order) == [None, *order[1:]]


def test_a_line_of_members_alone_makes_no_column_the_one_that_was_left_out() -> None:
    lines = {"S1": (1, 2, 0, 4, 3), "S2": (0, 0, 0, 0, 3)}
    order = ["ORGS", "CELLS", "SECTIONS", "SUBORDINATE", "MEMBERS"]
    assert _read({"CELLS": UNKNOWN}, lines, order) == ["ORGS", None, *order[2:]]


def test_two_unknown_columns_in_another_order_are_told_by_their_figures_not_by_their_place() -> None:
    order = ["ORGS", "CELLS", "COMMITTEES", "SECTIONS", "SUBORDINATE", "MEMBERS"]
    told = _read({"COMMITTEES": UNKNOWN, "CELLS": f"{UNKNOWN} a"}, SEVERAL, order)
    assert told == ["ORGS", None, *order[2:]]  # beside it the other is not where the form has it
    assert _read({"COMMITTEES": UNKNOWN, "CELLS": f"{UNKNOWN} a"}, ONE, order)[1:3] == [None, None]


@pytest.mark.parametrize("member", ["CELLS", "SECTIONS", "SUBORDINATE", "MEMBERS"])
def test_a_word_that_no_other_unread_column_has_is_a_witness(member: str) -> None:
    assert _read({member: TELLING[member]}, {"S1": (1, 1, 1, 3, 50)}) == MEMBERS


def test_a_word_of_a_column_elsewhere_tells_nothing_at_this_place() -> None:
    told = _read({"SECTIONS": "Đảng viên qwr", "MEMBERS": UNKNOWN}, ONE)
    assert told[3] is None


def test_a_word_of_another_column_is_against_it() -> None:
    lines = {"S1": (1, 1, 1, 3, 50)}
    assert _read({"ORGS": _HIDDEN, "CELLS": TELLING["CELLS"]}, lines) == MEMBERS
    assert _read({"ORGS": _HIDDEN, "CELLS": TELLING["SUBORDINATE"]}, lines)[2] is None


def test_no_column_is_read_against_a_sum_of_the_form() -> None:
    figures = {member: _below(SEVERAL, member) for member in MEMBERS}
    figures["CELLS"] = [one + 1 for one in figures["CELLS"]]
    fit = _fit([({"CELLS": TELLING["CELLS"]}.get(member, KNOWN[member]), figures[member]) for member in MEMBERS])
    assert MEMBERS.index("CELLS") + 2 not in fit.columns


def test_a_column_that_an_office_put_first_bounds_nothing() -> None:
    order = ["MEMBERS", *MEMBERS[:-1]]
    assert _read({"ORGS": UNKNOWN, "SUBORDINATE": TELLING["SUBORDINATE"]}, SEVERAL, order) == order


def test_two_read_columns_the_wrong_way_round_bound_nothing() -> None:
    order = ["SUBORDINATE", "MEMBERS", "COMMITTEES"]
    assert _read({"MEMBERS": TELLING["MEMBERS"]}, ONE, order) == ["SUBORDINATE", None, "COMMITTEES"]


def test_more_columns_than_the_form_has_there_are_told_by_no_word() -> None:
    heads = [(KNOWN[member], _below(ONE, member)) for member in MEMBERS]
    heads[4:5] = [(TELLING["SUBORDINATE"], heads[4][1]), (UNKNOWN, heads[4][1])]
    assert {6, 7}.isdisjoint(_fit(heads).columns)


def test_what_was_known_by_its_place_is_listed_with_its_cell() -> None:
    fit = _fit([(KNOWN[one] if one != "ORGS" else UNKNOWN, _below(SEVERAL, one)) for one in MEMBERS])
    assert fit.by_place == [(1, 2, KNOWN["ORGS"])]
    assert isinstance(fit.columns[2], PrintedColumn)
    assert not isinstance(fit.columns[3], PrintedColumn)


@st.composite
def _organizations(draw: st.DrawFn) -> Lines:
    kind_of = st.sampled_from(["S1", "S2", "S5", "S7", "S9A1", "S11"])
    kinds = draw(st.lists(kind_of, min_size=1, max_size=4, unique=True))
    found: dict[str, tuple[int, int, int, int, int]] = {}
    for kind in kinds:
        committees, cells = draw(st.integers(0, 3)), draw(st.integers(0, 3))
        below = draw(st.integers(2 * committees, 9 * committees))
        found[kind] = (committees, cells, draw(st.integers(0, 3 * committees)), below, draw(st.integers(3, 200)))
    return found


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_column_is_taken_for_another_whatever_is_unknown_left_out_added_or_moved(data: st.DataObject) -> None:
    lines = data.draw(_organizations(), "figures")
    order = data.draw(st.one_of(st.just(MEMBERS), st.permutations(MEMBERS)), "order")
    lost = data.draw(st.sets(st.sampled_from(MEMBERS), max_size=2), "left out")
    words = {
        member: data.draw(st.sampled_from([KNOWN[member], UNKNOWN, TELLING.get(member, _HIDDEN)]), member)
        for member in MEMBERS
    }
    heads = [(words[member], _below(lines, member)) for member in order if member not in lost]
    for _ in range(data.draw(st.integers(0, 2), "added")):
        rows = len(TABLE.printed_lines)
        own = data.draw(st.lists(st.integers(0, 9), min_size=rows, max_size=rows))
        heads.insert(data.draw(st.integers(0, len(heads))), (UNKNOWN, own))
    fit = printed_fit(TABLE, _sheet(heads))
    for at, column in (fit.columns if fit is not None else {}).items():
        if column.member is not None:
            assert list(heads[at - 2][1]) == _below(lines, column.member), (heads[at - 2][0], column.member)
