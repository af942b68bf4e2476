"""Binary workbooks (.xlsb) written from rows, record by record: no program of ours writes them otherwise."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from packages import packed

_MAIN = "application/vnd.ms-excel."
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
ERRORS = {"#DIV/0!": 0x07, "#REF!": 0x17, "#N/A": 0x2A}

Value = str | float | bool | None


def record(number: int, content: bytes = b"") -> bytes:
    """One record: its number, its length in sevens of bits, its content."""
    head = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    size, length = len(content), b""
    while True:
        size, low = size >> 7, size & 0x7F
        length += bytes([low | (0x80 if size else 0)])
        if not size:
            return head + length + content


def text(value: str) -> bytes:
    """A text with its length in front."""
    return struct.pack("<I", len(value)) + value.encode("utf-16-le")


def sheet(rows: Sequence[Sequence[Value]], first_row: int = 0) -> bytes:
    """A worksheet part; None is an empty cell, a text that names an error is that error."""
    widest = max((len(row) for row in rows), default=1)
    body = record(129) + record(148, struct.pack("<4I", first_row, first_row + len(rows), 0, widest)) + record(145)
    for number, row in enumerate(rows, start=first_row):
        body += record(0, struct.pack("<IIHHBI", number, 0, 300, 0, 0, 0))
        body += b"".join(_cell(column, value) for column, value in enumerate(row))
    return body + record(146) + record(130)


def _cell(column: int, value: Value) -> bytes:
    head = struct.pack("<II", column, 0)
    if value is None:
        return record(1, head)
    if isinstance(value, bool):
        return record(4, head + bytes([value]))
    if isinstance(value, str):
        return record(3, head + bytes([ERRORS[value]])) if value in ERRORS else record(6, head + text(value))
    return record(5, head + struct.pack("<d", value))


def binary_book(**sheets: bytes) -> bytes:
    """A whole workbook: sheet name -> its part."""
    listed = b"".join(
        record(156, struct.pack("<II", 0, number) + text(f"rId{number}") + text(name))
        for number, name in enumerate(sheets, start=1)
    )
    targets = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.bin"/>'
        for number in range(1, len(sheets) + 1)
    )
    relations = f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships">'
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="bin" '
            f'ContentType="{_MAIN}sheet.binary.macroEnabled.main"/></Types>',
            "_rels/.rels": f'{relations}<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
            'Target="xl/workbook.bin"/></Relationships>',
            "xl/workbook.bin": record(131) + record(143) + listed + record(144) + record(132),
            "xl/_rels/workbook.bin.rels": f"{relations}{targets}</Relationships>",
            **{f"xl/worksheets/sheet{number}.bin": part for number, part in enumerate(sheets.values(), start=1)},
        }
    )
