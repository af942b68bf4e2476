"""Finding the table of an unknown sheet: where it stands, whose rows or columns it has, the figures of each field.

A field is what a layout maps: a column of a table with organizations in rows, a line of a table with items in rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from ingest.addresses import a1_address
from ingest.labels import clean_text, label_key
from ingest.layouts.grid import Grid
from ingest.normalise.values import parse_count
from ingest.rosters import Period, Rosters
from khoi.layouts.heading_words import heads_branch, is_former, says_other
from khoi.layouts.lines import parents
from khoi.layouts.names import OrganizationNames
from khoi.layouts.period_columns import period_columns, reason_aside

Rows = Literal["organization", "branch", "item", "record"]
Nature = Literal["count", "ratio", "ordinal", "text", "empty"]
ORDINALS = frozenset({"tt", "stt", "s t t", "số tt", "số thứ tự"})
_DEEPEST_HEADER = 5
_FEWEST_HEADINGS = 3
FAR_FUTURE = "9999-12-31"


class NoTable(ValueError):
    """No sheet of the file has a table that could be mapped; the message says what was looked for."""


@dataclass(frozen=True)
class MappableField:
    """``path``: the texts of its heading or its label; ``values``: one per organization or row, NaN where empty."""

    path: tuple[str, ...]
    place: str
    nature: Nature
    values: np.ndarray
    ordinal: str = ""


@dataclass(frozen=True)
class DetectedTable:
    """One table. ``organizations``: how many of the register were found in it; ``title``: the text that names one;
    ``strange``: further columns and why they are not read; ``sheets``: how many look the same, one organization each.
    Of a list of records: its ``form``, and in ``lacking`` the fields that no column has, each with its label.
    """

    sheet: str
    rows: Rows
    header_rows: int
    first_row: int
    fields: list[MappableField]
    structure: list[tuple[tuple[str, ...], str]]
    organizations: int
    title: str | None = None
    period: Period | None = None
    strange: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    sheets: int = 1
    form: str | None = None
    lacking: Mapping[str, str] = field(default_factory=dict)


def detect_table(
    grids: Iterable[Grid], rosters: Rosters, period: Period | None = None, committees: Collection[str] = ()
) -> DetectedTable:
    """The table of the sheet in which most organizations are found; names are those of ``committees``.

    Raises NoTable where there is none.
    """
    sheets = list(grids)
    period = period or period_named(sheets, rosters)
    names = OrganizationNames(rosters, period.end if period else FAR_FUTURE, committees)
    tables, refused = [], []
    for grid in sheets:
        try:
            found = _of_sheet(grid, names, period)
        except NoTable as refusal:
            refused.append(refusal)
        else:
            tables += [found] if found is not None else []
    if not tables:
        raise (
            refused[0]
            if refused
            else NoTable(
                "Không thấy bảng nào có tổ chức đảng trong sổ đăng ký (mã hoặc tên) "
                "/ no table with an organization of the register, by code or name, was found"
            )
        )
    chosen = max(tables, key=lambda found: (found.organizations, len(found.fields)))
    alike = [found for found in tables if found.title is not None and _shape(found) == _shape(chosen)]
    return replace(chosen, sheets=len(alike), organizations=len(alike)) if len(alike) > 1 else chosen


def _shape(table: DetectedTable) -> object:
    return table.rows, table.structure, [one.path for one in table.fields], table.strange


def period_named(sheets: list[Grid], rosters: Rosters) -> Period | None:
    """The one period that the texts of a file name; None where there is none or more than one.

    Days in the headings and lines of tables count where nothing above them names a period.
    """
    around: dict[str, Period] = {}
    within: dict[str, Period] = {}
    for grid in sheets:
        top = next((row for row, filled in grid.rows.items() if len(filled) >= _FEWEST_HEADINGS), 0)
        for (row, _), (_, text) in grid.cells.items():
            period = rosters.period_within(clean_text(text))
            if period is not None:
                (within if top and row >= top else around).setdefault(period.code, period)
    told = around or within
    return next(iter(told.values())) if len(told) == 1 else None


def _of_sheet(grid: Grid, names: OrganizationNames, period: Period | None) -> DetectedTable | None:
    named = {place: code for place in grid.cells if (code := names.of(grid, place)) is not None}
    down_of = [column for row, column in named if _has_figures(grid, _right_of(grid, row, column))]
    column, down = Counter(down_of).most_common(1)[0] if down_of else (0, 0)
    below = {at: [(row, at) for row, cells in grid.rows.items() if at in cells] for _, at in named}
    across_of = [row for row, at in named if _has_figures(grid, [place for place in below[at] if place[0] > row])]
    row, across = Counter(across_of).most_common(1)[0] if across_of else (0, 0)
    if down >= max(2, across):
        _refuse_former(grid, [_right_of(grid, row, column) for row, at in named if at == column])
        return _by_rows(grid, column, {row: code for (row, at), code in named.items() if at == column}, period)
    if across >= 2:
        columns = sorted(at for (line, at) in named if line == row)
        _refuse_former(grid, [[place for place in below[at] if place[0] > row] for at in columns])
        return _by_items(grid, row, columns, None, period)
    title = names.title(grid)
    return _of_one(grid, title, period) if title is not None else None


def _refuse_former(grid: Grid, places: list[list[tuple[int, int]]]) -> None:
    """Raises NoTable where what is named is a plan or of the period before, each time: the figures stand beside."""
    told = [next((text for at in own if _is_other(text := grid.text(at))), None) for own in places]
    if told and all(text is not None for text in told):
        raise NoTable(
            f"Trang “{grid.sheet}”: tên tổ chức đứng ở dòng hoặc cột “{told[0]}”, số kỳ này đứng ở dòng hoặc cột bên "
            "cạnh không ghi tên; hãy ghi tên tổ chức ở dòng hoặc cột kỳ này "
            f"/ sheet “{grid.sheet}”: the names stand beside “{told[0]}”, this period's figures have none; name those"
        )


def _is_other(text: str) -> bool:
    """True for words alone that say what no figure of the period is: "Kỳ trước", "Kế hoạch"."""
    path = ("", text)
    return not any(map(str.isdigit, text)) and "%" not in text and (is_former(path) or says_other(path) is not None)


def _right_of(grid: Grid, row: int, column: int) -> list[tuple[int, int]]:
    return [(row, at) for at in grid.rows[row] if at > column]


def _has_figures(grid: Grid, places: list[tuple[int, int]]) -> bool:
    return any(_is_figure(*grid.cells[place]) for place in places)


def _is_figure(kind: str, text: str) -> bool:
    """True for a number, typed as one or as a text ("1.234")."""
    return kind == "number" or (kind == "text" and parse_count(kind, text).value is not None)


def _by_rows(grid: Grid, column: int, organizations: dict[int, str], period: Period | None) -> DetectedTable:
    rows = sorted(row for row in organizations if _has_figures(grid, _right_of(grid, row, column)))
    codes = {organizations[row] for row in rows}
    several = len(codes) < len(rows) and _are_branches(grid, column, {row: organizations[row] for row in rows})
    top, bottom = header_rows(grid, column, rows[0])
    paths = grid.paths(top, bottom)
    own = paths.pop(column, (grid.text((top, column)),))
    fields = [_field(grid, path, [(row, at) for row in rows], (top, at)) for at, path in paths.items()]
    kind: Rows = "branch" if several else "organization"
    return DetectedTable(
        grid.sheet, kind, bottom - top + 1, top, fields, [(own, "organization")], len(codes), period=period,
    )  # fmt: skip


def _are_branches(grid: Grid, column: int, organizations: Mapping[int, str]) -> bool:
    """True where each organization's rows stand together and other texts tell them apart: such rows are added up.

    An organization that merely stands in two rows is told as that when the file is read.
    """
    ordered = [organizations[row] for row in sorted(organizations)]
    together = 1 + sum(early != late for early, late in pairwise(ordered)) == len(set(ordered))
    texts = {
        row: tuple(grid.keys[row, at] for at in grid.rows[row] if at != column and grid.cells[row, at][0] == "text")
        for row in organizations
    }
    named = {(organizations[row], texts[row]) for row in organizations if texts[row]}
    return together and len(named) == len(organizations)


def _of_one(grid: Grid, title: str, period: Period | None) -> DetectedTable | None:
    """The table of the organization that the title names: its items or its branches in rows."""
    figures = {row: [at for at, one in cells.items() if _is_figure(*one)] for row, cells in grid.rows.items()}
    rows = [row for row, found in figures.items() if found and not grid.is_numbering(row) and not grid.is_total(row)]
    texts = Counter(
        at
        for row in rows
        for at, (kind, text) in grid.rows[row].items()
        if kind == "text" and len(text) > 2 and not _is_figure(kind, text)
    )
    if not rows or not texts:
        return None
    label = texts.most_common(1)[0][0]
    rows = [row for row in rows if (row, label) in grid.keys]
    top, bottom = header_rows(grid, label, rows[0])
    values = sorted({at for row in rows for at in figures[row] if at > label})
    paths = grid.paths(top, bottom)
    of_period = period_columns({at: paths.get(at, ()) for at in values})
    if len(of_period) == 1:
        return _by_items(grid, bottom, of_period, title, period)
    # What stands before several columns of figures may be items as well: only names of branches are added up.
    if 2 * sum(heads_branch(grid.text((row, label))) for row in rows) < len(rows):
        return None
    own = paths.pop(label, (grid.text((top, label)),))
    fields = [_field(grid, path, [(row, at) for row in rows], (top, at)) for at, path in paths.items()]
    return DetectedTable(
        grid.sheet, "branch", bottom - top + 1, top, fields, [(own, "label")], 1, title=title, period=period
    )  # fmt: skip


def _by_items(
    grid: Grid, bottom: int, columns: list[int], title: str | None, period: Period | None
) -> DetectedTable | None:
    rows = [row for row in grid.rows if row > bottom and any((row, at) in grid.keys for at in columns)]
    rows = [row for row in rows if not grid.is_numbering(row) and not grid.is_end(row)]
    labels = Counter(
        at for row in rows for at in grid.rows[row] if at < columns[0] and grid.cells[row, at][0] == "text"
    )
    if not labels:
        return None
    label = max(labels, key=lambda at: sum(len(grid.text((row, at))) for row in rows))
    top = max(
        (row for row in range(max(1, bottom - _DEEPEST_HEADER), bottom + 1) if (row, label) in grid.keys),
        default=bottom,
    )
    paths = grid.paths(top, bottom)
    ordinal = next((at for at in paths if at != label and label_key(paths[at][-1]) in ORDINALS), None)
    lines = [row for row in rows if (row, label) in grid.keys]
    above = parents([(grid.text((row, ordinal)) if ordinal else "", grid.text((row, label))) for row in lines])
    fields = [
        _line(grid, row, label, ordinal, columns, grid.text((lines[parent], label)) if parent is not None else None)
        for row, parent in zip(lines, above, strict=True)
    ]
    structure = [(paths.get(label, ("",)), "label")]
    structure += [(paths[ordinal], "ordinal")] if ordinal is not None else []
    structure += [(paths[at], "value") for at in columns if title is not None and at in paths]
    others = [at for at in paths if at not in (label, ordinal, *columns)]
    strange = [(paths[at], reason_aside(paths[at])) for at in others]
    found = 1 if title else len(columns)
    size = bottom - top + 1
    return DetectedTable(grid.sheet, "item", size, top, fields, structure, found, title, period, strange)


def header_rows(grid: Grid, column: int, first_data: int) -> tuple[int, int]:
    """First and last row of the header: from the nearest text above the names down to the first name."""
    bottom = first_data - 1
    while bottom > 1 and (
        grid.is_numbering(bottom) or len(grid.rows.get(bottom, {})) < 2 or _is_heading(grid, bottom, column)
    ):
        bottom -= 1
    top = bottom
    while top > max(1, bottom - _DEEPEST_HEADER) and (top, column) not in grid.keys:
        top -= 1
    return top, bottom


def _is_heading(grid: Grid, row: int, column: int) -> bool:
    """True where a row heads a block of rows: a text in the column of names, and at most figures right of it."""
    others = [one for at, one in grid.rows.get(row, {}).items() if at > column]
    is_text = (row, column) in grid.keys and grid.cells[row, column][0] == "text"
    return is_text and all(_is_figure(*one) for one in others)


def _line(
    grid: Grid, row: int, label: int, ordinal: int | None, columns: list[int], parent: str | None
) -> MappableField:
    values = _numbers(grid, [(row, at) for at in columns])
    text = grid.text((row, ordinal)) if ordinal is not None else ""
    path = (grid.text((row, label)),) if parent is None else (parent, grid.text((row, label)))
    return MappableField(path, a1_address(row, label), _natural(values, ""), values, text)


def _field(grid: Grid, path: tuple[str, ...], places: list[tuple[int, int]], head: tuple[int, int]) -> MappableField:
    values = _numbers(grid, places)
    texts = any(place in grid.keys for place in places)
    nature = _natural(values, label_key(path[-1]))
    if nature == "empty" and texts:
        nature = "text"
    return MappableField(path, a1_address(*head), nature, values)


def _numbers(grid: Grid, places: list[tuple[int, int]]) -> np.ndarray:
    return np.array([_number(*grid.cells[place]) if place in grid.cells else np.nan for place in places], dtype=float)


def _number(kind: str, text: str) -> float:
    if kind == "number":
        return float(text)
    value = parse_count(kind, text).value
    return np.nan if value is None else value


def _natural(values: np.ndarray, key: str) -> Nature:
    filled = values[~np.isnan(values)]
    if key in ORDINALS:
        return "ordinal"
    if not len(filled):
        return "empty"
    return "count" if np.all(filled == np.floor(filled)) else "ratio"
