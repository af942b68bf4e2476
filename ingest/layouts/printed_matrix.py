"""Where a matrix form stands that paper has one line a sheet, or lines and columns either way round: Biểu 6A to 6F.

Each text beside or over the figures says of whom a figure is (an item of the form), of what (a column of it), both or
neither; of whom else the heading over the lines or the title of the sheet says. Of several kinds of bases the line or
column of all is read; the kind is known from the register. What the words leave open a sum may tell
(`ingest.layouts.matrix_by_sum`). A sheet whose title says of nobody, or of two, or of another
than its number does, is not read. Belongs here: lines and columns of such sheets. Does not belong here: forms whose
lines are those of ours (`ingest.layouts.printed`).
"""

from __future__ import annotations

from collections.abc import Collection

from ingest.catalogue.printed_sheets import PrintedMatrix
from ingest.layouts.fit import Fit
from ingest.layouts.grid import Grid
from ingest.layouts.matrix_across import Across
from ingest.layouts.matrix_down import Down
from ingest.layouts.matrix_words import MatrixWords


def matrix_fits(table: PrintedMatrix, grid: Grid, named: Collection[str]) -> list[Fit]:
    """The places of the form on a sheet: one for each item that columns of their own speak of. ``named``: the numbers
    of forms that the sheet names."""
    words = MatrixWords(table.matrix_form)
    for sheet in (Down(table, grid, words, named), Across(table, grid, words, named)):
        if sheet.is_one:
            return sheet.fits()
    return []
