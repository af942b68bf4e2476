"""The frame of a printed sheet: the two heads, title, notes, signatures, row heights and print set-up."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ingest.template.layout import HEADER_ROW, PERIOD_ROW, TITLE_ROW, UNIT_ROW, SheetLayout
from ingest.template.styles import Styles

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

PARTY = "ĐẢNG CỘNG SẢN VIỆT NAM"
PLACE_AND_DATE = "……, ngày … tháng … năm ……"
SIGNATURES = (("NGƯỜI LẬP BIỂU", "(Ký trên bản giấy)"), ("T/M CẤP ỦY", "(Ký, đóng dấu trên bản giấy)"))

_LINE_HEIGHT, _ROOM = 16.0, 5.0
# Letters of Times New Roman 12 in column width units; capitals and bold ones are wider.
_LETTER, _WIDE_LETTER = 0.95, 1.4
_PAPER_A4 = 9
_PORTRAIT_WIDTH = 118.0


def row_height(texts: Iterable[tuple[str, float]], wide: bool = False) -> float:
    """The height in points in which every (text, width in characters) can be read, wrapped."""
    factor = _WIDE_LETTER if wide else _LETTER
    lines = max((math.ceil(len(text) * factor / width) for text, width in texts), default=1)
    return _LINE_HEIGHT * max(lines, 1) + _ROOM


def merge(
    sheet: Worksheet, styles: Styles, row_no: int, columns: tuple[int, int], text: str, style: str, rows: int = 1
) -> None:
    """Write ``text`` over ``columns`` (first, last; 1-based) and ``rows`` rows, merged if that is several cells."""
    first, last = columns
    if first == last and rows == 1:
        sheet.write_string(row_no - 1, first - 1, text, styles[style])
    else:
        sheet.merge_range(row_no - 1, first - 1, row_no + rows - 2, last - 1, text, styles[style])


def write_head(sheet: Worksheet, styles: Styles, layout: SheetLayout, heads: tuple[str, str, str]) -> None:
    """Write the heads of committee, organization and period above the table, and set the column widths."""
    committee, organization, period = heads
    last, left = layout.last_column, (1, layout.middle)
    right, across = (layout.middle + 1, last), (1, last)
    merge(sheet, styles, 1, left, committee.upper(), "left_head")
    merge(sheet, styles, 2, left, organization, "left_head_bold")
    merge(sheet, styles, 1, right, PARTY, "right_head")
    merge(sheet, styles, 2, right, PLACE_AND_DATE, "place_date")
    merge(sheet, styles, TITLE_ROW, across, layout.version.title, "title")
    merge(sheet, styles, PERIOD_ROW, across, f"Kỳ: {period}", "period")
    merge(sheet, styles, UNIT_ROW, across, layout.version.unit, "unit")
    half, whole = layout.width(*left), layout.width(*across)
    sheet.set_row(0, row_height([(committee.upper(), half), (PARTY, layout.width(*right))], wide=True))
    sheet.set_row(1, row_height([(organization, half)], wide=True))
    sheet.set_row(TITLE_ROW - 1, row_height([(layout.version.title, whole)], wide=True))
    for index, width in enumerate(layout.widths):
        sheet.set_column(index, index, width)


def write_foot(sheet: Worksheet, styles: Styles, layout: SheetLayout) -> None:
    """Write the notes and the two signature blocks (roles only, never a name) below the table."""
    row_no, across = layout.last_body_row + 2, (1, layout.last_column)
    for note in layout.version.notes:
        merge(sheet, styles, row_no, across, note, "note")
        sheet.set_row(row_no - 1, row_height([(note, layout.width(*across))]))
        row_no += 1
    halves = ((1, layout.middle), (layout.middle + 1, layout.last_column))
    for (role, manner), columns in zip(SIGNATURES, halves, strict=True):
        merge(sheet, styles, row_no + 1, columns, role, "sign")
        merge(sheet, styles, row_no + 2, columns, manner, "sign_note")


def set_up_print(sheet: Worksheet, layout: SheetLayout, footer: str) -> None:
    """A4, one page wide, the header repeated on every page, locked but for the input cells (no password)."""
    sheet.set_paper(_PAPER_A4)
    if layout.width(1, layout.last_column) > _PORTRAIT_WIDTH:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.set_margins(left=0.8, right=0.5, top=0.6, bottom=0.7)
    sheet.repeat_rows(HEADER_ROW - 1, layout.first_body_row - 2)
    sheet.set_footer(footer)
    sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
    sheet.hide_gridlines(2)
