"""Every filled cell of one workbook, columnar: what calamine reads, and what it does not tell."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from xml.etree import ElementTree

from python_calamine import CalamineWorkbook

from ingest.lake import a1_address
from ingest.receive.preflight import Preflight
from ingest.receive.sheetxml import SheetFacts, column_number

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CALC_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_OFFICE_TYPE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type"
_XLRD_ERROR = 5
_LARGEST_WHOLE = 1e15
_COLUMNS = ("sheet", "row_no", "column_no", "cell", "kind", "text", "number_format")


@dataclass
class Cells:
    """Columns of equal length; one entry per filled cell. Rows and columns are 1-based."""

    sheet: list[str] = field(default_factory=list)
    row_no: list[int] = field(default_factory=list)
    column_no: list[int] = field(default_factory=list)
    cell: list[str] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    number_format: list[str | None] = field(default_factory=list)

    def add(self, sheet: str, place: tuple[int, int, str], kind: str, text: str, number_format: str | None) -> None:
        """Append one cell at ``place`` (row, column, address)."""
        self.sheet.append(sheet)
        self.row_no.append(place[0])
        self.column_no.append(place[1])
        self.cell.append(place[2])
        self.kind.append(kind)
        self.text.append(text)
        self.number_format.append(number_format)

    def rows(self) -> Iterator[tuple[str, int, int, str, str, str]]:
        """sheet, row, column, address, kind and text of every cell."""
        return zip(self.sheet, self.row_no, self.column_no, self.cell, self.kind, self.text, strict=True)

    def extend(self, other: Cells) -> None:
        """Append all cells of ``other``."""
        for name in _COLUMNS:
            getattr(self, name).extend(getattr(other, name))

    def keep(self, wanted: list[bool]) -> None:
        """Drop every cell that is not ``wanted``."""
        for name in _COLUMNS:
            column = getattr(self, name)
            column[:] = [value for value, keep in zip(column, wanted, strict=True) if keep]

    def __len__(self) -> int:
        return len(self.sheet)


@lru_cache(maxsize=65_536)
def address(row_no: int, column_no: int) -> str:
    """The A1 address, remembered: forms repeat the same few hundred."""
    return a1_address(row_no, column_no)


def read_cells(content: bytes, facts: Preflight) -> Cells:
    """All filled cells of a workbook that passed `preflight`. May raise or abort: call it in a worker only."""
    cells = Cells()
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    special = facts.sheets if facts.container == "xlsx" else _special_cells(content, facts)
    for name in book.sheet_names:
        _read_sheet(cells, name, book.get_sheet_by_name(name).to_python(skip_empty_area=False), special.get(name))
    return cells


def _read_sheet(cells: Cells, name: str, rows: Sequence[Sequence[object]], facts: SheetFacts | None) -> None:
    errors = facts.errors if facts else {}
    no_cache = facts.no_cache if facts else set()
    formats = facts.formats if facts else {}
    for row_no, row in enumerate(rows, start=1):
        for column_no, value in enumerate(row, start=1):
            if value == "":
                continue
            place = address(row_no, column_no)
            if place in errors or place in no_cache:
                continue
            kind, text = _kind_and_text(value)
            cells.add(name, (row_no, column_no, place), kind, text, formats.get(place))
    for place, text in errors.items():
        cells.add(name, _placed(place), "error", text, None)
    for place in sorted(no_cache):
        cells.add(name, _placed(place), "no_cache", "", None)


def _kind_and_text(value: object) -> tuple[str, str]:
    if type(value) is str:
        return "text", value
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


def _placed(place: str) -> tuple[int, int, str]:
    letters = place.rstrip("0123456789")
    return int(place[len(letters) :]), column_number(letters), place


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
