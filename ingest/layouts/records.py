"""The records of a list in a workbook of others: what each row below the heading is, and whose each record is.

A row is a record where something stands in a column of the form, above the notes and signatures, and it is no total, no
numbering of the columns, no heading printed again and no text alone below an empty row. The same holds for our own
lists (`ingest.normalise`, expected_cells.sql). Belongs here: rows of one table. Does not belong here: what a cell says.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ingest.labels import label_key
from ingest.layouts.fit import Fit
from ingest.layouts.grid import Grid, is_figure
from ingest.layouts.spelling import CodeSpellings, spellings
from ingest.layouts.terms import Block, Term
from ingest.words import words

RECORD, TOTAL, IGNORED, NUMBERING, HEADING, ORGANIZATION, STRANGER, REMARK, FOOT, BELOW_FOOT, EMPTY = (
    *("record", "total", "ignored_row", "numbering", "heading", "organization", "stranger", "remark", "foot"),
    *("row_below_end", "empty"),
)
_MOST_IN_A_FOOT = 2
_Named = tuple[str, int, int]
IsOrganization = Callable[[str], str | None]


@dataclass(frozen=True)
class ListRows:
    """The rows of a record table where it stands. ``code_of``: the code of the organization that a text names;
    ``codes``: how the codes of the code lists are spelled."""

    fit: Fit
    code_of: IsOrganization
    codes: CodeSpellings

    @property
    def _grid(self) -> Grid:
        return self.fit.grid

    @cached_property
    def fields(self) -> dict[int, str]:
        """Column -> the field that stands in it."""
        return {number: column.field for number, column in self.fit.columns.items() if column.field is not None}

    @cached_property
    def kinds(self) -> dict[int, str]:
        """Row below the heading -> what it is."""
        kinds: dict[int, str] = {}
        previous, after_gap, is_over = self.fit.last_row, False, False
        for row in self._grid.rows:
            if row <= self.fit.last_row or not any((row, at) in self._grid.keys for at in self._grid.rows[row]):
                continue
            after_gap, previous = after_gap or row - previous > 1, row
            is_over = is_over or self._is_foot(row)
            kinds[row] = self._below(row) if is_over else self._kind(row, after_gap)
        return kinds

    def _kind(self, row: int, after_gap: bool) -> str:
        grid, read = self._grid, self._read(row)
        if row <= self.fit.last_row + 2 and grid.is_numbering(row):
            return NUMBERING
        if self._is_left_aside(row, words().totals):
            return TOTAL
        if self._is_left_aside(row, [label_key(text) for text in self.fit.table.ignored_rows]):
            return IGNORED
        block = self.heads_block(row)
        if block is not None:
            return ORGANIZATION if self.code_of(block[0]) is not None else STRANGER
        if not read:
            return EMPTY
        if len(read) > 1 and all(self._is_heading(row, at) for at in read):
            return HEADING
        filled = sum((row, at) in grid.keys for at in grid.rows[row])
        if after_gap and filled == 1 and not self._figures(row) and not self._coded(row):
            return REMARK
        return RECORD

    def _read(self, row: int) -> list[int]:
        return [at for at in self._grid.rows[row] if at in self.fields and (row, at) in self._grid.keys]

    def _figures(self, row: int) -> list[int]:
        return [at for at in self._read(row) if is_figure(*self._grid.cells[row, at])]

    def _coded(self, row: int) -> list[int]:
        """The columns in which a code of their list stands: it is no note or total, whatever its first word."""
        return [at for at in self._read(row) if self._is_code(row, at)]

    def _is_code(self, row: int, column: int) -> bool:
        text, code_list = self._grid.text((row, column)), self.fit.coded.get(column)
        if code_list is None:
            return False
        declared = {label_key(word) for word in self.fit.columns[column].words}
        return bool(spellings(text) & self.codes.get(code_list, {}).keys()) or label_key(text) in declared

    def _is_left_aside(self, row: int, beginnings: Iterable[str]) -> bool:
        """True for a row that begins so, and is no record of which only a remark does: "Cộng tác viên dân số"."""
        remarks = {at for at, column in self.fit.columns.items() if column.role == "ignored"}
        if self._coded(row):
            return False
        few = len(self._read(row)) <= _MOST_IN_A_FOOT
        return self._begins_with(row, beginnings, set() if few else remarks)

    def _begins_with(self, row: int, beginnings: Iterable[str], without: Collection[int] = ()) -> bool:
        apart = {*self._coded(row), *without}
        texts = {(row, at): content for at, content in self._grid.rows[row].items() if at not in apart}
        return Grid("", texts).starts_with(row, beginnings)

    def _is_foot(self, row: int) -> bool:
        few = len(self._read(row)) <= _MOST_IN_A_FOOT and not self._figures(row) and not self._coded(row)
        return few and self._begins_with(row, words().ends)

    def _below(self, row: int) -> str:
        """Below the foot a record is not read, and a list of which something was not read is not counted."""
        read = self._read(row)
        only_days = bool(read) and all(self._grid.cells[row, at][0] == "date" for at in read)
        is_record = (self._figures(row) or self._coded(row)) and not only_days
        return BELOW_FOOT if is_record and not self._begins_with(row, words().totals) else FOOT

    def _is_heading(self, row: int, column: int) -> bool:
        heads = {label_key(text) for text in self.fit.columns[column].header}
        return self._grid.keys[row, column] in heads

    def heads_block(self, row: int) -> _Named | None:
        """Whose the records below are: the only text of a row, an ordinal apart, or what it says by the table's
        expression; text, row, column. One that the register does not know counts only by that expression."""
        grid, pattern = self._grid, self.fit.table.organization
        filled = [at for at in grid.rows[row] if (row, at) in grid.keys]
        filled = [at for at in filled if at != self.fit.column("ordinal")] or filled
        if len(filled) != 1 or grid.cells[row, filled[0]][0] != "text":
            return None
        text, place = grid.text((row, filled[0])), (row, filled[0])
        titled = re.search(pattern, text, re.IGNORECASE) if pattern else None
        said = [one for one in (text, titled[1].strip() if titled else "") if one]
        known = next((one for one in said if self.code_of(one) is not None), None)
        return (known or said[-1], *place) if known or titled else None

    def record_rows(self) -> list[int]:
        """The rows that are records, from the top down."""
        return [row for row, kind in self.kinds.items() if kind == RECORD]


def record_blocks(rows: ListRows, named: _Named | None) -> list[Block]:
    """One block per record: whose it is, and its fields. ``named``: the organization that the title names."""
    if named is not None and not set(rows.kinds.values()) & {RECORD, ORGANIZATION}:
        return [Block(*named, ())]  # its list is empty, and it is there all the same
    blocks = []
    for row, owner in _owners(rows, named):
        fields = (_term(rows.fit, field, row, row, at) for at, field in sorted(rows.fields.items()))
        said = (_said(rows.fit, field, row, place) for field, place in rows.fit.said.items())
        blocks.append(Block(*owner, (*fields, *said)))
    return blocks


def _owners(rows: ListRows, named: _Named | None) -> Iterator[tuple[int, _Named]]:
    """Each record with the organization it is of: named in its row, above its rows, or in the title."""
    own, grid = rows.fit.column("organization"), rows.fit.grid
    records = set(rows.record_rows())
    texts = [grid.text((row, own)) for row in sorted(records)] if own is not None else []
    # Who writes the name again in the next row does not mean it where a cell was left empty.
    repeats = any(text and text == after for text, after in itertools.pairwise(texts))
    over = named
    for row, kind in rows.kinds.items():
        if kind in (ORGANIZATION, STRANGER):
            over = rows.heads_block(row)
        elif row in records and own is not None:
            if (row, own) in grid.keys:
                over = (grid.text((row, own)), row, own)
            yield row, over if over is not None and ((row, own) in grid.keys or not repeats) else ("", row, own)
        elif row in records:
            yield row, over or ("", row, 1)


def _term(fit: Fit, field: str, record: int, row: int, column: int) -> Term:
    kind, text = fit.grid.cells.get((row, column), (None, None))
    return Term(f"{fit.table.form}.{field}", 1, fit.grid.sheet, row, column, kind, text, record)


def _said(fit: Fit, field: str, record: int, place: tuple[int, int]) -> Term:
    return _term(fit, field, record, *place)
