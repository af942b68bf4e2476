"""The answer to a query as it fits a terminal.

A table where its columns fit side by side, else every row turned: one line a column. As many rows as fit the screen
(in a pipe or file `_ROWS`), then how many more there are. With ``--all`` every row; on a terminal what is longer than
the screen goes through the pager (``PAGER``, else the system's). Whole numbers are grouped (6.177); years, codes and
numbers of things never are, and a fraction keeps the digits it has.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from rich.table import Table

from ingest.numerals import number_vi
from khoi.cli import output
from khoi.exports.plain import plain

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 40
"""Shown where there is no screen to fit."""
_FRAME = 6
"""Lines of a table's heading and border, of what is said below it and of the prompt."""
_AROUND = 3
"""Border and padding of a column."""
_UNGROUPED = re.compile(r"(^|_)(year|nam|năm|code|id|no|number|version|rank|row|position|hash)(_|$)", re.IGNORECASE)
_YEARS = range(1900, 2101)
_DIGITS = 6


def as_records(answer: pa.Table) -> list[dict[str, Any]]:
    """One record per row for JSON; of columns with the same name the later ones get a number, as in a frame."""
    named = answer.rename_columns(_unique(answer.column_names))
    return [{name: plain(value) for name, value in row.items()} for row in named.to_pylist()]


def _unique(names: list[str]) -> list[str]:
    """``a, a`` becomes ``a, a_1``."""
    found: list[str] = []
    for name in names:
        number = 0
        while (candidate := f"{name}_{number}" if number else name) in found:
            number += 1
        found.append(candidate)
    return found


def print_answer(answer: pa.Table, most: int | None, every: bool) -> None:
    """Print ``answer``: ``most`` rows, all with ``every``, else what fits."""
    if not answer.num_columns:
        output.out.print("Không có kết quả / no result")
        return
    limit = answer.num_rows if every else most
    rows = written(answer.slice(0, limit if limit is not None else max(_ROWS, output.out.height)))
    is_turned = not _fits(answer.column_names, rows, output.out.width)
    heights = [_height(answer.column_names, row, is_turned) for row in rows]
    if limit is None:
        rows = rows[: _rows_that_fit(heights)]
    if every and output.out.is_terminal and sum(heights) + _FRAME > output.out.height:
        with output.out.pager(styles=True):
            _print(answer, rows, is_turned)
    else:
        _print(answer, rows, is_turned)


def _height(names: list[str], row: list[str], is_turned: bool) -> int:
    """The lines a row takes."""
    if not is_turned:
        return max(text.count("\n") + 1 for text in row)
    width, before = output.out.width, max(map(len, names)) + 2
    return 1 + sum(-(-(before + len(line)) // width) for text in row for line in text.split("\n"))


def _rows_that_fit(heights: list[int]) -> int:
    """How many rows the screen holds beside heading, border and the line that says how many more there are."""
    room = output.out.height - _FRAME if output.out.is_terminal else _ROWS
    rows = sum(total <= room for total in accumulate(heights))
    return max(1, rows)


def _fits(names: list[str], rows: list[list[str]], width: int) -> bool:
    """True where every column can stand beside the others as wide as what it holds."""
    needed = 1
    for number, name in enumerate(names):
        lines = (len(line) for row in rows for line in row[number].split("\n"))
        needed += max(len(name), *lines, 0) + _AROUND
    return needed <= width


def _print(answer: pa.Table, rows: list[list[str]], is_turned: bool) -> None:
    if is_turned:
        _print_turned(answer.column_names, rows)
    else:
        _print_table(answer, rows)
    if len(rows) < answer.num_rows:
        output.out.print(f"… và {answer.num_rows - len(rows)} dòng nữa (--most N, --all, `khoi export`) / more rows")


def _print_table(answer: pa.Table, rows: list[list[str]]) -> None:
    drawn = Table(header_style="bold")
    for field in answer.schema:
        drawn.add_column(output.visible(field.name), justify="right" if _is_number(field) else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(output.visible(text) for text in row))
    output.out.print(drawn)


def _print_turned(names: list[str], rows: list[list[str]]) -> None:
    width = max(len(name) for name in names)
    for number, row in enumerate(rows, start=1):
        output.out.print(f"── {number} ──", style="bold")
        for name, text in zip(names, row, strict=True):
            output.out.print(f"{name:<{width}}  {text}")


def _is_number(field: pa.Field) -> bool:
    import pyarrow as pa

    kind = field.type
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def written(answer: pa.Table) -> list[list[str]]:
    """The rows of ``answer`` as texts for people."""
    columns = []
    for number, field in enumerate(answer.schema):
        values = answer.column(number).to_pylist()
        grouped = not _is_name(field.name, values)
        columns.append([_text(value, grouped) for value in values])
    return [list(row) for row in zip(*columns, strict=True)]


def _is_name(name: str, values: list[object]) -> bool:
    """True for a column of whole numbers that name something: by its own name, or because all of them are years."""
    if _UNGROUPED.search(name):
        return True
    whole = [value for value in values if value is not None]
    return bool(whole) and all(isinstance(value, int | float | Decimal) and value in _YEARS for value in whole)


def _text(value: object, grouped: bool) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, int | float | Decimal):
        return _number(value, grouped)
    told = plain(value)
    if isinstance(told, dict):
        return "; ".join(f"{key}: {_text(item, grouped)}" for key, item in told.items())
    if isinstance(told, list):
        return ", ".join(_text(item, grouped) for item in told)
    return str(told)


def _number(value: int | float | Decimal, grouped: bool) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value == int(value):
        return number_vi(int(value)) if grouped else str(int(value))
    if abs(float(value)) < 10**-_DIGITS:
        return f"{value:.3g}".replace(".", ",")
    if isinstance(value, Decimal):
        digits = -int(value.as_tuple().exponent)
    else:
        digits = len(f"{value:.{_DIGITS}f}".rstrip("0").partition(".")[2])
    return number_vi(value, max(2, digits))
