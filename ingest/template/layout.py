"""Where everything stands on a printed sheet: one layout, used to write the workbook and to tell its addresses."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from itertools import accumulate

import pandas as pd

from ingest.addresses import a1_address
from ingest.catalogue import Form, FormSet, FormVersion
from ingest.catalogue.model import VALUE_COLUMN

MARK_ROW, TITLE_ROW, PERIOD_ROW, UNIT_ROW, HEADER_ROW = 3, 4, 5, 6, 7
ORDINAL_COLUMN, LABEL_COLUMN, FIRST_VALUE_COLUMN = 1, 2, 3

# Column widths in characters: the ordinal, then by kind of sheet; the two-column sheets leave room for the head
# "ĐẢNG CỘNG SẢN VIỆT NAM" above the answers.
_ORDINAL_WIDTH = 6.0
_RECORD_WIDTHS = (42.0, 36.0, 26.0)
_NARROW_MATRIX, _WIDE_MATRIX = (58.0, 36.0), (26.0, 10.5)
_FIELD_WIDTHS = {"count": 13.0, "date": 14.0, "code": 20.0, "text": 18.0, "flag": 12.0}
_LIST_AT_LEAST = 110.0
_MARK_AT_LEAST = 36.0


@dataclass(frozen=True)
class SheetLayout:
    """The rows and columns (1-based) of one form's sheet.

    ``lines`` are the items or fields printed downwards with their row, ``heads`` the columns or fields printed across
    with their column; a list form has no lines but ``body_rows`` free rows. ``left_out`` are lines that do not apply to
    the type of the organization.
    """

    form: Form
    version: FormVersion
    header_rows: int
    first_body_row: int
    last_body_row: int
    widths: tuple[float, ...]
    lines: dict[str, int]
    heads: dict[str, int]
    left_out: frozenset[str] = frozenset()

    def is_asked(self, item: str, column: str = VALUE_COLUMN) -> bool:
        """False for a cell that the version, or the type of the organization, leaves out: it is printed with an x."""
        return item not in self.left_out and f"{item}.{column}" not in self.version.not_applicable

    @property
    def sheet(self) -> str:
        """The sheet's name."""
        return self.version.sheet

    @property
    def last_column(self) -> int:
        """The last printed column."""
        return len(self.widths)

    @property
    def middle(self) -> int:
        """The last column of the left half, by width: where the two heads and the two signatures part."""
        reached = list(accumulate(self.widths[:-1]))
        half = sum(self.widths) / 2
        return 1 + min(range(len(reached)), key=lambda index: abs(reached[index] - half))

    def width(self, first: int, last: int) -> float:
        """The width in characters from column ``first`` to ``last``."""
        return sum(self.widths[first - 1 : last])

    @property
    def mark_columns(self) -> tuple[int, int]:
        """The first and last column of the cell of the mark “nothing in the period”; its label stands left of it."""
        last = FIRST_VALUE_COLUMN
        while last < self.last_column and self.width(FIRST_VALUE_COLUMN, last) < _MARK_AT_LEAST:
            last += 1
        return FIRST_VALUE_COLUMN, last

    @property
    def mark_cell(self) -> str:
        """The address of that cell."""
        return a1_address(MARK_ROW, FIRST_VALUE_COLUMN)

    def with_room_for(self, records: int) -> SheetLayout:
        """The layout of a list with at least ``records`` free rows."""
        return replace(self, last_body_row=max(self.last_body_row, self.first_body_row + records - 1))


def sheet_layout(form: Form, version: FormVersion) -> SheetLayout:
    """The layout of ``form`` as ``version`` prints it."""
    header_rows = 2 if any(column.group for column in version.columns) else 1
    first = HEADER_ROW + header_rows + (1 if form.kind == "matrix" else 0)
    offset = FIRST_VALUE_COLUMN if form.kind == "matrix" else LABEL_COLUMN
    heads = {column.column: offset + index for index, column in enumerate(version.columns)}
    lines = {row.item: first + index for index, row in enumerate(version.rows)}
    body_rows = version.blank_rows if form.kind == "list" else len(lines)
    return SheetLayout(form, version, header_rows, first, first + body_rows - 1, _widths(form, heads), lines, heads)


def _widths(form: Form, heads: dict[str, int]) -> tuple[float, ...]:
    if form.kind == "record":
        return (_ORDINAL_WIDTH, *_RECORD_WIDTHS)
    if form.kind == "list":
        natural = [_FIELD_WIDTHS[form.fields[head].type] for head in heads]
        stretch = max(1.0, (_LIST_AT_LEAST - _ORDINAL_WIDTH) / sum(natural))
        return (_ORDINAL_WIDTH, *(round(width * stretch, 1) for width in natural))
    label, value = _NARROW_MATRIX if len(heads) == 1 else _WIDE_MATRIX
    return (_ORDINAL_WIDTH, label, *(value for _ in heads))


def layouts(form_set: FormSet, organization_type: str | None = None) -> list[SheetLayout]:
    """The layouts of all sheets of a workbook, in order; of an organization of a type: without what cannot be there."""
    return [
        replace(sheet_layout(form, version), left_out=frozenset(form.not_of.get(organization_type or "", ())))
        for form, version in form_set.forms
    ]


def cell_addresses(form_set: FormSet) -> pd.DataFrame:
    """One row per value cell of the blank workbook: form, version, item, column, sheet, cell.

    A record form has column ``value``; a list form has one row per field, its cell being the first free one.
    """
    rows = []
    for layout in layouts(form_set):
        common = {"form": layout.form.form, "version": layout.version.version, "sheet": layout.sheet}
        if layout.form.kind == "list":
            places = [(head, head, layout.first_body_row, column) for head, column in layout.heads.items()]
        elif layout.form.kind == "record":
            places = [(line, "value", row, FIRST_VALUE_COLUMN) for line, row in layout.lines.items()]
        else:
            places = [
                (line, head, row, column) for line, row in layout.lines.items() for head, column in layout.heads.items()
            ]
        rows += [
            {**common, "item": item, "column": head, "cell": a1_address(row, column)}
            for item, head, row, column in places
        ]
    return pd.DataFrame(rows)


def template_id(form_set: FormSet) -> str:
    """A short hash of the form set's geometry: it changes when a label, a row or a column of any sheet does."""
    digest = hashlib.sha256(form_set.code.encode())
    for layout in layouts(form_set):
        digest.update(repr((layout.form.form, layout.lines, layout.heads)).encode())
        digest.update(layout.version.model_dump_json().encode())
        if layout.form.nil_mark is not None:
            digest.update(layout.form.nil_mark.model_dump_json().encode())
    return digest.hexdigest()[:12]
