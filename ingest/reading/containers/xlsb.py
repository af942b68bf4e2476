"""Excel's binary workbooks (.xlsb): a package whose parts are records ([MS-XLSB]) where others have XML."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ingest.reading.cells import Cell, address, calamine_cells
from ingest.reading.container import Preflight, Sniffed
from ingest.reading.containers.xlsx import active_part, refuse_macro_sheets
from ingest.reading.limits import Limits
from ingest.reading.package import UnsafeFile, ZipPackage
from ingest.reading.sheetxml import SheetFacts

# Record numbers of [MS-XLSB] 2.3.
_ROW, _BUNDLE_SHEET = 0, 156
_FIRST_CELL, _LAST_CELL, _BLANK = 1, 11, 1
_ERRORS = (3, 11)
_ERROR_TEXTS = {
    **{0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"},
    0x2B: "#GETTING_DATA",
}
_UNSIGNED = struct.Struct("<I")
_LENGTH_AFTER_CELL_HEAD = 8


class Xlsb:
    """calamine reads the values; error cells, which it shows as empty, are found in the records."""

    name = "xlsb"

    def claims(self, file: Sniffed) -> bool:
        """True for a package whose document begins with the record that begins a workbook."""
        return file.package is not None and file.main_root == "bin"

    def guard(self, file: Sniffed, limits: Limits) -> Preflight:
        """Every part counted while it inflates; the cells of every sheet must fit into the reader's rectangle."""
        package = file.package
        assert package is not None
        refuse_macro_sheets(package)
        package.guard_xml((".xml", ".rels"))
        parts = _sheet_parts(package, file.main_part)
        if len(parts) > limits.sheets:
            raise UnsafeFile("too_large", f"{len(parts):,} trang tính")
        facts = {sheet: _facts(package.read(part), part) for sheet, part in parts.items()}
        for found in facts.values():
            if found.rows * found.columns > limits.rectangle_cells:
                raise UnsafeFile("too_large", f"{found.rows:,} dòng × {found.columns:,} cột")
        return Preflight(self.name, file.content, facts, active_part(package))

    def cells(self, file: Preflight) -> list[Cell]:
        """What calamine reads, and the errors."""
        return calamine_cells(file.content, file.sheets)


def _records(part: bytes, name: str) -> Iterator[tuple[int, memoryview]]:
    """(number, content) of every record. Raises UnsafeFile where the part ends inside one."""
    whole, at = memoryview(part), 0
    while at < len(part):
        try:
            number, at = _variable(part, at, 2)
            size, at = _variable(part, at, 4)
        except IndexError as error:
            raise UnsafeFile("damaged", name) from error
        if at + size > len(part):
            raise UnsafeFile("damaged", name)
        yield number, whole[at : at + size]
        at += size


def _variable(part: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of up to ``most`` bytes, seven bits each; a record's own number keeps the continuation bits."""
    value = 0
    for index in range(most):
        byte = part[at]
        at += 1
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            break
    return value, at


def _sheet_parts(package: ZipPackage, book: str) -> dict[str, str]:
    try:
        relations = package.relations(book)
    except KeyError as error:
        raise UnsafeFile("damaged", book) from error
    found = {}
    for number, record in _records(package.read(book), book):
        if number == _BUNDLE_SHEET:
            identifier, end = _text(record, 8, book)
            name, _ = _text(record, end, book)
            kind, part = relations.get(identifier, ("worksheet", "?"))
            if kind == "worksheet":
                if part not in package:
                    raise UnsafeFile("damaged", part)
                found[name] = part
    return found


def _text(record: memoryview, at: int, part: str) -> tuple[str, int]:
    """A text with its length in front of it, and where it ends."""
    if at + 4 > len(record):
        raise UnsafeFile("damaged", part)
    end = at + 4 + 2 * int(_UNSIGNED.unpack_from(record, at)[0])
    if end > len(record):
        raise UnsafeFile("damaged", part)
    return bytes(record[at + 4 : end]).decode("utf-16-le", "replace"), end


def _facts(sheet: bytes, part: str) -> SheetFacts:
    """Errors by address, and how far the filled cells reach."""
    facts, row = SheetFacts(), 0
    for number, record in _records(sheet, part):
        if number == _ROW and len(record) >= 4:
            row = int(_UNSIGNED.unpack_from(record)[0]) + 1
        elif _FIRST_CELL <= number <= _LAST_CELL and number != _BLANK and len(record) >= _LENGTH_AFTER_CELL_HEAD:
            column = int(_UNSIGNED.unpack_from(record)[0]) + 1
            facts.rows, facts.columns = max(facts.rows, row), max(facts.columns, column)
            if number in _ERRORS and len(record) > _LENGTH_AFTER_CELL_HEAD:
                facts.errors[address(row, column)] = _ERROR_TEXTS.get(record[_LENGTH_AFTER_CELL_HEAD], "#?")
    return facts


CONTAINER = Xlsb()
