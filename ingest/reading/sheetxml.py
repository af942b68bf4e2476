"""What a worksheet's XML tells that the fast reader does not: error cells, formulas without a value, how cells look.

Every search runs over the bytes at once; a sheet without such cells costs a few passes and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from html import unescape

from ingest.addresses import column_number
from ingest.reading.appearance import (
    COVERED,
    HIDDEN_COLUMN,
    HIDDEN_ROW,
    HIDDEN_SHEET,
    MERGED,
    Runs,
    cell_styles,
    hidden_columns,
    hidden_rows,
    merged_ranges,
    remarkable_cells,
    remarkable_strings,
    runs_of,
)
from ingest.reading.sums_of_cells import SUMMED, is_sum_of_cells

_FAR_CELL = re.compile(rb' r=["\'](?:[A-Z]{3}|[A-Z]+\d{5})')
_ROW_NUMBERS = re.compile(rb'\sr=["\'][A-Z]{1,3}(\d{1,7})["\']')
_COLUMN_LETTERS = re.compile(rb'\sr=["\']([A-Z]{1,3})\d')
_CELL = re.compile(rb"<(?:\w+:)?c(\s[^>]*?)?(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_REFERENCE = re.compile(rb'\sr=["\']([A-Z]{1,3}\d{1,7})["\']')
_TYPE = re.compile(rb'\st=["\'](\w+)["\']')
_STYLE = re.compile(rb'\ss=["\'](\d+)["\']')
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^>]*)?>([^<]*)")
_FORMULA = re.compile(rb"<(?:\w+:)?f(\s[^>]*?)?(?:/>|>([^<]*))")
_SHARED = re.compile(rb'\ssi=["\'](\d+)["\']')
_DECIMAL = re.compile(rb"v>(?:\d{7}|\d++(?:\.\d|[Ee])|\.\d+[Ee])")
_UNUSUAL = re.compile(rb"^-|[.Ee]|^\d{7}")
"""Numbers that a harmless format may show otherwise: below 0, not whole, or later than the last day of the calendar."""
_CELLS_OF_A_MERGE = 1_000
_FEW_MERGES = 100
_Range = tuple[int, int, int, int]
_SPECIAL = (
    *((b't="e"', b't="e"'), (b"'", b"t='e'"), (b"f", b"<f"), (b"f", b":f"), (b"-", b"v>-")),
    *((b"l", b"vertAlign"), (b"k", b"strike"), (b"F", b"rFont"), (b"_", b"_x00")),
)
"""What only a special cell has, each after the rarest letter of it: one byte is looked for ten times as fast."""


@dataclass
class SheetFacts:
    """Of one sheet, what must not be lost, by address, and how far its cells reach.

    ``rows`` and ``columns`` are 0 where no cell lies far out. ``formats`` holds the number formats of the cells
    that may show something else than they hold, ``runs`` what rich text adds, ``marks`` what else was seen at a cell
    (`ingest.lake.CELLS`). ``merged`` holds first row, first column, last row, last column. ``row_numbers`` and
    ``column_numbers`` say which row and column each of the reader's is, where a sheet with far cells was compacted
    (`ingest.reading.sheetshape`).
    """

    rows: int = 0
    columns: int = 0
    errors: dict[str, str] = field(default_factory=dict)
    no_cache: set[str] = field(default_factory=set)
    formats: dict[str, str] = field(default_factory=dict)
    runs: dict[str, Runs] = field(default_factory=dict)
    marks: dict[str, frozenset[str]] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[tuple[int, int], ...] = ()
    merged: tuple[_Range, ...] = ()
    is_hidden: bool = False
    row_numbers: tuple[int, ...] = ()
    column_numbers: tuple[int, ...] = ()

    @property
    def is_plain(self) -> bool:
        """True where the fast reader shows everything but for what merged and hidden cells are."""
        return not (self.errors or self.no_cache or self.formats or self.runs or self.marks or self.row_numbers)

    @property
    def has_unseen(self) -> bool:
        """True where some of the sheet's cells cannot be seen."""
        return bool(self.hidden_rows or self.hidden_columns or self.merged or self.is_hidden)

    @cached_property
    def covered(self) -> frozenset[tuple[int, int]]:
        """Row and column of the cells under a merged one, as far as the ranges are of an honest size."""
        return (_covered_of_template if self._merges_little else _covered)(self.merged)

    @cached_property
    def spread(self) -> Mapping[tuple[int, int], str]:
        """The first cell (row, column) of every merged range of an honest size, and its mark."""
        return (_spread_of_template if self._merges_little else _spread)(self.merged)

    @cached_property
    def vast(self) -> list[_Range]:
        """The merged ranges too large to be told cell by cell."""
        return [] if self._merges_little else [one for one in self.merged if _size(*one) > _CELLS_OF_A_MERGE]

    @cached_property
    def _merges_little(self) -> bool:
        return len(self.merged) <= _FEW_MERGES and _is_little(self.merged)

    @property
    def hides_all_alike(self) -> bool:
        """True where the sheet is hidden and nothing on it is hidden besides."""
        return self.is_hidden and not (self.hidden_rows or self.hidden_columns or self.merged)

    def unseen_marks(self, row_no: int, column_no: int) -> list[str]:
        """Why the eye does not meet a cell: its row, column or sheet is hidden, or it lies under a merged one."""
        marks = [HIDDEN_SHEET] if self.is_hidden else []
        if row_no in self.hidden_rows:
            marks.append(HIDDEN_ROW)
        if any(first <= column_no <= last for first, last in self.hidden_columns):
            marks.append(HIDDEN_COLUMN)
        vast = any(
            top <= row_no <= bottom and left <= column_no <= right and (row_no, column_no) != (top, left)
            for top, left, bottom, right in self.vast
        )
        return [*marks, COVERED] if vast or (row_no, column_no) in self.covered else marks


def _size(top: int, left: int, bottom: int, right: int) -> int:
    return (bottom - top + 1) * (right - left + 1)


@lru_cache(maxsize=256)
def _is_little(merged: tuple[_Range, ...]) -> bool:
    return sum(_size(*one) for one in merged) <= _CELLS_OF_A_MERGE


def _covered(merged: tuple[_Range, ...]) -> frozenset[tuple[int, int]]:
    return frozenset(
        (row, column)
        for top, left, bottom, right in merged
        if _size(top, left, bottom, right) <= _CELLS_OF_A_MERGE
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (row, column) != (top, left)
    )


def _spread(merged: tuple[_Range, ...]) -> Mapping[tuple[int, int], str]:
    return {
        (top, left): f"{MERGED}_{bottom - top + 1}x{right - left + 1}"
        for top, left, bottom, right in merged
        if 1 < _size(top, left, bottom, right) <= _CELLS_OF_A_MERGE
    }


_covered_of_template = lru_cache(maxsize=256)(_covered)
_spread_of_template = lru_cache(maxsize=256)(_spread)


def sheet_facts(content: bytes, styles: bytes, shared: bytes = b"") -> SheetFacts:
    """The facts of a worksheet part; ``styles`` and ``shared`` are the workbook's style and string parts."""
    facts = SheetFacts()
    # What follows the cells (drop-downs, colours) holds formulas too, but no values.
    start, end = content.find(b"<sheetData"), content.rfind(b"</sheetData>")
    before, after = (content[:start], content[end:]) if 0 <= start < end else (b"", b"")
    content = content[start:end] if 0 <= start < end else content
    if _FAR_CELL.search(content):
        facts.rows = max(map(int, set(_ROW_NUMBERS.findall(content))), default=0)
        letters = set(_COLUMN_LETTERS.findall(content))
        facts.columns = max((column_number(column.decode()) for column in letters), default=0)
    facts.hidden_rows, facts.hidden_columns = hidden_rows(content), hidden_columns(before)
    facts.merged = merged_ranges(after)
    remarkable, strings = remarkable_cells(styles), remarkable_strings(shared)
    if (
        strings
        or any(rare in content and mark in content for rare, mark in _SPECIAL)
        or _DECIMAL.search(content)
        or (remarkable and remarkable.search(content))
    ):
        _special_cells(content, styles, strings, facts)
    return facts


def _special_cells(content: bytes, styles: bytes, strings: dict[int, Runs], facts: SheetFacts) -> None:
    declared, shared_sums = cell_styles(styles), set[bytes]()
    for match in _CELL.finditer(content):
        attributes, body = match[1] or b"", match[2] or b""
        reference = _REFERENCE.search(attributes)
        if reference is None:
            continue
        address = reference[1].decode()
        kind = _TYPE.search(attributes)
        value, formula = _VALUE.search(body), _FORMULA.search(body)
        if formula is not None and _is_sum(formula, shared_sums):
            facts.marks[address] = frozenset({SUMMED})
        if kind is not None and kind[1] == b"e":
            facts.errors[address] = value[1].decode("utf-8", "replace") if value and value[1] else "#?"
        elif formula is not None and (value is None or (not value[1] and (kind is None or kind[1] != b"str"))):
            # An empty text is a value of a formula; nothing at all, or an empty number, is none.
            facts.no_cache.add(address)
        elif value is not None:
            number = _STYLE.search(attributes)
            style = declared[int(number[1])] if number and int(number[1]) < len(declared) else None
            if style and (style.is_remarkable or _UNUSUAL.search(value[1])):
                facts.formats[address] = style.code
            if style and style.marks:
                facts.marks[address] = facts.marks.get(address, frozenset()) | style.marks
            shared = kind is not None and kind[1] == b"s" and value[1].isdigit()
            runs = strings.get(int(value[1])) if shared else runs_of(body) if kind is not None else None
            if runs is not None:
                facts.runs[address] = runs


def _is_sum(formula: re.Match[bytes], shared_sums: set[bytes]) -> bool:
    """True for a plain sum of cells; a formula filled down is written out once, and the others name it."""
    number = _SHARED.search(formula[1] or b"")
    text = unescape((formula[2] or b"").decode("utf-8", "replace"))
    is_sum = is_sum_of_cells(text) if text.strip() else number is not None and number[1] in shared_sums
    if is_sum and number is not None:
        shared_sums.add(number[1])
    return is_sum
