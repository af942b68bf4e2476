"""Excel 97-2003 workbooks (.xls), those of Excel 95 and before, and what WPS and others write in their place."""

from __future__ import annotations

import io
from functools import cached_property
from itertools import pairwise
from typing import Any

import xlrd

from ingest.legacy_fonts import encoding_of_font
from ingest.reading.appearance import (
    COVERED,
    HIDDEN_COLUMN,
    HIDDEN_ROW,
    HIDDEN_SHEET,
    MERGED,
    RAISED,
    STRUCK,
    CellStyle,
    Runs,
    told_by_runs,
)
from ingest.reading.cells import Cell, as_shown, is_figure, kind_and_text, looks_of, marks_text
from ingest.reading.container import Preflight, Sniffed
from ingest.reading.limits import Limits
from ingest.reading.sheets import sheets_of

_STREAMS = frozenset({"workbook", "book"})
# Excel 2 to 4 wrote the records alone, without OLE2: version of the first record, and its length.
_BARE_RECORDS = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_RAISED, _LOWERED = 1, 2


class Xls:
    """xlrd reads every version, survived every hostile file tried, and tells errors, formats and fonts."""

    name = "xls"

    def claims(self, file: Sniffed) -> bool:
        """True for OLE2 with a workbook among its streams, and for the bare records of the oldest versions."""
        tops = {name.lower() for name in file.streams}
        return (bool(tops & _STREAMS) and "encryptedpackage" not in tops) or file.content.startswith(_BARE_RECORDS)

    def guard(self, file: Sniffed, limits: Limits) -> Preflight:
        """Rows and columns are bounded by the format itself; macros lie in a storage of their own."""
        active = next((name for name in sorted(file.streams) if "vba" in name.lower()), "")
        return Preflight(self.name, file.content, active=active)

    def cells(self, file: Preflight) -> list[Cell]:
        """The cells that hold something, sheet by sheet, with how they look."""
        book = _opened(file.content)
        cells: list[Cell] = []
        for name in sheets_of(book.sheet_names()):
            cells += _Sheet(book, book.sheet_by_name(name)).cells()
        return cells


def _opened(content: bytes) -> Any:
    """The workbook, with its formats where they can be read: some programs write them wrong and the values right."""
    try:
        return xlrd.open_workbook(file_contents=content, logfile=io.StringIO(), formatting_info=True)
    except xlrd.XLRDError:
        raise
    except Exception:
        return xlrd.open_workbook(file_contents=content, logfile=io.StringIO())


class _Sheet:
    """One sheet of a workbook that xlrd opened; what it says of looks is empty where formats could not be read."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self._book = book
        self._sheet = sheet
        self._looks = bool(book.formatting_info)

    def cells(self) -> list[Cell]:
        """The filled cells, row by row."""
        found = []
        for row_no in range(self._sheet.nrows):
            for column_no, kind in enumerate(self._sheet.row_types(row_no)):
                if kind not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                    value = self._value(kind, self._sheet.cell_value(row_no, column_no))
                    if value != ("text", ""):
                        found.append(self._cell(row_no, column_no, *value))
        return found

    def _value(self, kind: int, value: Any) -> tuple[str, str]:
        if kind == xlrd.XL_CELL_ERROR:
            return "error", xlrd.error_text_from_code.get(value, "#?")
        if kind == xlrd.XL_CELL_BOOLEAN:
            return kind_and_text(bool(value))
        if kind == xlrd.XL_CELL_DATE:
            try:
                return kind_and_text(xlrd.xldate_as_datetime(value, self._book.datemode))
            except (ValueError, OverflowError):  # a serial that is no day of the calendar stays the number it is
                return kind_and_text(value)
        return kind_and_text(value)

    def _cell(self, row_no: int, column_no: int, kind: str, text: str) -> Cell:
        if not self._looks or kind == "error":
            return (self._sheet.name, row_no + 1, column_no + 1, kind, text, None, None, None)
        style = self._book.xf_list[self._sheet.cell_xf_index(row_no, column_no)]
        declared = self._book.format_map.get(style.format_key)
        look = CellStyle(declared.format_str if declared else "General", self._marks_of_font(style.font_index))
        telling = look.is_remarkable or (kind == "number" and not text.isdigit())
        code = look.code if telling and kind in ("number", "text", "date") else None
        runs = self._runs(row_no, column_no, text) if kind == "text" else None
        marks = (runs.marks if runs else look.marks) | self._unseen(row_no, column_no)
        marks |= (
            {self._spread[row_no, column_no]}
            if is_figure(kind, text) and (row_no, column_no) in self._spread
            else set()
        )
        shown, dressed = (runs.shown, frozenset()) if runs and runs.shown else looks_of(kind, text, code)
        place = (self._sheet.name, row_no + 1, column_no + 1)
        return (*place, *as_shown(kind, text, code), code, shown, marks_text(marks | dressed))

    def _marks_of_font(self, number: int) -> frozenset[str]:
        font = self._book.font_list[number]
        encoding = encoding_of_font(font.name)
        marks = {STRUCK} if font.struck_out else set()
        marks |= {RAISED} if font.escapement in (_RAISED, _LOWERED) else set()
        return frozenset(marks | {encoding} if encoding else marks)

    def _runs(self, row_no: int, column_no: int, text: str) -> Runs | None:
        """What the runs of a rich text add; the first run has the font of the cell."""
        starts = self._sheet.rich_text_runlist_map.get((row_no, column_no))
        if not starts:
            return None
        first = self._book.xf_list[self._sheet.cell_xf_index(row_no, column_no)].font_index
        bounds = [(0, first), *starts, (len(text), first)]
        return told_by_runs(
            (self._marks_of_font(font), self._book.font_list[font].escapement == _RAISED, text[start:end])
            for (start, font), (end, _) in pairwise(bounds)
            if text[start:end].strip()
        )

    def _unseen(self, row_no: int, column_no: int) -> frozenset[str]:
        row, column = self._sheet.rowinfo_map.get(row_no), self._sheet.colinfo_map.get(column_no)
        marks = {HIDDEN_SHEET} if self._sheet.visibility else set()
        if row is not None and (row.hidden or row.height == 0):
            marks.add(HIDDEN_ROW)
        if column is not None and (column.hidden or column.width == 0):
            marks.add(HIDDEN_COLUMN)
        return frozenset(marks | {COVERED} if (row_no, column_no) in self._covered else marks)

    @cached_property
    def _spread(self) -> dict[tuple[int, int], str]:
        """The first cell of every merged range, and its mark."""
        return {
            (top, left): f"{MERGED}_{bottom - top}x{right - left}"
            for top, bottom, left, right in self._sheet.merged_cells
        }

    @cached_property
    def _covered(self) -> set[tuple[int, int]]:
        return {
            (row, column)
            for top, bottom, left, right in self._sheet.merged_cells
            for row in range(top, min(bottom, self._sheet.nrows))
            for column in range(left, min(right, self._sheet.ncols))
            if (row, column) != (top, left)
        }


CONTAINER = Xls()
