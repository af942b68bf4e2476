"""Whether a sheet holds a declared table: every declared heading and line once, and no other."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ingest.catalogue.layout import LayoutColumn, LayoutLine, LayoutTable, ListTable
from ingest.catalogue.printed import PrintedColumn, PrintedLine, PrintedTable
from ingest.labels import label_key
from ingest.layouts.grid import Grid
from ingest.words import words

_LINES_OF_PAPER = 20


@dataclass(frozen=True)
class Fit:
    """Where a table stands. ``strange``: columns of undeclared headings; ``missing``: what was not found once.

    ``said``: field of a list -> the place above the table that says it of all its records.
    """

    grid: Grid
    table: LayoutTable
    first_row: int
    columns: dict[int, LayoutColumn]
    lines: dict[int, LayoutLine] = field(default_factory=dict)
    strange: tuple[int, ...] = ()
    missing: tuple[str, ...] = ()
    said: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def last_row(self) -> int:
        """The last row of the header."""
        return self.first_row + self.table.header_rows - 1

    @property
    def across(self) -> bool:
        """True where the undeclared columns are organizations."""
        return self.table.rows == "item" and self.table.organization is None

    @property
    def is_printed(self) -> bool:
        """True where it is an official form as it is printed."""
        return isinstance(self.table, PrintedTable)

    @property
    def is_whole(self) -> bool:
        """True where nothing is missing and nothing strange."""
        return not self.missing and bool(self.strange) == self.across

    @property
    def is_list(self) -> bool:
        """True where its rows are records of a list form."""
        return self.table.rows == "record"

    @property
    def coded(self) -> dict[int, str]:
        """Of a list the columns in which codes stand, each with its code list."""
        coded = self.table.coded if isinstance(self.table, ListTable) else {}
        columns = {number: coded.get(str(column.field)) for number, column in self.columns.items()}
        return {number: code_list for number, code_list in columns.items() if code_list is not None}

    def column(self, role: str) -> int | None:
        """The column of a role that at most one column has."""
        return next((number for number, column in self.columns.items() if column.role == role), None)

    @property
    def by_place(self) -> list[tuple[int, int, str]]:
        """Lines and columns of a printed form that their own words did not tell: row, column, what they are read as."""
        lines = [row for row, line in sorted(self.lines.items()) if isinstance(line, PrintedLine) and line.by_place]
        named = {column.member: " / ".join(column.header) for column in self.table.columns}
        heads = [
            (self._heading_row(number), number, named[column.member] if column.member else " / ".join(column.header))
            for number, column in sorted(self.columns.items())
            if isinstance(column, PrintedColumn) and column.by_place
        ]
        return [*heads, *((row, self.column("label") or 1, self.lines[row].label) for row in lines)]

    def _heading_row(self, column: int) -> int:
        """The row of the lowest text over a column; the last of the headings where nothing stands over it."""
        rows = [row for row in range(self.first_row, self.last_row + 1) if (row, column) in self.grid.keys]
        return rows[-1] if rows else self.last_row

    @property
    def found(self) -> float:
        """The share of declared headings and lines that the sheet has."""
        # Editions of an official form have more lines or fewer: what they lack is counted in lines of one length.
        asked = _LINES_OF_PAPER if self.is_printed else len(self.table.columns) + len(self.table.lines)
        return 1 - len(self.missing) / asked


def best_fit(table: LayoutTable, grid: Grid) -> Fit | None:
    """The place of ``table`` on a sheet that has most of it, None where the sheet has nothing of it."""
    if table.sheet and label_key(grid.sheet) not in {label_key(name) for name in table.sheet}:
        return None
    tops = {label_key(column.header[0]) for column in table.columns}
    rows = sorted({row for (row, _), key in grid.keys.items() if key in tops})
    fits = [_fit_at(table, grid, row) for row in rows]
    return min(fits, key=lambda fit: (len(fit.missing), len(fit.strange)), default=None)


def _fit_at(table: LayoutTable, grid: Grid, first: int) -> Fit:
    paths = {
        column: tuple(map(label_key, path)) for column, path in grid.paths(first, first + table.header_rows - 1).items()
    }
    times = Counter(paths.values())
    declared = {tuple(map(label_key, column.header)): column for column in table.columns}
    columns = {number: declared[path] for number, path in paths.items() if path in declared and times[path] == 1}
    missing = [" / ".join(column.header) for path, column in declared.items() if times[path] != 1]
    strange = tuple(number for number, path in paths.items() if path not in declared)
    label = next((number for number, column in columns.items() if column.role == "label"), None)
    lines: dict[int, LayoutLine] = {}
    if table.rows == "item" and label is not None:
        ordinal = next((number for number, column in columns.items() if column.role == "ordinal"), None)
        lines, lost = _lines(table, grid, first + table.header_rows, label, ordinal)
        missing += lost
    elif table.rows == "item":
        missing += [line.label for line in table.lines]
    said = _said_above(table, grid, first)
    missing += [one.text for one in table.said if one.field not in said]
    return Fit(grid, table, first, columns, lines, strange, tuple(missing), said)


def _said_above(table: LayoutTable, grid: Grid, first: int) -> dict[str, tuple[int, int]]:
    """Field -> the first place above the table whose text is, or has in it, what is declared to say the field."""
    wanted = [(one.field, label_key(one.text)) for one in table.said]
    places = [place for place in sorted(grid.keys) if place[0] < first]
    found = ((name, next((place for place in places if key in grid.keys[place]), None)) for name, key in wanted)
    return {name: place for name, place in found if place is not None}


def _lines(
    table: LayoutTable, grid: Grid, first: int, label: int, ordinal: int | None
) -> tuple[dict[int, LayoutLine], list[str]]:
    by_label: dict[str, list[int]] = {}
    for row in grid.rows:
        if row >= first and (row, label) in grid.keys:
            by_label.setdefault(grid.keys[row, label], []).append(row)
    found, lost = {}, []
    for line in table.lines:
        rows = by_label.get(label_key(line.label), [])
        if line.ordinal is not None and ordinal is not None:
            rows = [row for row in rows if grid.keys.get((row, ordinal)) == label_key(line.ordinal)]
        if len(rows) == 1:
            found[rows[0]] = line
        else:
            lost.append(line.label)
    return found, lost


def strange_lines(fit: Fit) -> list[int]:
    """Rows of an item table with a label that is no declared line and with figures in it, totals left out."""
    label = fit.column("label")
    if not fit.lines or label is None:
        return []
    ignored = [label_key(text) for text in fit.table.ignored_rows]
    return [
        row
        for row, cells in fit.grid.rows.items()
        if fit.last_row < row <= max(fit.lines) + 1
        and row not in fit.lines
        and any(kind == "number" for column, (kind, _) in cells.items() if column > label)
        and not fit.grid.is_numbering(row)
        and not fit.grid.starts_with(row, [*words().totals, *ignored], label)
    ]
