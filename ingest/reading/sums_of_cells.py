"""Formulas that are a plain sum of single cells: what the blank workbook has in its totals, as containers hold them.

``C8+C9+C13`` in a package of Excel, ``of:=[.C8]+[.C9]+[.C13]`` in an OpenDocument; a sheet of the same workbook may
stand before a cell, another file may not. Belongs here: the text of one formula. Does not belong here: which cells are
totals, and what follows (`ingest/normalise/sql/totals.sql`).
"""

from __future__ import annotations

import re

SUMMED = "summed"
"""The mark of a cell with such a formula (`ingest.lake.CELLS`)."""

_EXCEL_CELL = r"(?:(?:'[^'\[\]]+'|[^\W\d]\w*)!)?\$?[A-Z]{1,3}\$?\d{1,7}"
_OPEN_CELL = r"\[(?:\$?(?:'[^'\[\]#]+'|[^\W\d]\w*))?\.\$?[A-Z]{1,3}\$?\d{1,7}\]"
# What was taken is not given back (`*+`, `?+`): a formula of nothing but blanks would be tried in every way otherwise.
_EXCEL = re.compile(rf"\s*+=?+\s*+[+-]?+\s*+{_EXCEL_CELL}(?:\s*+[+-]\s*+{_EXCEL_CELL})*+\s*+")
_OPEN = re.compile(rf"(?:\w++:)?=\s*+[+-]?+\s*+{_OPEN_CELL}(?:\s*+[+-]\s*+{_OPEN_CELL})*+\s*+")


def is_sum_of_cells(formula: str) -> bool:
    """True for a formula of either notation that only adds and takes away single cells of its own workbook."""
    return bool(_EXCEL.fullmatch(formula) or _OPEN.fullmatch(formula))
