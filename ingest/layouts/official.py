"""Which official form a sheet is, and where it stands: of all that an edition has the one that the sheet is best.

Belongs here: the choice among forms. Does not belong here: where one of them stands (`ingest.layouts.printed` for lines
of ours, `printed_groups` for lists by codes, `printed_matrix` for matrices either way round).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.catalogue.printed import PrintedTable
from ingest.catalogue.printed_sheets import PrintedGroups, PrintedMatrix
from ingest.labels import without_accents
from ingest.layouts.fit import Fit
from ingest.layouts.grid import Grid
from ingest.layouts.printed import names_another_edition, printed_fit
from ingest.layouts.printed_groups import groups_fits
from ingest.layouts.printed_matrix import matrix_fits
from ingest.layouts.spelling import CodeSpellings

_FORM_NUMBER = re.compile(r"bieu(?:\s+mau)?(?:\s+so)?\s*:?\s*0?(\d{1,2}[a-f]?)(?![\w/])")


def best_printed_fits(tables: Iterable[PrintedTable], grid: Grid, codes: CodeSpellings) -> list[Fit]:
    """Where the one form of an edition that a sheet is stands on it; none where it is none, or two equally well.

    A number in the lines above decides ("Biểu số 3"); without one the form with most lines, for two share many. The
    one that is decided for may lack what it needs: then nothing is read, not the other.
    """
    given = list(tables)
    found = [fits for table in given if (fits := _fits(table, grid, codes))]
    of_any = frozenset[str]().union(*(table.numbers for table in given))
    named = {number for fits in found for number in _numbers_named(fits[0])} & of_any
    told = [fits for fits in found if not named or named & _table(fits[0]).numbers]
    most = max((_lines(fits) for fits in told), default=0)
    best = [fits for fits in told if _lines(fits) == most]
    return best[0] if len(best) == 1 else []


def _fits(table: PrintedTable, grid: Grid, codes: CodeSpellings) -> list[Fit]:
    """The places of one form on a sheet: of a list or a matrix there may be several."""
    if isinstance(table, PrintedGroups | PrintedMatrix):
        if names_another_edition(table, grid):
            return []
        named = numbers_in(grid.text(place) for place in grid.cells if grid.cells[place][0] == "text")
        named |= numbers_in([grid.sheet])
        if isinstance(table, PrintedMatrix):
            return matrix_fits(table, grid, named)
        return groups_fits(table, grid, named, codes.get(table.groups_form.code_list, {}))
    fit = printed_fit(table, grid)
    return [fit] if fit is not None else []


def _lines(fits: list[Fit]) -> int:
    return sum(len(fit.lines) for fit in fits)


def _table(fit: Fit) -> PrintedTable:
    assert isinstance(fit.table, PrintedTable)
    return fit.table


def _numbers_named(fit: Fit) -> set[str]:
    """The numbers of forms that the lines above a table and the name of its sheet say."""
    return numbers_in((*(fit.grid.text(place) for place in fit.grid.cells if place[0] < fit.first_row), fit.grid.sheet))


def numbers_in(texts: Iterable[str]) -> set[str]:
    """The numbers of forms that texts name: ``Biểu số 6C-BTCTW`` names 6c."""
    return {number for text in texts for number in _FORM_NUMBER.findall(without_accents(text.casefold()))}
