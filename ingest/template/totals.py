"""The totals that a blank workbook adds up by itself: plain sums of cells, as formulas without ``=``.

A plain sum of single cells (``C8+C9+C13``) is kept by every program through saving, and the reader knows it again
(`ingest.reading.sums_of_cells`). Which cells are totals, and of what, the forms declare (`total_of`). Belongs here:
which cells get a formula, and its text. Does not belong here: reading them (`ingest/normalise/sql/totals.sql`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ingest.addresses import a1_address
from ingest.catalogue.model import cell_code
from ingest.template.layout import SheetLayout

Place = tuple[SheetLayout, str, str]
"""A cell of a matrix form: layout of its sheet, item, column."""
NO_TOTALS: Mapping[str, tuple[str, ...]] = MappingProxyType({})


def parts_printed(layouts: Sequence[SheetLayout]) -> dict[str, tuple[str, ...]]:
    """Code of every total of a workbook -> the codes of its parts, those that the organization has.

    A cell is no total where one of its parts is not printed (an earlier edition), or where all are left out.
    """
    places = _places(layouts)
    found = {}
    for code, (layout, item, column) in places.items():
        parts = layout.form.parts_of(item, column) if layout.is_asked(item, column) else {}
        asked = tuple(part for part in parts if part in places and _is_asked(places[part]))
        if asked and all(part in places for part in parts):
            found[code] = asked
    return found


def total_formulas(layouts: Sequence[SheetLayout]) -> dict[str, dict[tuple[str, str], str]]:
    """Form -> (item, column) -> the formula of each total of a workbook."""
    places = _places(layouts)
    found: dict[str, dict[tuple[str, str], str]] = {}
    for code, parts in parts_printed(layouts).items():
        layout, item, column = places[code]
        signs = layout.form.parts_of(item, column)
        text = "".join(f"{'+' if signs[part] > 0 else '-'}{_reference(places[part], layout)}" for part in parts)
        found.setdefault(layout.form.form, {})[item, column] = text.removeprefix("+")
    return found


def _places(layouts: Sequence[SheetLayout]) -> dict[str, Place]:
    return {
        cell_code(layout.form.form, item, column): (layout, item, column)
        for layout in layouts
        if layout.form.kind == "matrix"
        for item in layout.lines
        for column in layout.heads
    }


def _is_asked(place: Place) -> bool:
    layout, item, column = place
    return layout.is_asked(item, column)


def _reference(place: Place, seen_from: SheetLayout) -> str:
    layout, item, column = place
    address = a1_address(layout.lines[item], layout.heads[column])
    return address if layout.sheet == seen_from.sheet else f"'{layout.sheet}'!{address}"
