"""A1 addresses of cells, for rows and columns counted from 1.

XlsxWriter has such conversions, and a process that only reads would load all of it for them.
"""

from __future__ import annotations

import re
from functools import lru_cache

_SPAN_OF_ONE = re.compile(r"\b([A-Z]{1,3}\d+):\1(?!\d)")


def without_spans_of_one(text: str) -> str:
    """``text`` with every range of a single cell as that cell: ``Học tập!E8:E8`` is ``Học tập!E8``."""
    return _SPAN_OF_ONE.sub(r"\1", text)


def a1_address(row_no: int, column_no: int) -> str:
    """The A1 address of a 1-based row and column: (12, 4) is ``D12``."""
    return f"{column_letters(column_no)}{row_no}"


@lru_cache(maxsize=20_000)
def column_letters(column_no: int) -> str:
    """The letters of a 1-based column: 27 is ``AA``; there is no column 0."""
    letters = ""
    while column_no > 0:
        column_no, place = divmod(column_no - 1, 26)
        letters = chr(65 + place) + letters
    return letters


@lru_cache(maxsize=20_000)
def column_number(letters: str) -> int:
    """The 1-based number of a column: ``AA`` is 27; no letters at all mean the first."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number or 1
