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

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CALC_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_XLRD_ERROR = 5


@dataclass
class Cells:
    """Columns of equal length; one entry per filled cell. Rows and columns are 1-based."""

    sheet: list[str] = field(default_factory=list)
    row_no: list[int] = field(default_factory=list)
    column_no: list[int] = field(default_factory=list)
    cell: list[str] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def add(self, sheet: str, row_no: int, column_no: int, kind: str, text: str) -> None:
        """Append one cell."""
        self.sheet.append(sheet)
        self.row_no.append(row_no)
        self.column_no.append(column_no)
        self.cell.append(address(row_no, column_no))
        self.kind.append(kind)
        self.text.append(text)

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
    unseen = _unseen_errors(content, facts)
    for name in book.sheet_names:
        special = dict(facts.errors.get(name, {})) | unseen.get(name, {})
        no_cache = facts.no_cache.get(name, set())
        _read_sheet(cells, name, book.get_sheet_by_name(name).to_python(skip_empty_area=False), special, no_cache)
    return cells


def _read_sheet(
    cells: Cells, name: str, rows: Sequence[Sequence[object]], errors: dict[str, str], no_cache: set[str]
) -> None:
    for row_no, row in enumerate(rows, start=1):
        for column_no, value in enumerate(row, start=1):
            if value == "" and (not errors and not no_cache):
                continue
            place = address(row_no, column_no)
            if place in errors:
                cells.add(name, row_no, column_no, "error", errors.pop(place))
            elif place in no_cache:
                cells.add(name, row_no, column_no, "no_cache", "")
                no_cache.discard(place)
            elif value != "":
                kind, text = _kind_and_text(value)
                cells.add(name, row_no, column_no, kind, text)
    for place, text in errors.items():
        cells.add(name, *_split(place), "error", text)
    for place in no_cache:
        cells.add(name, *_split(place), "no_cache", "")


def _kind_and_text(value: object) -> tuple[str, str]:
    if isinstance(value, bool):
        return "bool", "1" if value else "0"
    if isinstance(value, int | float):
        whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
        return "number", str(int(value)) if whole else repr(value)
    if isinstance(value, dt.datetime):
        return "date", (value.date() if value.time() == dt.time(0) else value).isoformat()
    if isinstance(value, dt.date):
        return "date", value.isoformat()
    return "text", str(value)


def _split(place: str) -> tuple[int, int]:
    letters = place.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(place[len(letters) :]), column


def _unseen_errors(content: bytes, facts: Preflight) -> dict[str, dict[str, str]]:
    """Error cells of .xls and .ods, which calamine also shows as empty."""
    if facts.container == "xls":
        return _xls_errors(content)
    if facts.container == "ods" and "*" in facts.errors:
        return _ods_errors(content)
    return {}


def _xls_errors(content: bytes) -> dict[str, dict[str, str]]:
    import xlrd

    book = xlrd.open_workbook(file_contents=content, logfile=io.StringIO())
    found: dict[str, dict[str, str]] = {}
    for sheet in book.sheets():
        for row_no in range(sheet.nrows):
            for column_no, kind in enumerate(sheet.row_types(row_no)):
                if kind == _XLRD_ERROR:
                    text = xlrd.error_text_from_code.get(sheet.cell_value(row_no, column_no), "#?")
                    found.setdefault(sheet.name, {})[address(row_no + 1, column_no + 1)] = text
    return found


def _ods_errors(content: bytes) -> dict[str, dict[str, str]]:
    import zipfile

    root = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read("content.xml"))
    found: dict[str, dict[str, str]] = {}
    for table in root.iter(f"{_TABLE}table"):
        for row_no, column_no, cell in _ods_cells(table):
            if cell.get(_CALC_TYPE) == "error":
                name = str(table.get(f"{_TABLE}name"))
                found.setdefault(name, {})[address(row_no, column_no)] = "".join(cell.itertext()) or "#?"
    return found


def _ods_cells(table: ElementTree.Element) -> Iterator[tuple[int, int, ElementTree.Element]]:
    row_no = 1
    for row in table.iter(f"{_TABLE}table-row"):
        column_no = 1
        for cell in row:
            yield row_no, column_no, cell
            column_no += int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        row_no += int(row.get(f"{_TABLE}number-rows-repeated", "1"))
