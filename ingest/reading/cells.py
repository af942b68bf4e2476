"""Every filled cell of one workbook: what calamine reads, and what it does not tell."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree

from python_calamine import CalamineWorkbook

from ingest.addresses import column_letters, column_number
from ingest.check_sheets import sheets_to_read
from ingest.reading.number_formats import shown_otherwise, shows_whole_day, text_shown_otherwise
from ingest.reading.preflight import Preflight
from ingest.reading.sheetxml import SheetFacts

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CALC_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_OFFICE_TYPE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type"
_XLRD_ERROR = 5
_LARGEST_WHOLE = 1e15

Cell = tuple[str, int, int, str, str, str | None, str | None, str | None]
"""sheet, row, column (both 1-based), kind, text, number format, shown, marks, as in `ingest.lake.CELLS`."""


def address(row_no: int, column_no: int) -> str:
    """The A1 address of a cell."""
    return f"{column_letters(column_no)}{row_no}"


def read_cells(content: bytes, facts: Preflight) -> list[Cell]:
    """All filled cells of a workbook that passed `preflight`, its check sheets apart.

    May raise or abort: call it in a worker only.
    """
    cells: list[Cell] = []
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    special = facts.sheets if facts.container == "xlsx" else _special_cells(content, facts)
    for name in sheets_to_read(book.sheet_names):
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        known = special.get(name)
        first = len(cells)
        if known is None or known.is_plain:
            _read_plain(cells, name, rows)
        else:
            _read_special(cells, name, rows, known)
        if known is not None and known.has_unseen:
            _mark_unseen(cells, first, known)
    return cells


def _read_plain(cells: list[Cell], name: str, rows: Sequence[Sequence[object]]) -> None:
    for row_no, row in enumerate(rows, start=1):
        for column_no, value in enumerate(row, start=1):
            if value == "":
                continue
            if type(value) is str:
                cells.append((name, row_no, column_no, "text", value, None, None, None))
            else:
                cells.append((name, row_no, column_no, *_kind_and_text(value), None, None, None))


def _read_special(cells: list[Cell], name: str, rows: Sequence[Sequence[object]], facts: SheetFacts) -> None:
    for row_no, row in enumerate(rows, start=1):
        for column_no, value in enumerate(row, start=1):
            place = address(row_no, column_no)
            if value != "" and place not in facts.errors and place not in facts.no_cache:
                kind, text = _kind_and_text(value)
                code, runs = facts.formats.get(place), facts.runs.get(place)
                marks = facts.marks.get(place, frozenset()) | (runs.marks if runs else frozenset())
                shown = runs.shown if runs and runs.shown else shown_of(kind, text, code)
                cells.append((name, row_no, column_no, kind, text, code, shown, " ".join(sorted(marks)) or None))
    for place, text in facts.errors.items():
        cells.append((name, *_row_and_column(place), "error", text, None, None, None))
    for place in sorted(facts.no_cache):
        cells.append((name, *_row_and_column(place), "no_cache", "", None, None, None))


def shown_of(kind: str, text: str, code: str | None) -> str | None:
    """What the sheet shows of a cell with the number format ``code``, where that reads otherwise than ``text``."""
    if code is None:
        return None
    if kind == "number":
        return shown_otherwise(float(text), code)
    if kind == "text":
        return text_shown_otherwise(text, code)
    return f"dạng {code}" if kind == "date" and not shows_whole_day(code) else None


def _mark_unseen(cells: list[Cell], first: int, facts: SheetFacts) -> None:
    """Add to the cells from ``first`` on why they cannot be seen."""
    scattered = facts.hidden_rows or facts.hidden_columns or facts.is_hidden or facts.vast
    if not scattered and facts.covered.isdisjoint((cell[1], cell[2]) for cell in cells[first:]):
        return
    for index in range(first, len(cells)):
        cell = cells[index]
        unseen = facts.unseen_marks(cell[1], cell[2])
        if unseen:
            cells[index] = (*cell[:7], " ".join(sorted([*unseen, *(cell[7] or "").split()])))


def _kind_and_text(value: object) -> tuple[str, str]:
    if isinstance(value, bool):
        return "bool", "1" if value else "0"
    if isinstance(value, int | float):
        whole = isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST_WHOLE
        return "number", str(int(value)) if whole else repr(value)
    if isinstance(value, dt.datetime):
        return "date", (value.date() if value.time() == dt.time(0) else value).isoformat()
    if isinstance(value, dt.date):
        return "date", value.isoformat()
    return "text", str(value)


def _row_and_column(place: str) -> tuple[int, int]:
    letters = place.rstrip("0123456789")
    return int(place[len(letters) :]), column_number(letters)


def _special_cells(content: bytes, facts: Preflight) -> dict[str, SheetFacts]:
    """Error cells of .xls, and those and formulas without a value of .ods, which calamine also shows as empty."""
    if facts.container == "xls":
        return _xls_errors(content)
    return _ods_special(facts.content_xml) if facts.content_xml else {}


def _xls_errors(content: bytes) -> dict[str, SheetFacts]:
    import xlrd

    book = xlrd.open_workbook(file_contents=content, logfile=io.StringIO())
    found: dict[str, SheetFacts] = {}
    for sheet in book.sheets():
        for row_no in range(sheet.nrows):
            for column_no, kind in enumerate(sheet.row_types(row_no)):
                if kind == _XLRD_ERROR:
                    text = xlrd.error_text_from_code.get(sheet.cell_value(row_no, column_no), "#?")
                    found.setdefault(sheet.name, SheetFacts()).errors[address(row_no + 1, column_no + 1)] = text
    return found


def _ods_special(content_xml: bytes) -> dict[str, SheetFacts]:
    found: dict[str, SheetFacts] = {}
    for table in ElementTree.fromstring(content_xml).iter(f"{_TABLE}table"):
        facts = found.setdefault(str(table.get(f"{_TABLE}name")), SheetFacts())
        for row_no, column_no, cell in _ods_cells(table):
            if "error" in (cell.get(_CALC_TYPE), cell.get(_OFFICE_TYPE)):
                facts.errors[address(row_no, column_no)] = "".join(cell.itertext()) or "#?"
            elif cell.get(f"{_TABLE}formula") is not None and cell.get(_OFFICE_TYPE) is None:
                facts.no_cache.add(address(row_no, column_no))
    return found


def _ods_cells(table: ElementTree.Element) -> Iterator[tuple[int, int, ElementTree.Element]]:
    row_no = 1
    for row in table.iter(f"{_TABLE}table-row"):
        column_no = 1
        for cell in row:
            yield row_no, column_no, cell
            column_no += int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        row_no += int(row.get(f"{_TABLE}number-rows-repeated", "1"))
