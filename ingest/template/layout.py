"""Where everything stands on a printed sheet: one layout, used to write the workbook and to tell its addresses."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pandas as pd

from ingest.catalogue import Form, FormSet, FormVersion
from ingest.lake import a1_address

TITLE_ROW, PERIOD_ROW, UNIT_ROW, HEADER_ROW = 4, 5, 6, 7
ORDINAL_COLUMN, LABEL_COLUMN, FIRST_VALUE_COLUMN = 1, 2, 3


@dataclass(frozen=True)
class SheetLayout:
    """The rows and columns (1-based) of one form's sheet.

    ``lines`` are the items or fields printed downwards with their row, ``heads`` the columns or fields
    printed across with their column; a list form has no lines but ``body_rows`` free rows.
    """

    form: Form
    version: FormVersion
    header_rows: int
    first_body_row: int
    last_body_row: int
    last_column: int
    lines: dict[str, int]
    heads: dict[str, int]

    @property
    def sheet(self) -> str:
        """The sheet's name."""
        return self.version.sheet


def sheet_layout(form: Form, version: FormVersion) -> SheetLayout:
    """The layout of ``form`` as ``version`` prints it."""
    grouped = any(column.group for column in version.columns)
    header_rows = 2 if grouped else 1
    numbering = 1 if form.kind == "matrix" else 0
    first = HEADER_ROW + header_rows + numbering
    offset = FIRST_VALUE_COLUMN if form.kind == "matrix" else LABEL_COLUMN
    heads = {column.column: offset + index for index, column in enumerate(version.columns)}
    if form.kind == "list":
        return SheetLayout(form, version, header_rows, first, first + version.blank_rows - 1, max(heads.values()), {}, heads)
    lines = {row.item: first + index for index, row in enumerate(version.rows)}
    last_column = max(heads.values()) if heads else FIRST_VALUE_COLUMN + 1
    return SheetLayout(form, version, header_rows, first, first + len(version.rows) - 1, last_column, lines, heads)


def layouts(form_set: FormSet) -> list[SheetLayout]:
    """The layouts of all sheets of a workbook, in order."""
    return [sheet_layout(form, version) for form, version in form_set.forms]


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
        rows += [{**common, "item": item, "column": head, "cell": a1_address(row, column)} for item, head, row, column in places]
    return pd.DataFrame(rows)


def template_id(form_set: FormSet) -> str:
    """A short hash of the form set's geometry: it changes when a label, a row or a column of any sheet does."""
    digest = hashlib.sha256(form_set.code.encode())
    for layout in layouts(form_set):
        digest.update(repr((layout.sheet, layout.version.title, layout.lines, layout.heads)).encode())
        digest.update(layout.version.model_dump_json().encode())
    return digest.hexdigest()[:12]
