"""The figures of a table that stands whole: which cell enters which cell code of which organization."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from ingest.addresses import a1_address
from ingest.catalogue.layout import joined
from ingest.catalogue.printed import PrintedLine
from ingest.catalogue.printed_sheets import PrintedGroups
from ingest.labels import label_key
from ingest.layouts.fit import Fit
from ingest.words import words


@dataclass(frozen=True)
class Term:
    """One cell of the file and the cell code it enters; ``kind`` and ``text`` are None for an empty one.

    ``record``: of a list the row of the record it belongs to, else 0; of one that is printed with a line for each code
    the place of the code. ``is_name``: that code, which every sheet has that has fields of the record.
    """

    cell_code: str
    sign: int
    sheet: str
    row_no: int
    column_no: int
    kind: str | None
    text: str | None
    record: int = 0
    is_name: bool = False


@dataclass(frozen=True)
class Block:
    """What one table holds of one organization, as it is named there (``row``, ``column``: the place of the name)."""

    organization: str
    row: int
    column: int
    terms: tuple[Term, ...]

    @property
    def is_empty(self) -> bool:
        """True where no figure stands in it."""
        return all(term.kind is None for term in self.terms)


def blocks(fit: Fit, named: tuple[str, int, int] | None) -> list[Block]:
    """The organizations of a table. ``named``: text, row and column of the one that the title names."""
    if fit.table.rows == "item":
        return _down(fit, named)
    return _across(fit, named)


def _across(fit: Fit, named: tuple[str, int, int] | None) -> list[Block]:
    """Organizations in rows, cell codes in columns; the rows of one organization together where it has several."""
    found: list[Block] = []
    several = fit.table.rows == "branch"
    for row in _data_rows(fit):
        terms = tuple(
            _term(fit, code, sign, row, number)
            for number, column in fit.columns.items()
            for code, sign in column.cells.items()
        )
        own = fit.column("organization")
        text = fit.grid.text((row, own)) if own is not None else ""
        place = (text, row, own or 1) if named is None else named
        merged = several and found and (named is not None or not text)
        if several and found and label_key(found[-1].organization) == label_key(text):
            merged = True
        if merged:
            last = found[-1]
            found[-1] = Block(last.organization, last.row, last.column, (*last.terms, *terms))
        else:
            found.append(Block(*place, terms))
    return found


def _data_rows(fit: Fit) -> Iterator[int]:
    """The rows below the header that carry a name or a figure, up to the signatures; totals and numbering left out."""
    grid = fit.grid
    values = [number for number, column in fit.columns.items() if column.role == "value"]
    names = [number for number in (fit.column("organization"), fit.column("label")) if number is not None]
    ignored = [label_key(text) for text in fit.table.ignored_rows]
    repeated = grid.repeated(fit.first_row, fit.last_row)
    for row in grid.rows:
        if row <= fit.last_row or row in repeated:
            continue
        if grid.is_end(row):
            return
        before = min(values, default=1) - 1
        if grid.is_total(row, before) or grid.starts_with(row, ignored, before):
            continue
        filled = any((row, number) in grid.keys for number in values)
        if filled or (fit.table.rows == "organization" and any((row, number) in grid.keys for number in names)):
            yield row


def _down(fit: Fit, named: tuple[str, int, int] | None) -> list[Block]:
    """Cell codes in rows; one organization a column, or one in all."""
    if named is not None:
        values = [(number, column.member) for number, column in fit.columns.items() if column.role == "value"]
        return [Block(*named, _line_terms(fit, values))]
    return [
        Block(_heading(fit, number)[0], _heading(fit, number)[1], number, _line_terms(fit, [(number, None)]))
        for number in fit.strange
    ]


def _heading(fit: Fit, column: int) -> tuple[str, int]:
    """The lowest text over a column and its row."""
    row = max(row for row in range(fit.first_row, fit.last_row + 1) if (row, column) in fit.grid.keys)
    return fit.grid.text((row, column)), row


def _line_terms(fit: Fit, columns: list[tuple[int, str | None]]) -> tuple[Term, ...]:
    if isinstance(fit.table, PrintedGroups):
        return tuple(_group_terms(fit, fit.table, columns))
    return tuple(
        _term(fit, joined(code, member), sign, row, number)
        for row, line in sorted(fit.lines.items())
        for number, member in columns
        for code, sign in line.cells.items()
    )


def _group_terms(fit: Fit, table: PrintedGroups, columns: list[tuple[int, str | None]]) -> Iterator[Term]:
    """Of each line with figures the fields of a record, and its code. A line without any says that nobody is there."""
    label = fit.column("label") or 1
    for row, line in sorted(fit.lines.items()):
        filled = any(fit.grid.text((row, number)) not in words().nothing for number, _ in columns)
        if not isinstance(line, PrintedLine) or not filled:
            continue
        terms = [_term(fit, joined(table.form, member), 1, row, number) for number, member in columns]
        name = replace(_term(fit, joined(table.form, table.groups_form.field), 1, row, label), is_name=True)
        yield from (replace(term, record=line.record) for term in (name, *terms))


def _term(fit: Fit, code: str, sign: int, row: int, column: int) -> Term:
    kind, text = fit.grid.cells.get((row, column), (None, None))
    return Term(code, sign, fit.grid.sheet, row, column, kind, text)


def address_of(terms: Iterable[Term]) -> str:
    """The address of a sum: ``C5``, ``C8:C15``, ``C5+D5-E5``."""
    runs: list[str] = []
    ordered = sorted(terms, key=lambda term: (-term.sign, term.column_no, term.row_no))
    for (sign, column), group in groupby(ordered, key=lambda term: (term.sign, term.column_no)):
        rows = [term.row_no for term in group]
        for _, run in groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0]):
            span = [row for _, row in run]
            first, last = a1_address(span[0], column), a1_address(span[-1], column)
            runs.append(("+" if sign > 0 else "-") + (first if first == last else f"{first}:{last}"))
    return "".join(runs).removeprefix("+")
