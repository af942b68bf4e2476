"""One cell of an organization comes from one column or line; what is added up the declaration says.

Belongs here: which terms of an organization would be added though nothing says so. Does not belong here: what a table
may declare (`ingest.catalogue.layout`), what becomes of such a file (`ingest.layouts.read`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest.catalogue import Layout
from ingest.catalogue.layout import table_codes
from ingest.layouts.terms import Term

_Key = tuple[str, int]


def entered_twice(layout: Layout, terms: Iterable[Term]) -> Sequence[Term]:
    """The terms of the first cell code that two columns or lines of one organization enter; none where all is well.

    Of a cell that is declared as a sum, and of the rows of branches, several are meant.
    """
    sums = {code for table in layout.tables for code in table.sums}
    branches = {code for table in layout.tables if table.rows == "branch" for code in table_codes(table)}
    found: dict[_Key, dict[object, Term]] = {}
    for term in terms:
        if term.cell_code in sums or term.is_name:
            continue
        row = None if term.cell_code in branches else term.row_no
        found.setdefault((term.cell_code, term.record), {}).setdefault((term.sheet, row, term.column_no), term)
    return next((list(places.values()) for places in found.values() if len(places) > 1), [])
