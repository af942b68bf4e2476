"""A file against all known layouts: the one that it is, its period, and the organizations in it."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.addresses import a1_address
from ingest.catalogue import Layout
from ingest.catalogue.printed import PrintedTable
from ingest.layouts.fit import Fit, best_fit, strange_lines
from ingest.layouts.grid import Grid, grids
from ingest.layouts.official import best_printed_fits
from ingest.layouts.one_place import entered_twice
from ingest.layouts.printed import names_unknown_edition
from ingest.layouts.records import ListRows, record_blocks
from ingest.layouts.spelling import CodeSpellings
from ingest.layouts.terms import Block, Term, blocks
from ingest.layouts.titles import named_in_title, period_of_title
from ingest.rosters import Period, Rosters

_NEAR = 0.5
"""The share of declared headings and lines from which a file is told what keeps it from being the layout."""


@dataclass(frozen=True)
class Part:
    """What one file holds of one organization.

    ``organization`` is the code where the text names one of the register, else the text; ``sheet`` and ``cell`` say
    where it stands. ``repeated``: an organization that has a row already and may have only one.
    """

    organization: str
    sheet: str
    cell: str
    terms: tuple[Term, ...]
    repeated: bool = False

    def submission_hash(self, source: str) -> str:
        """The hash of this part of the file ``source``: the same file and organization, the same hash."""
        key = f"{self.organization}\0{self.cell}" if self.repeated else self.organization or self.cell
        return hashlib.sha256(f"{source}\0{key}".encode()).hexdigest()


@dataclass(frozen=True)
class LayoutReading:
    """A file that is ``layout``, for ``period``; one part per organization. ``tables``: where each stands.

    ``lists``: of those that are lists what each of their rows is.
    """

    layout: Layout
    period: Period
    period_sheet: str
    period_cell: str
    parts: tuple[Part, ...]
    sheets: tuple[Grid, ...] = ()
    tables: tuple[Fit, ...] = ()
    lists: tuple[ListRows, ...] = ()

    def sheets_of_parts(self) -> Iterator[tuple[Part, Fit]]:
        """Each table with every organization that has a figure in it."""
        for part in self.parts:
            own = {term.sheet for term in part.terms}
            yield from ((part, fit) for fit in self.tables if fit.grid.sheet in own)


@dataclass(frozen=True)
class Refusal:
    """Why a file that resembles a layout is not read as one: the name of a finding, its place and its words."""

    finding: str
    sheet: str
    cell: str | None
    observed: str
    detail: str


class LayoutReader:
    """Reads files of known layouts. Made once per run. ``codes``: how the codes of lists are spelled."""

    def __init__(self, layouts: Sequence[Layout], rosters: Rosters, codes: CodeSpellings | None = None) -> None:
        self._layouts = layouts
        self._rosters = rosters
        self._codes = codes or {}

    def read(self, cells: Iterable[tuple[str, int, int, str, str]]) -> LayoutReading | Refusal | None:
        """What the cells (sheet, row, column, kind, text) of one file are; None where they resemble no layout."""
        if not self._layouts:
            return None
        sheets = grids(cells)
        # What a deployment declares of its own goes before the official forms as they are printed.
        own = self._found([one for one in self._layouts if not _is_printed(one)], sheets)
        if own is not None:
            return own
        return _unknown_edition(sheets) or self._found([one for one in self._layouts if _is_printed(one)], sheets)

    def _found(self, layouts: list[Layout], sheets: list[Grid]) -> LayoutReading | Refusal | None:
        fits = [(layout, fit) for layout in layouts if (fit := _fits(layout, sheets, self._codes)) is not None]
        whole = [(layout, tables) for layout, tables in fits if all(map(_is_clean, tables))]
        return self._in_force(whole, sheets) if whole else _nearest(fits)

    def _in_force(self, whole: list[tuple[Layout, list[Fit]]], sheets: list[Grid]) -> LayoutReading | Refusal:
        """The one layout whose validity holds the file's period."""
        layout, tables = whole[0]
        dated = [
            (layout, tables, found)
            for layout, tables in whole
            for found in [
                self._period_of_titles(tables) if _is_printed(layout) else self._period(layout, sheets, tables)
            ]
            if found
        ]
        if not dated:
            return Refusal("layout_period", tables[0].grid.sheet, None, "", layout.layout)
        valid = [
            (layout, known, found)
            for layout, tables, found in dated
            if (known := _known_at(layout, tables, dt.date.fromisoformat(found[0].end)))
        ]
        if len(valid) != 1:
            _, tables, (period, sheet, cell) = dated[0]
            names = ", ".join(case[0].layout for case in valid or dated)
            return Refusal("layout_ambiguous" if valid else "layout_not_in_force", sheet, cell, period.code, names)
        layout, tables, (period, sheet, cell) = valid[0]
        parts = tuple(self._parts(layout, tables, period))
        twice = next((terms for part in parts if (terms := entered_twice(layout, part.terms))), [])
        if twice:
            return _twice(twice)
        lists = tuple(self._rows(fit, layout, period) for fit in tables if fit.is_list)
        return LayoutReading(layout, period, sheet, cell, parts, tuple(sheets), tuple(tables), lists)

    def _period(self, layout: Layout, sheets: list[Grid], tables: list[Fit]) -> tuple[Period, str, str] | None:
        """The one period that the texts of the file name, and where; None where there is none or more than one.

        What stands in the tables counts where nothing else names one: a column of the opening has a day as well.
        """
        tops: dict[int, int] = {}
        for fit in tables:
            tops[id(fit.grid)] = min(fit.first_row, tops.get(id(fit.grid), fit.first_row))
        around: dict[str, tuple[Period, str, str]] = {}
        within: dict[str, tuple[Period, str, str]] = {}
        for grid in sheets:
            for place, (kind, _) in grid.cells.items():
                text = grid.text(place)
                if kind != "text" or not text:
                    continue
                period = self._period_of(layout, text)
                if period is not None:
                    found = within if place[0] >= tops.get(id(grid), place[0] + 1) else around
                    found.setdefault(period.code, (period, grid.sheet, a1_address(*place)))
        told = around or within
        return next(iter(told.values())) if len(told) == 1 else None

    def _period_of_titles(self, tables: list[Fit]) -> tuple[Period, str, str] | None:
        """The one period of all sheets that are the printed form."""
        found = [period_of_title(fit, self._rosters) for fit in tables]
        return found[0] if len({one and one[0].code for one in found}) == 1 else None

    def _period_of(self, layout: Layout, text: str) -> Period | None:
        if layout.period is None:
            return self._rosters.period_within(text)
        match = re.search(layout.period, text, re.IGNORECASE)
        return (self._rosters.period(match[1]) or self._rosters.period_within(match[1])) if match else None

    def _parts(self, layout: Layout, tables: list[Fit], period: Period) -> Iterator[Part]:
        """Organizations in the order they are met first; those of several tables together."""
        parts: dict[str, Part] = {}
        extra: list[Part] = []
        met_in: dict[int, set[str]] = {}
        for fit in tables:
            # A table that stands on several sheets has an organization once all the same.
            met = met_in.setdefault(id(fit.table), set())
            for block in self._blocks(fit, layout, period):
                code = self._organization(block.organization, layout, period)
                if code is None and block.is_empty:
                    continue  # a heading inside the table
                part = _part(fit, block, code or block.organization)
                known = parts.get(part.organization)
                again = _is_again(part, known) if fit.is_printed else part.organization in met and not fit.is_list
                if again:
                    extra.append(Part(part.organization, part.sheet, part.cell, part.terms, repeated=True))
                    continue
                met.add(part.organization)
                parts[part.organization] = part if known is None else _with(known, part.terms)
        yield from parts.values()
        yield from extra

    def _blocks(self, fit: Fit, layout: Layout, period: Period) -> list[Block]:
        named = self._one_named(fit, layout, period)
        if not fit.is_list:
            return blocks(fit, named)
        return record_blocks(self._rows(fit, layout, period), named)

    def _rows(self, fit: Fit, layout: Layout, period: Period) -> ListRows:
        return ListRows(fit, lambda text: self._organization(text, layout, period), self._codes)

    def _one_named(self, fit: Fit, layout: Layout, period: Period) -> tuple[str, int, int] | None:
        """What the table's expression finds: of several texts the one that names an organization of the register.

        A committee's own name stands over the forms of all; it counts where no other organization is named.
        """
        if fit.is_printed:
            return named_in_title(fit, self._rosters, period.end)
        found = [one for one in _all_named(fit) if not fit.is_list or one[1] < fit.first_row]
        if fit.is_list and fit.table.organization is not None:
            found.append((fit.grid.sheet, fit.first_row, min(fit.columns)))  # an organization a sheet, named after it
        known = [(code, one) for one in found if (code := self._organization(one[0], layout, period)) is not None]
        below = [case for case in known if not self._rosters.sends_for_itself(case[0])] or known
        return below[0][1] if len({code for code, _ in below}) == 1 else next(iter(found), None)

    def _organization(self, text: str, layout: Layout, period: Period) -> str | None:
        return self._rosters.organization(text) or self._rosters.named(text, period.end, layout.committees)


def _twice(terms: Sequence[Term]) -> Refusal:
    """Nothing is added up that the layout does not call a sum: which of the places is meant its owner must say."""
    places = [f"{term.sheet}!{a1_address(term.row_no, term.column_no)}" for term in terms]
    last = terms[-1]
    cell = a1_address(last.row_no, last.column_no)
    return Refusal("layout_cell_twice", last.sheet, cell, terms[0].cell_code, ", ".join(places))


def _part(fit: Fit, block: Block, organization: str) -> Part:
    cell = a1_address(block.row, block.column)
    return Part(organization, fit.grid.sheet, cell, block.terms)


def _with(part: Part, terms: tuple[Term, ...]) -> Part:
    names = {(term.cell_code, term.record) for term in part.terms if term.is_name}
    more = (term for term in terms if not term.is_name or (term.cell_code, term.record) not in names)
    return Part(part.organization, part.sheet, part.cell, (*part.terms, *more))


def _is_again(part: Part, known: Part | None) -> bool:
    """True where a sheet of an official form has a figure of its organization that another sheet has.

    What names a record stands on each sheet that has some of its fields.
    """
    held = {(term.cell_code, term.record) for term in known.terms if not term.is_name} if known is not None else set()
    return any((term.cell_code, term.record) in held for term in part.terms)


def _known_at(layout: Layout, tables: list[Fit], day: dt.date) -> list[Fit]:
    """The tables that are in force on a day: of the official forms each has its own days."""
    if not _is_printed(layout):
        return tables if layout.in_force(day) else []
    return [fit for fit in tables if isinstance(fit.table, PrintedTable) and fit.table.in_force(day)]


def _fits(layout: Layout, sheets: list[Grid], codes: CodeSpellings) -> list[Fit] | None:
    """Every table of the layout where it stands best, None where one has no place at all; of an official form that is
    printed every sheet that is one, those that are not whole where no other is.
    """
    printed = [table for table in layout.tables if isinstance(table, PrintedTable)]
    if printed:
        shown = [fit for grid in sheets for fit in best_printed_fits(printed, grid, codes)]
        return [fit for fit in shown if _is_clean(fit)] or shown[:1] or None
    found: list[Fit] = []
    for table in layout.tables:
        fits = [fit for grid in sheets if (fit := best_fit(table, grid)) is not None]
        clean = [fit for fit in fits if _is_clean(fit)] if table.organization is not None else []
        if len(clean) > 1:
            found += clean  # one organization a sheet
            continue
        best = max(fits, key=lambda fit: (fit.found, fit.is_whole), default=None)
        if best is None:
            return None
        found.append(best)
    return found


def _is_printed(layout: Layout) -> bool:
    return any(isinstance(table, PrintedTable) for table in layout.tables)


def _unknown_edition(sheets: list[Grid]) -> Refusal | None:
    """Why nothing is read where a sheet names an edition whose lines are not known."""
    for grid in sheets:
        found = names_unknown_edition(grid)
        if found is not None:
            authority, place = found
            return Refusal("layout_unknown_edition", grid.sheet, a1_address(*place), grid.text(place), authority)
    return None


def _is_clean(fit: Fit) -> bool:
    if fit.is_printed:  # whose it is and what is no line of it is told of the submission
        return not fit.missing
    named = fit.table.organization is None or _named(fit) is not None
    return fit.is_whole and named and not strange_lines(fit)


def _named(fit: Fit) -> tuple[str, int, int] | None:
    """The first text of the sheet that the table's expression finds an organization in: text, row, column."""
    return next(_all_named(fit), None)


def _all_named(fit: Fit) -> Iterator[tuple[str, int, int]]:
    if fit.table.organization is None:
        return
    for row, column in sorted(fit.grid.cells):
        match = re.search(fit.table.organization, fit.grid.text((row, column)), re.IGNORECASE)
        if match and match[1].strip():
            yield match[1].strip(), row, column


def _nearest(fits: list[tuple[Layout, list[Fit]]]) -> Refusal | None:
    """What keeps a file from being the layout it resembles most; None where it resembles none."""
    shares = [(min(fit.found for fit in tables), layout, tables) for layout, tables in fits]
    share, layout, tables = max(shares, key=lambda case: case[0], default=(0.0, None, []))
    if layout is None or share < _NEAR:
        return None
    fit = next(fit for fit in tables if not _is_clean(fit))
    grid = fit.grid
    if fit.missing:
        return Refusal("layout_differs", grid.sheet, None, "", f"{layout.layout}: {'; '.join(fit.missing)}")
    if fit.strange and not fit.across:
        column = fit.strange[0]
        row = next(row for row in range(fit.first_row, fit.last_row + 1) if (row, column) in grid.keys)
        return Refusal("layout_strange", grid.sheet, a1_address(row, column), grid.text((row, column)), layout.layout)
    lines = strange_lines(fit)
    if lines:
        place = (lines[0], fit.column("label") or 1)
        return Refusal("layout_strange", grid.sheet, a1_address(*place), grid.text(place), layout.layout)
    return Refusal("layout_organization", grid.sheet, None, "", layout.layout)
