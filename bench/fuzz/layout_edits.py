"""Changes of rows, columns and sheets: moved, hidden, copied, lists cut and continued. Each says what it did."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable

from lxml import etree

from bench.fuzz.book import Book, Element, joined, split, tag
from bench.fuzz.edits import element, inline

LayoutEdit = Callable[[Book, str, random.Random], str]
_NOTES = (
    "Ghi chú: số liệu tạm tính",
    "(trang sau)",
    "Cộng",
    "Tổng cộng",
    "45",
    "Người lập biểu",
    "Nơi nhận:",
    "x",
    "Tiếp theo",
)


def _extent(book: Book, sheet: str) -> tuple[int, int]:
    places = list(book.cells(sheet))
    return max(row for row, _ in places), max(column for _, column in places)


def _any_row(book: Book, sheet: str, chance: random.Random) -> int:
    return chance.randint(6, max(8, _extent(book, sheet)[0]))


def row_inserted(book: Book, sheet: str, chance: random.Random) -> str:
    """An empty row, or one with a note or a figure in any column."""
    at = _any_row(book, sheet, chance)
    book.shift_rows(sheet, at, 1)
    for _ in range(chance.choice((0, 1, 1, 2))):
        column = chance.randint(1, _extent(book, sheet)[1] + 1)
        book.write(sheet, (at, column), "inlineStr", inline((chance.choice(_NOTES), "")))
    return f"row inserted at {at}"


def row_deleted(book: Book, sheet: str, chance: random.Random) -> str:
    """A row is gone."""
    at = _any_row(book, sheet, chance)
    book.shift_rows(sheet, at, -1)
    return f"row {at} deleted"


def rows_swapped(book: Book, sheet: str, chance: random.Random) -> str:
    """Two rows with all they hold change places."""
    one, other = _any_row(book, sheet, chance), _any_row(book, sheet, chance)
    book.swap_rows(sheet, one, other)
    return f"rows {one} and {other} swapped"


def row_copied(book: Book, sheet: str, chance: random.Random) -> str:
    """A row once more, below the table or in an empty row: a line printed twice, a record of a list."""
    rows = {int(row.get("r")): row for row in book.rows(sheet)}
    source = chance.choice([number for number in rows if number > 7] or list(rows))
    target = chance.choice(
        (source + 1, max(rows) + 1, max(rows) + 3, *[n for n in range(8, max(rows)) if n not in rows])
    )
    for cell in copy.deepcopy(rows[source]):
        made = book.cell(sheet, (target, split(cell.get("r"))[1]))
        del made[:]
        made.attrib.update({name: value for name, value in cell.attrib.items() if name != "r"})
        made.extend(list(cell))
    return f"row {source} copied to {target}"


def row_hidden(book: Book, sheet: str, chance: random.Random) -> str:
    """A row is hidden, or no point high."""
    row = chance.choice(list(book.rows(sheet)))
    if chance.random() < 0.7:
        row.set("hidden", "1")
    else:
        row.set("ht", "0")
        row.set("customHeight", "1")
    return f"row {row.get('r')} hidden"


def column_hidden(book: Book, sheet: str, chance: random.Random) -> str:
    """A column is hidden."""
    columns = list(book.sheet(sheet).iter(tag("col")))
    if not columns:
        return "no column hidden"
    chance.choice(columns).set("hidden", "1")
    return "column hidden"


def columns_swapped(book: Book, sheet: str, chance: random.Random) -> str:
    """Two columns with their headings change places."""
    if book.merged(sheet):
        for one in list(book.sheet(sheet).iter(tag("mergeCells"))):
            one.getparent().remove(one)
    last = _extent(book, sheet)[1]
    one, other = chance.randint(1, last), chance.randint(1, last + 1)
    book.move_columns(sheet, {one: other, other: one})
    return f"columns {one} and {other} swapped"


def column_inserted(book: Book, sheet: str, chance: random.Random) -> str:
    """A column more, empty or with figures of another period beside the table."""
    for one in list(book.sheet(sheet).iter(tag("mergeCells"))):
        one.getparent().remove(one)
    row_no, last = _extent(book, sheet)
    at = chance.randint(1, last + 1)
    book.move_columns(sheet, {number: number + 1 for number in range(at, last + 3)})
    if chance.random() < 0.6:
        heading = chance.choice(("", "Kỳ trước", "Ghi chú", "TT", "Kỳ này", "So sánh"))
        book.write(sheet, (7, at), "inlineStr", inline((heading, "")))
        for row in range(9, min(row_no, 14)):
            book.write(sheet, (row, at), None, element("v", str(chance.randint(0, 99))))
    return f"column inserted at {at}"


def sheet_hidden(book: Book, sheet: str, chance: random.Random) -> str:
    """The sheet is hidden."""
    book.listed(sheet).set("state", chance.choice(("hidden", "veryHidden")))
    return "sheet hidden"


def sheet_copied(book: Book, sheet: str, chance: random.Random) -> str:
    """The sheet once more under another name, with other figures."""
    new = f"{sheet[:25]} {chance.choice(('(2)', '(3)', '- Copy', 'cũ'))}"
    if new in book.sheets:
        return "not copied"
    book.copy_sheet(sheet, new)
    for cell in list(book.cells(new).values())[-6:]:
        if cell.get("t") is None and cell.find(tag("v")) is not None:
            cell.find(tag("v")).text = str(chance.randint(0, 99))
    return f"copied as {new}"


def sheet_renamed(book: Book, sheet: str, chance: random.Random) -> str:
    """The sheet under another name."""
    new = chance.choice(
        (f"{sheet} ", sheet.upper(), f"{sheet[:20]} - Table 1", "Sheet1", sheet.replace(" ", "_"), f"{sheet[:26]} (2)")
    )
    if new.casefold() in {name.casefold() for name in book.sheets if name != sheet}:
        return "not renamed"
    book.rename_sheet(sheet, new)
    return f"renamed to {new!r}"


def list_continued(book: Book, sheet: str, chance: random.Random) -> str:
    """The lower rows of the sheet go on another one, with or without the heading."""
    rows = [row for row in book.rows(sheet) if int(row.get("r")) >= 9]
    new = f"{sheet[:22]} (tiếp)"
    if len(rows) < 3 or new in book.sheets:
        return "not continued"
    cut = chance.choice([int(row.get("r")) for row in rows[1:]])
    first = 8 if chance.random() < 0.5 else 1
    book.copy_sheet(sheet, new)
    for name, gone in ((sheet, lambda number: number >= cut), (new, lambda number: first <= number < cut)):
        for row in list(book.rows(name)):
            if gone(int(row.get("r"))):
                row.getparent().remove(row)
    return f"continued from row {cut}"


def heading_repeated(book: Book, sheet: str, chance: random.Random) -> str:
    """The heading row once more inside the table, as at the top of a new page."""
    rows = {int(row.get("r")): row for row in book.rows(sheet)}
    if 7 not in rows:
        return "no heading"
    at = chance.randint(9, max(rows))
    heading = copy.deepcopy(rows[7])
    book.shift_rows(sheet, at, 1)
    for cell in heading:
        made = book.cell(sheet, (at, split(cell.get("r"))[1]))
        made.attrib.update({name: value for name, value in cell.attrib.items() if name != "r"})
        made.extend(list(cell))
    return f"heading repeated at {at}"


def days_since_1904(book: Book, sheet: str, chance: random.Random) -> str:
    """Days are counted from 1904, as in workbooks that began on an old Mac."""
    properties = book.tree("xl/workbook.xml").find(tag("workbookPr"))
    assert properties is not None
    properties.set("date1904", "1")
    return "days since 1904"


def commented(book: Book, sheet: str, chance: random.Random) -> str:
    """A comment with a number stands at a cell."""
    place = chance.choice(list(book.cells(sheet)))
    part = book.sheets[sheet]
    name = f"xl/comments_{part.rpartition('/')[2]}"
    if name in book.parts:
        return "no second comment"
    book.parts[name] = (
        f'<comments xmlns="{tag("x")[1:-2]}"><authors><author>a</author></authors><commentList>'
        f'<comment ref="{joined(place)}" authorId="0"><text><r><t>999</t></r></text></comment></commentList></comments>'
    ).encode()
    relations = f"xl/worksheets/_rels/{part.rpartition('/')[2]}.rels"
    if relations not in book.parts:
        book.parts[relations] = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
    _child(book.tree(relations), "Relationship", Id="rIdC", Type=kind, Target=f"../{name.removeprefix('xl/')}")
    types = book.tree("[Content_Types].xml")
    content = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
    _child(types, "Override", PartName=f"/{name}", ContentType=content)
    return f"comment at {joined(place)}"


def _child(parent: Element, name: str, **attributes: str) -> None:
    etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{name}", attributes)


LAYOUT_EDITS: tuple[tuple[LayoutEdit, int], ...] = (
    *((row_inserted, 3), (row_deleted, 2), (rows_swapped, 2), (row_copied, 3), (row_hidden, 2), (column_hidden, 1)),
    *((columns_swapped, 2), (column_inserted, 3), (sheet_hidden, 1), (sheet_copied, 1), (sheet_renamed, 1)),
    *((list_continued, 2), (heading_repeated, 1), (days_since_1904, 1), (commented, 1)),
)
"""With how often each is drawn."""
