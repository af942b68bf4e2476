"""An answer as an Excel workbook: the figures on one sheet, what they are on the other.

Text stays text: a code keeps its leading zeros, and "=cmd" is nobody's formula. A number that Excel would round (more
than 15 digits) is written as text, too: nothing changes by being taken along.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.new_workbook import new_workbook
from khoi.exports.plain import as_text
from khoi.warehouse.errors import WarehouseError

if TYPE_CHECKING:
    import pyarrow as pa

    from khoi.exports.notes import Notes

FIGURES_SHEET, NOTES_SHEET = "Số liệu", "Ghi chú"
MOST_ROWS, MOST_COLUMNS, MOST_LETTERS = 1_048_575, 16_384, 32_767
_DIGITS = 15
_FIRST_DAY = dt.date(1900, 3, 1)
"""Before it Excel's own calendar is wrong: it knows a 29 February 1900."""
_WIDEST, _LOOKED_AT = 60, 300
_KINDS = {"mart": "Bảng / table", "figure": "Số liệu / figure", "query": "Câu hỏi / query"}


def write_workbook(table: pa.Table, path: Path, notes: Notes, descriptions: dict[str, str]) -> None:
    """Write ``table`` with its notes. Raises WarehouseError where a sheet cannot hold it whole."""
    _require_room(table)
    with path.open("wb") as file, new_workbook(file, constant_memory=True, in_memory=True) as book:
        _write_figures(book, table)
        _write_notes(book, notes, table, descriptions)


def _require_room(table: pa.Table) -> None:
    if table.num_rows > MOST_ROWS or table.num_columns > MOST_COLUMNS:
        raise WarehouseError(
            f"Một trang Excel có {MOST_ROWS} dòng và {MOST_COLUMNS} cột; hãy hỏi ít hơn, hoặc ghi ra .csv, .parquet\n"
            f"a sheet has {MOST_ROWS} rows and {MOST_COLUMNS} columns; ask for less, or write .csv or .parquet"
        )


def _write_figures(book: Any, table: pa.Table) -> None:
    sheet = book.add_worksheet(FIGURES_SHEET)
    write = _writer(book, sheet)
    for number, width in enumerate(_widths(table)):
        sheet.set_column(number, number, width)
    sheet.freeze_panes(1, 0)
    if table.num_columns:
        sheet.autofilter(0, 0, table.num_rows, table.num_columns - 1)
    heading = book.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1})
    for column, name in enumerate(table.column_names):
        sheet.write_string(0, column, name, heading)
    row = 1
    for batch in table.to_batches(max_chunksize=10_000):
        for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            for column, value in enumerate(values):
                write(row, column, value)
            row += 1


def _writer(book: Any, sheet: Any) -> Callable[[int, int, object], None]:
    """A function that writes one value into one cell as what it is."""
    day, moment = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})

    def write(row: int, column: int, value: object) -> None:
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, int | float | Decimal) and _is_exact(value):
            sheet.write_number(row, column, value)
        elif isinstance(value, dt.datetime) and value.date() >= _FIRST_DAY:
            sheet.write_datetime(row, column, _in_utc(value), moment)
        elif isinstance(value, dt.date) and not isinstance(value, dt.datetime) and value >= _FIRST_DAY:
            sheet.write_datetime(row, column, value, day)
        else:
            sheet.write_string(row, column, _held(as_text(value)))

    return write


def _in_utc(moment: dt.datetime) -> dt.datetime:
    """A cell knows no time zone; what has one is written as UTC."""
    return moment if moment.tzinfo is None else moment.astimezone(dt.UTC).replace(tzinfo=None)


def _is_exact(value: int | float | Decimal) -> bool:
    """True for a number Excel shows as it is; a double is one of its own, whatever its digits."""
    if isinstance(value, float):
        return math.isfinite(value)
    return len(Decimal(value).normalize().as_tuple().digits) <= _DIGITS


def _held(text: str) -> str:
    if len(text) > MOST_LETTERS:
        raise WarehouseError(
            f"Một ô có {len(text)} ký tự, ô Excel chỉ giữ được {MOST_LETTERS}; hãy ghi ra .csv hoặc .parquet\n"
            f"a cell has {len(text)} letters, one of Excel's holds {MOST_LETTERS}; write .csv or .parquet"
        )
    return text


def _widths(table: pa.Table) -> list[int]:
    first = table.slice(0, _LOOKED_AT).to_pydict() if len(set(table.column_names)) == table.num_columns else {}
    return [
        min(_WIDEST, max([len(name) + 4, *(len(as_text(value)) + 2 for value in first.get(name, []))]))
        for name in table.column_names
    ]


def _write_notes(book: Any, notes: Notes, table: pa.Table, descriptions: dict[str, str]) -> None:
    sheet = book.add_worksheet(NOTES_SHEET)
    bold = book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 70)
    sheet.set_column(2, 5, 16)
    lines: list[tuple[object, ...]] = [
        (_KINDS[notes.kind], notes.asked),
        ("Số dòng / rows", table.num_rows),
        ("Lần công bố số / publication", notes.number),
        ("Bản / version", notes.version),
        ("Công bố lúc (UTC) / published at", notes.published_at),
        (),
        ("Đảng bộ / committee", "", "Mã / code", "Kỳ / period", "Được tính / counted", "Phải gửi / due"),
        *(
            (one.committee_vi, one.period_vi, one.committee_code, one.period_code, one.counted, one.expected)
            for one in notes.coverage
        ),
        (),
        *([("Cột / column", "Nghĩa / meaning")] if any(descriptions.values()) else []),
        *((name, text) for name, text in descriptions.items() if text),
    ]
    write = _writer(book, sheet)
    for row, values in enumerate(lines):
        for column, value in enumerate(values):
            is_heading = (len(values) > 2 and values[1] == "") or values[0] == "Cột / column"
            if isinstance(value, str) and (is_heading or column == 1):
                sheet.write_string(row, column, _held(value), bold if is_heading else wrapped)
            else:
                write(row, column, value)
