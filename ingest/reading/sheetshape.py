"""A worksheet's XML brought into the shape that readers agree on: every cell with its address, none far away.

Both changes keep every value. A cell without ``r`` is legal and stands right of the one before it; a reader that
allocates a rectangle must not see the one formatted cell in the last row. Belongs here: XML in, XML out.
"""

from __future__ import annotations

import re

from ingest.addresses import column_letters, column_number

_BARE = re.compile(rb"<(?:\w+:)?(?:c|row)(?=[\s/>])(?![^>]*?\sr=[\"'])")
_TAG = re.compile(rb"<((?:\w+:)?)(row|c)((?:\s[^>]*?)?)(/?)>")
_R = re.compile(rb"\sr=[\"']([A-Z]{0,3})(\d{0,7})[\"']")
_CELL = re.compile(rb"<((?:\w+:)?)c((?:\s[^>]*?)?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_FILLED = (b"<v", b":v", b"<is", b":is", b"<f", b":f")


def addressed(sheet: bytes) -> bytes:
    """``sheet`` with an address at every row and cell."""
    start, end = _span(sheet)
    if not _BARE.search(sheet, start, end):
        return sheet
    row = column = 0

    def numbered(match: re.Match[bytes]) -> bytes:
        nonlocal row, column
        prefix, name, attributes, closing = match.groups()
        given = _R.search(attributes)
        if name == b"row":
            row, column = (int(given[2]) if given and given[2] else row + 1), 0
            return match[0] if given else b'<%srow r="%d"%s%s>' % (prefix, row, attributes, closing)
        column = column_number(given[1].decode()) if given and given[1] else column + 1
        if given:
            return match[0]
        return b'<%sc r="%s%d"%s%s>' % (prefix, column_letters(column).encode(), row, attributes, closing)

    return sheet[:start] + _TAG.sub(numbered, sheet[start:end]) + sheet[end:]


def compacted(sheet: bytes) -> tuple[bytes, tuple[int, ...], tuple[int, ...]]:
    """``sheet`` without empty cells and with its rows and columns moved together, and which each of them was.

    Only for reading values: formulas still speak of the old places. ``sheet`` is `addressed`.
    """
    start, end = _span(sheet)
    body = _CELL.sub(lambda cell: cell[0] if _is_filled(cell) else b"", sheet[start:end])
    places = [place for cell in _CELL.finditer(body) if (place := _R.search(cell[2]))]
    rows = sorted({int(place[2]) for place in places})
    columns = sorted({column_number(place[1].decode()) for place in places})
    row_of = {b"%d" % row: b"%d" % number for number, row in enumerate(rows, start=1)}
    letters_of = {
        column_letters(column).encode(): column_letters(number).encode() for number, column in enumerate(columns, 1)
    }
    nowhere = b"%d" % (len(rows) + 1)

    def moved(match: re.Match[bytes]) -> bytes:
        prefix, name, attributes, closing = match.groups()
        place = _R.search(attributes)
        letters, row = place.groups() if place else (b"", b"")
        target = letters_of.get(letters, b"") + row_of.get(row, nowhere)
        return b'<%s%s r="%s"%s%s>' % (prefix, name, target, _R.sub(b"", attributes), closing)

    return sheet[:start] + _TAG.sub(moved, body) + sheet[end:], tuple(rows), tuple(columns)


def _is_filled(cell: re.Match[bytes]) -> bool:
    return cell[3] is not None and any(mark in cell[3] for mark in _FILLED)


def _span(sheet: bytes) -> tuple[int, int]:
    """Where the cells stand: what follows them (drop-downs, colours) holds no values."""
    start, end = sheet.find(b"<sheetData"), sheet.rfind(b"</sheetData>")
    return (start, end) if 0 <= start < end else (0, len(sheet))
