"""Where a form as it is printed stands on a sheet: its lines by what they speak of, its columns by their headings.

A line is read only where its label is the form's own or speaks of nothing but what one line of the form speaks of, and
its ordinal does not say another line; two labels for one line are none. Of the columns with figures exactly one must be
the period's own. Belongs here: lines and columns. Does not belong here: whose sheet it is and for which period
(`ingest.layouts.titles`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping

from ingest.catalogue.layout import LayoutColumn, LayoutLine
from ingest.catalogue.printed import PrintedLine, PrintedTable, printed_forms
from ingest.layouts.by_place import lines_by_place
from ingest.layouts.by_sum import lines_by_sum
from ingest.layouts.fit import Fit
from ingest.layouts.grid import Grid
from ingest.layouts.headings_over import HeadingsOver
from ingest.layouts.printed_columns import YEAR, is_figure_on_paper, printed_columns
from ingest.printed_words import parted

_FEWEST_LINES = 0.5
"""The share of the lines that paper has from which a sheet is taken for the form."""
_FEWEST_BY_WORDS = 0.5
"""Of these lines the share that their words must tell: place and number tell the others."""
_DEEPEST_HEADING = 6
_SHORT_MARK = re.compile(r".{1,4}|[IVX]{1,4}\.\d{1,2}", re.IGNORECASE)


def printed_fit(table: PrintedTable, grid: Grid) -> Fit | None:
    """The place of a printed form on a sheet, None where the sheet is no such form or names another edition."""
    if names_another_edition(table, grid):
        return None
    label, rows = _label_column(table, grid)
    few = sum(not line.is_added for line in table.printed_lines) * _FEWEST_LINES
    if label is None or len({line.item for line in rows.values()}) < few * _FEWEST_BY_WORDS:
        return None
    ordinals = ordinal_column(grid, label, rows)
    marks = {row: mark_of(grid, row, label, ordinals) for row in grid.rows}
    said = {line.item for line in rows.values()}
    rows = _above_their_parts(table, _agreeing(table, rows, marks))
    # A line whose words stand elsewhere is not the one that its place alone would make it.
    while told := {row: line for row, line in _placed(table, grid, label, rows, marks) if line.item not in said}:
        rows |= told
    if not rows or len({line.item for line in rows.values()}) < few:
        return None
    top, bottom = heading_rows(grid, label, ordinals, min(rows))
    columns = printed_columns(table, grid, (top, bottom), (label, ordinals), rows)
    missing = _missing(table, rows, columns)
    times = Counter(line.item for line in rows.values())
    lines: dict[int, LayoutLine] = {row: line for row, line in rows.items() if times[line.item] == 1}
    placed = table.model_copy(update={"header_rows": bottom - top + 1})
    return Fit(grid, placed, top, columns, lines, missing=missing)


def names_unknown_edition(grid: Grid) -> tuple[str, tuple[int, int]] | None:
    """The guidance of an edition whose lines are not known that a sheet of a Biểu names, and the cell that names it."""
    for place in sorted(grid.cells):
        text = grid.text(place)
        for edition in printed_forms().editions:
            if edition.is_unknown and grid.cells[place][0] == "text" and edition.found_in(text):
                return str(edition.authority), place
    return None


def names_another_edition(table: PrintedTable, grid: Grid) -> bool:
    """True for a sheet that names editions, and not that of the table."""
    texts = [grid.text(place) for place, (kind, _) in grid.cells.items() if kind == "text"]
    named = {one.version for one in printed_forms().editions for text in texts if one.found_in(text)}
    return bool(named) and table.edition not in named


def _label_column(table: PrintedTable, grid: Grid) -> tuple[int | None, dict[int, PrintedLine]]:
    """The column with most lines of the form, and row -> line in it."""
    found = {column: _lines(table, grid, column) for column in sorted({column for _, column in grid.keys})}
    best = max(found, key=lambda column: (len(found[column]), -column), default=None)
    return (best, found[best]) if best is not None else (None, {})


def _lines(table: PrintedTable, grid: Grid, column: int) -> dict[int, PrintedLine]:
    """Row -> the one line that its text can be, by itself, under the heading or below the line it is a part of."""
    found: dict[int, PrintedLine] = {}
    met: list[str] = []
    over = HeadingsOver(table)
    for row in grid.rows:
        if grid.cells.get((row, column), ("",))[0] != "text":
            continue
        text = grid.text((row, column))
        fitting = over.fitting(text)
        if len(fitting) > 1:
            fitting = _under_the_last(table, fitting, met)
        elif fitting and fitting[0].part_of and not fitting[0].ordinal and fitting[0].part_of not in met[-2:]:
            fitting = []  # of which what: only right below the line it is a part of
        line = fitting[0] if len(fitting) == 1 else None
        over.pass_by(text, line, is_heading=found != {} and not _has_figures(grid, row, column))
        if line is not None:
            found[row] = line
            met.append(line.item)
    return _without_headings(grid, column, found)


def _without_headings(grid: Grid, label: int, found: dict[int, PrintedLine]) -> dict[int, PrintedLine]:
    """Of several rows for one line the only one with figures: the others are headings that speak of it."""
    with_figures = Counter(line.item for row, line in found.items() if _has_figures(grid, row, label))
    return {row: line for row, line in found.items() if with_figures[line.item] != 1 or _has_figures(grid, row, label)}


def _has_figures(grid: Grid, row: int, label: int) -> bool:
    return any(column > label and is_figure_on_paper(grid, (row, column)) for column in grid.rows[row])


def _under_the_last(table: PrintedTable, fitting: list[PrintedLine], met: list[str]) -> list[PrintedLine]:
    """Those of several lines of which a whole stands last above them."""
    whole = {line.item: line.part_of for line in table.printed_lines}

    def wholes(line: PrintedLine) -> set[str]:
        above = line.part_of
        found: set[str] = set()
        while above is not None:
            found.add(above)
            above = whole.get(above)
        return found

    for item in reversed(met):
        parts = [line for line in fitting if item in wholes(line)]
        if parts:
            return parts
    return fitting


def ordinal_column(grid: Grid, label: int, rows: Collection[int]) -> int | None:
    """The column left of the labels with short marks beside most lines."""
    marks = Counter(
        column
        for row in rows
        for column in grid.rows[row]
        if column < label and _SHORT_MARK.fullmatch(grid.text((row, column)).strip(" .)("))
    )
    return max(marks, key=lambda column: marks[column]) if marks else None


def _agreeing(
    table: PrintedTable, rows: dict[int, PrintedLine], every_mark: Mapping[int, str]
) -> dict[int, PrintedLine]:
    """``rows`` without those whose ordinal is another line's, where the sheet has the ordinals of the form."""
    own = {_folded(line.ordinal): line.item for line in table.printed_lines if line.ordinal}
    marks = {row: every_mark[row] for row in rows}
    # A mark that several lines bear counts anew below each of their wholes: it is no ordinal of the form.
    times = Counter(marks.values())
    told = {row: own[mark] for row, mark in marks.items() if mark in own and times[mark] == 1}
    right = sum(rows[row].item == item for row, item in told.items())
    if right * 2 <= len(told):
        return rows
    return {row: line for row, line in rows.items() if told.get(row, line.item) == line.item}


def _placed(
    table: PrintedTable, grid: Grid, label: int, rows: dict[int, PrintedLine], marks: Mapping[int, str]
) -> list[tuple[int, PrintedLine]]:
    """What the place of a line, or that it adds up its parts, tells beside ``rows``."""
    told = lines_by_place(table, grid, label, rows, marks) | lines_by_sum(table, grid, label, rows)
    return list(told.items())


def mark_of(grid: Grid, row: int, label: int, ordinals: int | None) -> str:
    """The ordinal of a row: that of its own column, else the one that its label begins with."""
    text, line = grid.text((row, ordinals)) if ordinals is not None else "", grid.text((row, label))
    mark = _folded(text or parted(line)[0])
    # "a" is a part of the line above, "A" the opening; where all is written in capitals they are one.
    return "" if len(mark) == 1 and not text and line.isupper() else mark


def _above_their_parts(table: PrintedTable, rows: dict[int, PrintedLine]) -> dict[int, PrintedLine]:
    """``rows`` without wholes below a part of theirs, where headings make lines: there a word says too little."""
    if not table.groups:
        return rows
    parts: dict[str, int] = {}
    for row, line in rows.items():
        if line.part_of is not None:
            parts[line.part_of] = min(row, parts.get(line.part_of, row))
    return {row: line for row, line in rows.items() if row < parts.get(line.item, row + 1)}


def _folded(mark: str) -> str:
    """An ordinal without what stands around it; of several letters capitals are no matter."""
    bare = re.sub(r"[\s)(]", "", mark).strip(".")
    return bare if len(bare) == 1 else bare.casefold()


def _may_head(grid: Grid, row: int, counted: Collection[int]) -> bool:
    """True for a row with texts over the columns that count something: a remark beside a heading over lines heads
    nothing, and what has figures only looks like a heading."""
    right = [column for column in grid.rows.get(row, {}) if column in counted and (row, column) in grid.keys]
    figures = [one for one in right if is_figure_on_paper(grid, (row, one))]
    return bool(right) and all(YEAR.fullmatch(grid.text((row, one))) for one in figures) and not grid.is_numbering(row)


def heading_rows(grid: Grid, label: int, ordinals: int | None, first_line: int) -> tuple[int, int]:
    """First and last row of the headings: from the nearest text over the labels down to the first line."""
    right = [column for column in grid.columns if column > label]
    below = [row for row in grid.rows if row >= first_line]
    counted = [column for column in right if any(is_figure_on_paper(grid, (row, column)) for row in below)]
    bottom = first_line - 1
    while bottom > 1 and not _may_head(grid, bottom, counted or right):
        bottom -= 1
    own = [label] if ordinals is None else [label, ordinals]
    for top in range(bottom, max(0, bottom - _DEEPEST_HEADING), -1):
        if any((top, column) in grid.keys for column in own) and not grid.is_numbering(top):
            return top - _goes_on(grid, top), bottom
    return bottom, bottom


def _goes_on(grid: Grid, row: int) -> bool:
    """True for a row of headings that goes on with those above it: each text stands below one, some begin small."""
    below = [at for at in grid.rows[row] if (row, at) in grid.keys]
    is_under = all((row - 1, at) in grid.keys for at in below)
    return is_under and any(grid.text((row, at))[:1].islower() for at in below)


def _missing(table: PrintedTable, rows: dict[int, PrintedLine], columns: dict[int, LayoutColumn]) -> tuple[str, ...]:
    """What keeps the sheet from being read: a line without which it is no such form, or met twice; no column."""
    times = Counter(line.item for line in rows.values())
    roles = Counter(str(column.role) for column in columns.values())
    lines = [line for line in table.printed_lines if line.is_required and times[line.item] != 1]
    heads = [] if roles["value"] == 1 or table.members else ["Kỳ này"]
    heads += [name for role, name in (("former", "Cùng kỳ năm trước"), ("percent", "%")) if roles[role] > 1]
    given = Counter(column.member for column in columns.values() if column.member)
    heads += [column.header[0] for column in table.columns if column.member and given[column.member] > 1]
    heads += [column.header[0] for column in table.columns if column.member and not given]
    return (*(line.label for line in lines), *heads)
