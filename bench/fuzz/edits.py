"""Changes of single cells: what is in them and how they look. Each is a function of a `Spot` and says what it did."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from bench.fuzz import palette
from bench.fuzz.book import MAIN, Book, Element, Place, joined, tag


@dataclass
class Spot:
    """One cell of a book that is to be changed. ``invents``: formats and numbers beyond the palette may be made up."""

    book: Book
    sheet: str
    place: Place
    chance: random.Random
    invents: bool = False

    @property
    def held(self) -> str:
        """What the cell holds, digits where there is nothing."""
        cell = self.book.cells(self.sheet).get(self.place)
        return self.book.text(cell) if cell is not None else str(self.chance.randint(0, 200))

    @property
    def style(self) -> str | None:
        """The number of the cell's style."""
        return self.book.cell(self.sheet, self.place).get("s")

    def restyle(self, *, code: str | None = None, font: str | None = None) -> None:
        """Give the cell a style of its own."""
        self.book.cell(self.sheet, self.place).set("s", self.book.style(self.style, code=code, font=font))

    def write(self, kind: str | None, *children: Element) -> None:
        """Put children into the cell."""
        self.book.write(self.sheet, self.place, kind, *children)

    def number(self) -> str:
        """A number as a file may spell it."""
        if self.invents and self.chance.random() < 0.5:
            return palette.invented_number(self.chance)
        return self.chance.choice(palette.NUMBERS + palette.MORE_NUMBERS if self.invents else palette.NUMBERS)

    def code(self) -> str:
        """A number format."""
        if self.invents and self.chance.random() < 0.5:
            return palette.invented_format(self.chance)
        return self.chance.choice(palette.FORMATS)

    def words(self) -> str:
        """A text that may be read as a number."""
        if self.invents and self.chance.random() < 0.5:
            return palette.invented_text(self.chance)
        return self.chance.choice(palette.TEXTS)


Edit = Callable[[Spot], str]


def element(name: str, text: str | None = None, **attributes: str) -> Element:
    """An element of the spreadsheet namespace; spaces at its ends are kept."""
    made = etree.Element(tag(name), attributes)
    made.text = text
    if text is not None and text != text.strip():
        made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return made


def inline(*texts: tuple[str, str]) -> Element:
    """A text of runs: (text, what its font adds as XML)."""
    held = element("is")
    if len(texts) == 1 and not texts[0][1]:
        held.append(element("t", texts[0][0]))
        return held
    for text, font in texts:
        run = etree.SubElement(held, tag("r"))
        if font:
            run.append(etree.fromstring(f'<rPr xmlns="{MAIN}">{font}<sz val="12"/></rPr>'))
        run.append(element("t", text))
    return held


def number(spot: Spot) -> str:
    """A number, spelled as programs spell numbers."""
    text = spot.number()
    spot.write(None, element("v", text))
    return f"number {text}"


def formatted_number(spot: Spot) -> str:
    """A number under a format."""
    text, code = spot.number(), spot.code()
    spot.write(None, element("v", text))
    spot.restyle(code=code)
    return f"number {text} as {code}"


def formatted(spot: Spot) -> str:
    """What the cell holds, under another format."""
    code = spot.code()
    spot.restyle(code=code)
    return f"format {code}"


def text(spot: Spot) -> str:
    """A text instead of a number."""
    words = spot.words()
    spot.write("inlineStr", inline((words, "")))
    return f"text {words!r}"


def shared_text(spot: Spot) -> str:
    """A text in the table of shared texts, now and then with the reading aid of East Asian programs."""
    words = spot.words()
    item = element("si")
    item.append(element("t", words))
    if spot.chance.random() < 0.3:
        aid = etree.SubElement(item, tag("rPh"), sb="0", eb="1")
        aid.append(element("t", "9"))
        etree.SubElement(item, tag("phoneticPr"), fontId="0")
    shared = spot.book.tree("xl/sharedStrings.xml")
    shared.append(item)
    spot.write("s", element("v", str(len(shared) - 1)))
    return f"shared text {words!r}"


def formatted_text(spot: Spot) -> str:
    """A text under a format that adds to texts or hides them."""
    words, code = spot.words(), spot.code()
    spot.write("inlineStr", inline((words, "")))
    spot.restyle(code=code)
    return f"text {words!r} as {code}"


def rich_text(spot: Spot) -> str:
    """A number of several runs, some raised, lowered, struck, bold or of a legacy font."""
    fonts = (
        '<vertAlign val="superscript"/>',
        '<vertAlign val="subscript"/>',
        "<strike/>",
        "<b/>",
        "",
        '<strike val="0"/>',
    )
    runs = [(spot.chance.choice(("4", "45", "1", " ", "2", "123", "(1)")), spot.chance.choice(fonts)) for _ in range(3)]
    spot.write("inlineStr", inline(*runs[: spot.chance.randint(2, 3)]))
    return f"runs {runs}"


def struck(spot: Spot) -> str:
    """The cell is struck out, or raised as a whole."""
    font = spot.chance.choice(("strike", "strike", 'vertAlign val="superscript"'))
    spot.restyle(font=font)
    return font


def formula(spot: Spot) -> str:
    """A formula with the value it last had: right, stale, a text, an error, or none."""
    how = spot.chance.choice(("value", "value", "stale", "text", "empty text", "error", "none", "true", "shared"))
    made = element("f", spot.chance.choice(("40+5", "SUM(C9:C12)", "IF(1>2,3,4)", "45&1", "C9*1.1")))
    value = element("v", spot.number())
    kinds = {"text": "str", "empty text": "str", "error": "e", "true": "b"}
    if how == "text":
        value.text = spot.words()
    elif how == "empty text":
        made.text, value.text = 'IF(1>2,3,"")', ""
    elif how == "error":
        value.text = spot.chance.choice(palette.ERRORS)
    elif how == "true":
        made.text, value.text = "2>1", "1"
    elif how == "shared":
        made, value.text = element("f", "40+5", t="shared", si="9", ref=joined(spot.place)), "45"
    spot.write(kinds.get(how), made, *([] if how == "none" else [value]))
    return f"formula {how} {value.text}"


def error_or_flag(spot: Spot) -> str:
    """An error, or a boolean."""
    kind = spot.chance.choice(("e", "b"))
    value = spot.chance.choice(palette.ERRORS if kind == "e" else ("0", "1"))
    spot.write(kind, element("v", value))
    return f"{kind} {value}"


def dated(spot: Spot) -> str:
    """A day in a cell for numbers, as a serial number or in the words of the standard."""
    if spot.chance.random() < 0.3:
        spot.write("d", element("v", spot.chance.choice(("2026-03-05", "2026-03-05T00:00:00", "2026-03-05T12:30:00"))))
        spot.restyle(code="dd/mm/yyyy")
        return "day as ISO"
    value = spot.chance.choice(("46086", "46200.5", "1", "0", "59", "60", "61", "1995", "2026"))
    spot.write(None, element("v", value))
    code = spot.chance.choice([code for code in palette.FORMATS if "y" in code or "h" in code])
    spot.restyle(code=code)
    return f"day {value} as {code}"


def apostrophe(spot: Spot) -> str:
    """A number that was typed after an apostrophe: a text with a mark in its style."""
    words = spot.words()
    spot.write("inlineStr", inline((words, "")))
    styles = spot.book.tree("xl/styles.xml").find(tag("cellXfs"))
    assert styles is not None
    spot.restyle()
    styles[-1].set("quotePrefix", "1")
    return f"apostrophe {words!r}"


def emptied(spot: Spot) -> str:
    """Nothing, or an empty text."""
    if spot.chance.random() < 0.5:
        spot.write(None)
        return "emptied"
    spot.write("inlineStr", inline(("", "")))
    return "empty text"


def merged(spot: Spot) -> str:
    """Merged with cells beside or below, what lies under the merged cell left there."""
    row, column = spot.place
    last = spot.chance.choice(((row + 1, column), (row, column + 1), (row + 1, column + 1), (row + 2, column)))
    for first, end in spot.book.merged(spot.sheet):
        if not (end[0] < row or first[0] > last[0] or end[1] < column or first[1] > last[1]):
            return "not merged"
    spot.book.merge(spot.sheet, spot.place, last)
    return f"merged to {joined(last)}"


def copied_style(spot: Spot) -> str:
    """The style of any other cell, as "Paste" brings it along."""
    cells = [cell for row in spot.book.rows(spot.sheet) for cell in row if cell.get("s")]
    if cells:
        spot.book.cell(spot.sheet, spot.place).set("s", spot.chance.choice(cells).get("s"))
    return "style of another cell"


def without_address(spot: Spot) -> str:
    """Cells of the row without their addresses where they follow one another, as some programs write them."""
    for row in spot.book.rows(spot.sheet):
        if int(row.get("r")) == spot.place[0]:
            columns = [joined((spot.place[0], number + 1)) for number in range(len(row))]
            if [cell.get("r") for cell in row] == columns:
                for cell in row:
                    del cell.attrib["r"]
                return "row without addresses"
    return "addresses kept"


CELL_EDITS: tuple[tuple[Edit, int], ...] = (
    *((number, 4), (formatted_number, 14), (formatted, 4), (text, 10), (shared_text, 4), (formatted_text, 4)),
    *((rich_text, 4), (struck, 2), (formula, 5), (error_or_flag, 2), (dated, 3), (apostrophe, 2), (emptied, 1)),
    *((merged, 3), (copied_style, 1)),
)
"""With how often each is drawn."""
