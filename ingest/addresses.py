"""A1 addresses of cells, for rows and columns counted from 1 (XlsxWriter's own conversions, which count from 0)."""

from __future__ import annotations

from functools import lru_cache

from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name


def a1_address(row_no: int, column_no: int) -> str:
    """The A1 address of a 1-based row and column: (12, 4) is ``D12``."""
    return f"{column_letters(column_no)}{row_no}"


@lru_cache(maxsize=20_000)
def column_letters(column_no: int) -> str:
    """The letters of a 1-based column: 27 is ``AA``; there is no column 0."""
    return str(xl_col_to_name(column_no - 1)) if column_no > 0 else ""


@lru_cache(maxsize=20_000)
def column_number(letters: str) -> int:
    """The 1-based number of a column: ``AA`` is 27."""
    return int(xl_cell_to_rowcol(f"{letters}1")[1]) + 1
