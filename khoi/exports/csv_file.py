"""An answer as a CSV file that Excel opens with Vietnamese letters: UTF-8 with a byte order mark, one header line.

Text a spreadsheet would take for a formula gets an apostrophe before it; numbers are written as they are.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from khoi.exports.plain import as_text

if TYPE_CHECKING:
    import pyarrow as pa

_FORMULA = re.compile(r"[=+\-@\t\r]")
_HARMLESS = re.compile(r"[+-]?(\d+([.,]\d+)*)?\s?%?")
_ROWS = 10_000


def write_csv(table: pa.Table, path: Path, separator: str = ",") -> None:
    """Write ``table``; with a semicolon fractions have a decimal comma, as Excel in Vietnamese reads them."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        write_rows(table, file, separator)


def write_rows(table: pa.Table, file: TextIO, separator: str = ",") -> None:
    """The lines of the file, to wherever text goes."""
    writer = csv.writer(file, delimiter=separator, lineterminator="\r\n")
    writer.writerow([_inert(name) for name in table.column_names])
    writer.writerows(_lines(table, separator == ";"))


def _lines(table: pa.Table, comma: bool) -> Iterator[list[str]]:
    for batch in table.to_batches(max_chunksize=_ROWS):
        columns = [[_written(value, comma) for value in column.to_pylist()] for column in batch.columns]
        yield from (list(row) for row in zip(*columns, strict=True))


def _written(value: object, comma: bool) -> str:
    if isinstance(value, str):
        return _inert(value)
    text = as_text(value)
    return text.replace(".", ",") if comma and isinstance(value, float | Decimal) else text


def _inert(text: str) -> str:
    """``text`` that no spreadsheet calculates: ``=cmd|…`` becomes ``'=cmd|…``, "-5" and "-" stay."""
    return f"'{text}" if _FORMULA.match(text) and not _HARMLESS.fullmatch(text) else text
