"""What LibreOffice showed, for machines without it: every number of the palette under every format of the palette.

`shown.csv` has one row per format and one column per number; ``python -m bench.fuzz --record`` writes it. A cell
whose content and format are both there is known, of any other only that something stands there.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from bench.fuzz.book import Book, Element, only_sheets, tag
from bench.fuzz.cases import Base, Case
from bench.fuzz.edits import element
from bench.fuzz.office import Seen, Shown, seen
from bench.fuzz.palette import FORMATS, NUMBERS

DAY = "(ngày) "
"""Stands before what is shown of a number that is a day or a time."""
TABLE = Path(__file__).with_name("shown.csv")


@cache
def table() -> dict[tuple[str, str], str]:
    """(format, number) -> what is shown."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {
            (row["format"], number): shown
            for row in csv.DictReader(file)
            for number, shown in row.items()
            if number != "format"
        }


def record(base: Base) -> int:
    """Ask LibreOffice again and write the table; returns how many pairs it holds."""
    shown = shown_of(base, FORMATS, NUMBERS)
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["format", *NUMBERS])
        rows.writerows([code, *(shown[code, number] for number in NUMBERS)] for code in FORMATS)
    return len(shown)


def shown_of(base: Base, formats: Sequence[str], numbers: Sequence[str]) -> dict[tuple[str, str], str]:
    """(format, number) -> what LibreOffice shows, of every pair."""
    book = Book(base.content)
    sheet = book.visible()[-1]
    for row, code in enumerate(formats, start=100):
        style = book.style("0", code=code)
        for column, number in enumerate(numbers, start=1):
            book.write(sheet, (row, column), None, element("v", number))
            book.cell(sheet, (row, column)).set("s", style)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "palette.xlsx"
        path.write_bytes(only_sheets(book.content(), {sheet}))
        cells = (seen([path])[0] or {})[sheet]
    return {
        (code, number): _told(cells[row, column])
        for row, code in enumerate(formats, start=100)
        for column, number in enumerate(numbers, start=1)
    }


def _told(one: Shown) -> str:
    return f"{DAY if one.kind in ('date', 'time') else ''}{one.text}"


def seen_by_record(case: Case) -> Seen:
    """The changed sheets of a case as far as the table and the file itself tell."""
    book = Book(case.path.read_bytes())
    return {
        sheet: {place: _shown(book, cell) for place, cell in book.cells(sheet).items()}
        for sheet in case.sheets
        if sheet in book.sheets
    }


def _shown(book: Book, cell: Element) -> Shown:
    text = book.text(cell)
    is_number = cell.get("t") is None and cell.find(tag("f")) is None
    known = table().get((book.code(cell), text)) if is_number else None
    if known is not None:
        bare = known.removeprefix(DAY)
        return Shown("date" if known.startswith(DAY) else "float", bare, bare)
    return Shown("string" if cell.get("t") in ("s", "inlineStr", "str") else "float", text, text, is_known=False)
