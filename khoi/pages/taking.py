"""A listing as a file: the rows that the view leaves, in its order, under the labels that stand on the page."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from typing import Any

from khoi.pages.blocks import Listing, Row

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_file(listing: Listing, rows: list[Row], kind: str, language: str) -> bytes:
    """The bytes of a .csv (UTF-8 with a byte order mark) or .xlsx; text that looks like a formula stays text."""
    header = [column.label.within(language) or column.name for column in listing.columns]
    lines = [[row.get(column.name) for column in listing.columns] for row in rows]
    return _csv(header, lines) if kind == "csv" else _xlsx(header, lines)


def _csv(header: list[str], lines: list[list[Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([[_inert(_plain(value)) for value in line] for line in lines])
    return ("\ufeff" + out.getvalue()).encode()


def _xlsx(header: list[str], lines: list[list[Any]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True, "text_wrap": True})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(header), 16)
        sheet.write_row(0, 0, header, bold)
        for number, line in enumerate(lines, start=1):
            for column, value in enumerate(line):
                if isinstance(value, dt.date):
                    sheet.write_datetime(number, column, dt.datetime(value.year, value.month, value.day), day)
                elif isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
                    sheet.write_number(number, column, value)
                elif value is not None:
                    sheet.write_string(number, column, str(_plain(value)))
    return out.getvalue()


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return "∞"
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return "" if value is None else value


def _inert(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
