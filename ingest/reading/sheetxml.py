"""What a worksheet's XML tells that the fast reader does not: error cells, formulas without a value, formats.

Every search runs over the bytes at once; a sheet without such cells costs a few passes and nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape

_FAR_CELL = re.compile(rb' r=["\'](?:[A-Z]{3}|[A-Z]+\d{5})')
_ROW_NUMBERS = re.compile(rb'\sr=["\'][A-Z]{1,3}(\d{1,7})["\']')
_COLUMN_LETTERS = re.compile(rb'\sr=["\']([A-Z]{1,3})\d')
_CELL = re.compile(rb"<(?:\w+:)?c(\s[^>]*?)?(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_REFERENCE = re.compile(rb'\sr=["\']([A-Z]{1,3}\d{1,7})["\']')
_TYPE = re.compile(rb'\st=["\'](\w+)["\']')
_STYLE = re.compile(rb'\ss=["\'](\d+)["\']')
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^>]*)?>([^<]*)")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_SPECIAL = (b't="e"', b"t='e'", b"<f", b":f", b"v>-")
_CELL_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_FORMAT_OF_STYLE = re.compile(rb'<(?:\w+:)?xf\s[^>]*?numFmtId=["\'](\d+)["\']')
_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\s([^>]*)>")
_FORMAT_ID = re.compile(rb'numFmtId=["\'](\d+)["\']')
_FORMAT_CODE = re.compile(rb'formatCode="([^"]*)"')


@dataclass
class SheetFacts:
    """Of one sheet, what must not be lost, by address, and how far its cells reach.

    ``rows`` and ``columns`` are 0 where no cell lies far out. ``formats`` holds the number formats of
    negative numbers: ``(1)`` typed into Excel is -1 shown as (1).
    """

    rows: int = 0
    columns: int = 0
    errors: dict[str, str] = field(default_factory=dict)
    no_cache: set[str] = field(default_factory=set)
    formats: dict[str, str] = field(default_factory=dict)

    @property
    def is_plain(self) -> bool:
        """True where the fast reader shows everything."""
        return not (self.errors or self.no_cache or self.formats)


def sheet_facts(content: bytes, styles: bytes) -> SheetFacts:
    """The facts of a worksheet part; ``styles`` is the workbook's style part."""
    facts = SheetFacts()
    # What follows the cells (drop-downs, colours) holds formulas too, but no values.
    start, end = content.find(b"<sheetData"), content.rfind(b"</sheetData>")
    content = content[start:end] if 0 <= start < end else content
    if _FAR_CELL.search(content):
        facts.rows = max(map(int, set(_ROW_NUMBERS.findall(content))), default=0)
        letters = set(_COLUMN_LETTERS.findall(content))
        facts.columns = max((column_number(column.decode()) for column in letters), default=0)
    if any(mark in content for mark in _SPECIAL):
        _special_cells(content, styles, facts)
    return facts


def _special_cells(content: bytes, styles: bytes, facts: SheetFacts) -> None:
    for match in _CELL.finditer(content):
        attributes, body = match[1] or b"", match[2] or b""
        reference = _REFERENCE.search(attributes)
        if reference is None:
            continue
        address = reference[1].decode()
        kind = _TYPE.search(attributes)
        value = _VALUE.search(body)
        if kind is not None and kind[1] == b"e":
            facts.errors[address] = value[1].decode("utf-8", "replace") if value and value[1] else "#?"
        elif _FORMULA.search(body):
            # An empty text is a value of a formula; nothing at all, or an empty number, is none.
            if value is None or (not value[1] and (kind is None or kind[1] != b"str")):
                facts.no_cache.add(address)
        elif value is not None and value[1].startswith(b"-"):
            style = _STYLE.search(attributes)
            code = _formats(styles).get(int(style[1])) if style else None
            if code:
                facts.formats[address] = code


@lru_cache(maxsize=8)
def _formats(styles: bytes) -> dict[int, str]:
    """Style number -> format code, for the formats the workbook declares itself."""
    codes = {}
    for match in _FORMAT.finditer(styles):
        number, code = _FORMAT_ID.search(match[1]), _FORMAT_CODE.search(match[1])
        if number and code:
            codes[number[1]] = unescape(code[1].decode("utf-8", "replace"))
    cell_formats = _CELL_FORMATS.search(styles)
    numbers = _FORMAT_OF_STYLE.findall(cell_formats[0]) if cell_formats else []
    return {style: codes[number] for style, number in enumerate(numbers) if number in codes}


@lru_cache(maxsize=20_000)
def column_number(letters: str) -> int:
    """The 1-based number of a column: ``AA`` is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


@lru_cache(maxsize=20_000)
def column_letters(number: int) -> str:
    """The letters of a 1-based column: 27 is ``AA``."""
    letters = ""
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(65 + digit) + letters
    return letters
