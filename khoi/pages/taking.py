"""A listing as a file: the rows that the view leaves, in its order, under the labels that stand on the page.

The files are those of `khoi export` (`khoi.exports`): text stays text, a workbook has a second sheet of notes.
"""

from __future__ import annotations

import io
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa

from khoi.exports.asked import Answer
from khoi.exports.csv_file import write_rows
from khoi.exports.notes import notes_on
from khoi.exports.plain import as_text
from khoi.exports.workbook_file import write_workbook
from khoi.pages.blocks import Listing, Row
from khoi.pages.view import View

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def as_file(view: View, listing: Listing, rows: list[Row], kind: str, address: str) -> bytes:
    """The bytes of a .csv (UTF-8 with a byte order mark) or .xlsx; ``address`` stands in the notes of a workbook."""
    table = _table(view, listing, rows)
    if kind == "csv":
        out = io.StringIO(newline="")
        write_rows(table, out)
        return ("\ufeff" + out.getvalue()).encode()
    answer = Answer("query", address, table, {})
    with view.published.cursor() as cursor, tempfile.TemporaryDirectory(prefix="khoi-") as folder:
        path = Path(folder) / "taken.xlsx"
        write_workbook(table, path, notes_on(view.published.home, cursor, answer), {})
        return path.read_bytes()


def _table(view: View, listing: Listing, rows: list[Row]) -> pa.Table:
    """The rows as columns; two columns of one label are told apart by their names."""
    labels = [column.label.within(view.language) or column.name for column in listing.columns]
    twice = {label for label, count in Counter(labels).items() if count > 1}
    names = [
        f"{label} ({column.name})" if label in twice else label
        for label, column in zip(labels, listing.columns, strict=True)
    ]
    columns = [_column([row.get(column.name) for row in rows]) for column in listing.columns]
    return pa.table(columns, names=names)


def _column(values: list[Any]) -> pa.Array:
    """Values of one type as they are, whole numbers as such; of several types as text."""
    whole = [int(value) if isinstance(value, float) and value.is_integer() else value for value in values]
    try:
        return pa.array(whole)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([None if value is None else as_text(value) for value in whole])
