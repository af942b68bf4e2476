"""What became of every filled cell of a file of a layout: read, left aside for a named reason, or unread.

The reasons are those of `ingest/normalise/account.yaml`, so that a file of a committee's own form is accounted for as
one of ours is. Belongs here: what a layout's declaration makes of a cell by where it stands. Does not belong here: what
a figure that is read is worth, and which finding an unread one becomes (`ingest.normalise`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.labels import label_key
from ingest.layouts.fit import Fit
from ingest.layouts.grid import Grid, is_figure
from ingest.layouts.records import BELOW_FOOT, EMPTY, FOOT, ORGANIZATION, RECORD, REMARK, STRANGER, ListRows

VALUE = "value"
UNREAD = frozenset({"aside", "beside_table", "unknown_sheet", BELOW_FOOT})
"""The reasons that are no good ones: such a cell is told."""
_ASIDE = {"ignored": "ignored_column", "former": "comparative", "percent": "recomputed"}


@dataclass(frozen=True)
class Accounted:
    """One filled cell and its reason."""

    sheet: str
    row_no: int
    column_no: int
    kind: str
    text: str
    reason: str

    @property
    def is_unread(self) -> bool:
        """True where nothing says why the cell was left aside."""
        return self.reason in UNREAD


def accounted(sheets: Sequence[Grid], fits: Sequence[Fit], lists: Sequence[ListRows] = ()) -> Iterator[Accounted]:
    """Every filled cell of ``sheets`` once. Of several tables on one sheet the one that knows a cell best decides."""
    for grid in sheets:
        tables = [_Table(fit) for fit in fits if fit.grid is grid and not fit.is_list]
        tables += [_List(rows) for rows in lists if rows.fit.grid is grid]
        for (row, column), (kind, text) in sorted(grid.cells.items()):
            if grid.text((row, column)) or kind != "text":
                reasons = [table.reason(row, column) for table in tables]
                yield Accounted(grid.sheet, row, column, kind, text, min(reasons, key=_rank, default="unknown_sheet"))


def _rank(reason: str) -> int:
    return 0 if reason == VALUE else 2 if reason in UNREAD else 1


class _Table:
    """One declared table where it stands, and what each row below its heading is."""

    def __init__(self, fit: Fit) -> None:
        self._fit, self._grid = fit, fit.grid
        self._values = {number for number, column in fit.columns.items() if column.role == "value"}
        self._values |= set(fit.strange) if fit.across else set()
        self._first = min(self._values, default=1)
        self._ignored = [label_key(text) for text in fit.table.ignored_rows]
        self._repeated = fit.grid.repeated(fit.first_row, fit.last_row)
        # A heading "Ghi chú" that stands again on the next page begins no notes.
        below = [row for row in self._grid.rows if row > self._last_line and row not in self._repeated]
        self._end = next((row for row in below if self._grid.is_end(row)), None)

    @property
    def _last_line(self) -> int:
        return max(self._fit.lines, default=self._fit.last_row)

    def reason(self, row: int, column: int) -> str:
        """Why the cell is read or left aside, or why it is neither."""
        fit, (kind, text) = self._fit, self._grid.cells[row, column]
        is_number = kind != "date" and is_figure(kind, text)
        if row < fit.first_row:
            return "aside" if is_number else "title"
        if row <= fit.last_row:
            return "heading" if column in fit.columns or column in fit.strange or not is_number else "aside"
        if row in self._repeated and row not in fit.lines:
            return self._repeated[row]
        if self._end is not None and row >= self._end:
            return "aside" if is_number and column >= self._first else "note"
        return self._in_table(row, column, is_number)

    def _in_table(self, row: int, column: int, is_number: bool) -> str:
        fit, declared = self._fit, self._fit.columns.get(column)
        if self._grid.starts_with(row, self._ignored, self._first - 1):
            return "ignored_row"
        if row not in fit.lines and self._grid.is_total(row, self._first - 1):
            return "total"
        if declared is not None and declared.role in _ASIDE:
            return _ASIDE[declared.role]
        if fit.table.rows == "item" and row not in fit.lines:
            return "beside_table" if is_number and column >= self._first else "ordinal" if is_number else "section"
        if column in self._values:
            line = fit.lines.get(row)
            return VALUE if line is None or line.cells else "ignored_row"
        if declared is not None:
            return "ordinal" if declared.role == "ordinal" else "label"
        return "beside_table" if is_number else "aside"


class _List(_Table):
    """A declared list where it stands: what a row is decides before what its columns are."""

    def __init__(self, rows: ListRows) -> None:
        super().__init__(rows.fit)
        self._rows = rows

    def reason(self, row: int, column: int) -> str:
        """Why the cell is read or left aside, or why it is neither."""
        if (row, column) in self._fit.said.values():
            return VALUE
        if row <= self._fit.last_row:
            return super().reason(row, column)
        kind = self._rows.kinds.get(row, EMPTY)
        content = self._grid.cells[row, column]
        is_number = content[0] != "date" and is_figure(*content)
        declared = self._fit.columns.get(column)
        role = declared.role if declared is not None else None
        if kind == FOOT:
            return "aside" if is_number and role != "ordinal" else "note"
        if kind == ORGANIZATION:
            return "ordinal" if role == "ordinal" else "section"
        if kind in (REMARK, STRANGER):
            return "aside"
        if kind not in (RECORD, EMPTY):
            return kind
        return self._in_row(role, is_number, kind)

    @staticmethod
    def _in_row(role: str | None, is_number: bool, kind: str) -> str:
        """A cell of a record, or of a row in which no field of the form is filled in."""
        if role == "value":
            return VALUE
        if role == "ordinal":
            return "ordinal"
        if kind == EMPTY:
            return "beside_table" if is_number else "section" if role is None else "aside"
        if role is None:
            return "beside_table" if is_number else "aside"
        return _ASIDE.get(role, "label")
