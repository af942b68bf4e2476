"""How the cells of an .xlsx look where that changes what is read: formats, fonts, struck and raised runs, hidden rows.

Every search runs over the bytes of a part at once, and what the styles of a workbook say is worked out once for all
workbooks of one template. Belongs here: what parts of the package say. Does not belong here: what a format makes of a
number (`ingest.reading.number_formats`), or what follows from it (`ingest.normalise`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from ingest.addresses import column_number
from ingest.kept_short import kept_short
from ingest.legacy_fonts import encoding_of_font
from ingest.reading.number_formats import BUILT_IN, is_harmless, is_ordinary_day

HIDDEN_ROW, HIDDEN_COLUMN, HIDDEN_SHEET = "hidden_row", "hidden_column", "hidden_sheet"
STRUCK, STRUCK_PART, RAISED, COVERED = "struck", "struck_part", "raised", "covered"
MERGED = "merged"
"""A figure whose cell is merged with others; behind it how many rows and columns they are (merged_1x2)."""
DRESSED = "dressed"
"""The mark of a number that shows a unit, leading zeros or the like: no other number, but another text."""

_CELL_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_FORMATTED = re.compile(rb"<(?:\w+:)?xf\s([^>]*)>")
_FONTS = re.compile(rb"<(?:\w+:)?fonts\b.*?</(?:\w+:)?fonts>", re.DOTALL)
_FONT = re.compile(rb"<(?:\w+:)?font(?:\s[^>]*)?(?:/>|>(.*?)</(?:\w+:)?font>)", re.DOTALL)
_NUMBER_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\s([^>]*)>")
_STRUCK = re.compile(rb'<(?:\w+:)?strike(?:\s+val=["\'](\w+)["\'])?\s*/?>')
_RAISED = re.compile(rb'<(?:\w+:)?vertAlign\s+val=["\'](super|sub)script["\']')
_NAME = re.compile(rb'<(?:\w+:)?(?:name|rFont)\s+val=["\']([^"\']*)["\']')
_ITEM = re.compile(rb"<(?:\w+:)?si(?:\s[^>]*)?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_RUN = re.compile(rb"<(?:\w+:)?r(?:\s[^>]*)?>(.*?)</(?:\w+:)?r>", re.DOTALL)
_PROPERTIES = re.compile(rb"<(?:\w+:)?rPr.*?</(?:\w+:)?rPr>", re.DOTALL)
_ESCAPED = re.compile(rb"_x(?!00[01]|005[Ff]_)[0-9A-Fa-f]{4}_")
_TEXT = re.compile(rb"<(?:\w+:)?[tv](?:\s[^>]*)?>([^<]*)</")
_ROW = re.compile(rb"<(?:\w+:)?row\s([^>]*)>")
_MAY_HIDE = (b"hidden", b'ht="0', b"ht='0")
_COLUMN = re.compile(rb"<(?:\w+:)?col\s([^>]*)>")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*ref=["\']([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)["\']')
_RAISED_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED_DIGITS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def attribute(attributes: bytes, name: bytes) -> bytes | None:
    """The value of an attribute in the text of a tag, None where it is not there."""
    found = re.search(rb"(?:^|\s)" + name + rb"=([\"'])(.*?)\1", attributes, re.DOTALL)
    return found[2] if found else None


@dataclass(frozen=True)
class CellStyle:
    """What one cell style adds: its number format, and marks for a struck, raised or legacy font."""

    code: str = "General"
    marks: frozenset[str] = frozenset()

    @property
    def is_remarkable(self) -> bool:
        """True where a cell of this style may show something else than it holds."""
        return bool(self.marks) or not (is_harmless(self.code) or is_ordinary_day(self.code))


@dataclass(frozen=True)
class Runs:
    """A text of several runs: what it shows where a run is raised or struck, its marks."""

    shown: str | None
    marks: frozenset[str]


@lru_cache(maxsize=16)
def cell_styles(styles: bytes) -> tuple[CellStyle, ...]:
    """The cell styles of a style part, by number."""
    codes: dict[int, str] = dict(BUILT_IN)
    for match in _NUMBER_FORMAT.finditer(styles):
        declared, code = attribute(match[1], b"numFmtId"), attribute(match[1], b"formatCode")
        if declared and code is not None:
            codes[int(declared)] = unescape(code.decode("utf-8", "replace"))
    block = _FONTS.search(styles)
    fonts = [_marks(match[1] or b"") for match in _FONT.finditer(block[0])] if block else []
    formats = _CELL_FORMATS.search(styles)
    found = []
    for match in _FORMATTED.finditer(formats[0]) if formats else ():
        number, font = int(attribute(match[1], b"numFmtId") or 0), int(attribute(match[1], b"fontId") or 0)
        found.append(CellStyle(codes.get(number, "General"), fonts[font] if font < len(fonts) else frozenset()))
    return tuple(found)


@lru_cache(maxsize=16)
def remarkable_cells(styles: bytes) -> re.Pattern[bytes] | None:
    """Matches in a worksheet part where a cell has a style that may show something else; None where no style does."""
    numbers = [str(number) for number, style in enumerate(cell_styles(styles)) if style.is_remarkable]
    return re.compile(rf'\ss=["\'](?:{"|".join(numbers)})["\']'.encode()) if numbers else None


def _marks(font: bytes) -> frozenset[str]:
    """The marks of a font or of a run's properties."""
    struck, raised, name = _STRUCK.search(font), _RAISED.search(font), _NAME.search(font)
    marks = {RAISED} if raised else set()
    if struck and struck[1] not in (b"0", b"false"):
        marks.add(STRUCK)
    encoding = encoding_of_font(unescape(name[1].decode("utf-8", "replace"))) if name else None
    return frozenset(marks | {encoding} if encoding else marks)


@lru_cache(maxsize=8)
def remarkable_strings(shared: bytes) -> dict[int, Runs]:
    """Of the shared strings those whose runs are struck, raised or of a legacy font, by number."""
    if not _may_hold_runs(shared):
        return {}
    found = {}
    for number, match in enumerate(_ITEM.finditer(shared)):
        runs = runs_of(match[1] or b"")
        if runs is not None:
            found[number] = runs
    return found


def _may_hold_runs(part: bytes) -> bool:
    return b"vertAlign" in part or b"strike" in part or b"rFont" in part or _ESCAPED.search(part) is not None


def runs_of(item: bytes) -> Runs | None:
    """What the runs of one string add to its text, None where nothing."""
    if not _may_hold_runs(item):
        return None
    if _ESCAPED.search(item):
        # Some programs show the letter, others its number: nobody knows which the sender met.
        return Runs("".join(unescape(part.decode("utf-8", "replace")) for part in _TEXT.findall(item)), frozenset())
    marked = []
    for match in _RUN.finditer(item):
        text = "".join(unescape(part.decode("utf-8", "replace")) for part in _TEXT.findall(match[1]))
        found = _PROPERTIES.search(match[1])
        properties = found[0] if found else b""
        if text.strip():
            raised = _RAISED.search(properties)
            marked.append((_marks(properties), raised[1] == b"super" if raised else None, text))
    return told_by_runs(marked)


def told_by_runs(runs: Iterable[tuple[frozenset[str], bool | None, str]]) -> Runs | None:
    """What runs add to the text they make up, None where nothing.

    Each is (marks, True where raised and False where lowered, text); empty runs are left out.
    """
    marked = list(runs)
    union: frozenset[str] = frozenset().union(*(marks for marks, _, _ in marked))
    if not union:
        return None
    if STRUCK in union and not all(STRUCK in marks for marks, _, _ in marked):
        union = union - {STRUCK} | {STRUCK_PART}
    if not union & {RAISED, STRUCK_PART}:
        return Runs(None, union)
    return Runs("".join(_run_shown(*run) for run in marked), union)


def _run_shown(marks: frozenset[str], raised: bool | None, text: str) -> str:
    if RAISED in marks:
        return text.translate(_RAISED_DIGITS if raised else _LOWERED_DIGITS)
    return "".join(f"{letter}\u0336" for letter in text) if STRUCK in marks else text


def hidden_rows(cells: bytes) -> frozenset[int]:
    """The numbers of the rows that a worksheet's ``<sheetData>`` says are hidden, or no point high."""
    if not any(mark in cells for mark in _MAY_HIDE):
        return frozenset()
    found = set()
    for match in _ROW.finditer(cells):
        number = attribute(match[1], b"r")
        if number and (_true(attribute(match[1], b"hidden")) or _nothing(attribute(match[1], b"ht"))):
            found.add(int(number))
    return frozenset(found)


@kept_short
def hidden_columns(before: bytes) -> tuple[tuple[int, int], ...]:
    """First and last number of the columns hidden, or no letter wide, by what stands before ``<sheetData>``."""
    found = []
    for match in _COLUMN.finditer(before):
        first, last = attribute(match[1], b"min"), attribute(match[1], b"max")
        if first and last and (_true(attribute(match[1], b"hidden")) or _nothing(attribute(match[1], b"width"))):
            found.append((int(first), int(last)))
    return tuple(found)


def _true(value: bytes | None) -> bool:
    return value in (b"1", b"true")


def _nothing(value: bytes | None) -> bool:
    try:
        return value is not None and float(value) == 0
    except ValueError:
        return False


def merged_ranges(after: bytes) -> tuple[tuple[int, int, int, int], ...]:
    """First row and column, last row and column of every merged range, by what stands after ``</sheetData>``."""
    # Rules and drop-downs are most of what stands there, and differ from workbook to workbook where ranges do not.
    first = after.find(b"mergeCell")
    if first < 0:
        return ()
    end = after.find(b">", after.rfind(b"mergeCell"))
    return _ranges(after[after.rfind(b"<", 0, first) : end if end > 0 else None])


@kept_short
def _ranges(merged: bytes) -> tuple[tuple[int, int, int, int], ...]:
    return tuple(
        (int(top), column_number(left.decode()), int(bottom), column_number(right.decode()))
        for left, top, right, bottom in _MERGED.findall(merged)
    )
