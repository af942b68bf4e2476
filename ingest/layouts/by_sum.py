"""A total whose words nobody knows, read because it is one: it says so, stands beside its parts and adds them up.

Belongs here: lines that a form declares as totals of other lines of it. Does not belong here: whether a total is right
(`quality`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ingest.catalogue.printed import PrintedLine, PrintedTable
from ingest.layouts.grid import Grid

_FEWEST_PARTS = 0.5
"""The share of a total's parts that must be read before their sum says anything."""


def totals_by_sum(
    table: PrintedTable, grid: Grid, label: int, rows: Mapping[int, PrintedLine]
) -> dict[int, PrintedLine]:
    """Row -> total, beside ``rows`` that were read."""
    read = {line.item: row for row, line in rows.items()}
    found: dict[int, PrintedLine] = {}
    for line in table.printed_lines:
        parts = [read[part] for part in line.parts if part in read]
        if line.item in read or len(parts) <= len(line.parts) * _FEWEST_PARTS:
            continue
        fitting = [row for row in _beside(grid, label, parts) if row not in rows and _adds_up(grid, label, row, parts)]
        if len(fitting) == 1:
            found[fitting[0]] = line.model_copy(update={"by_place": True})
    return found


def _beside(grid: Grid, label: int, parts: list[int]) -> Iterator[int]:
    """The next rows with a label above and below the parts, where they say that they are totals."""
    above = [row for row in grid.rows if row < min(parts) and (row, label) in grid.keys]
    below = [row for row in grid.rows if row > max(parts) and (row, label) in grid.keys]
    yield from (row for row in (*above[-1:], *below[:1]) if grid.is_total(row, label))


def _adds_up(grid: Grid, label: int, total: int, parts: list[int]) -> bool:
    """True where the row is the sum of ``parts`` in as many columns as it is not: percentages add up to nothing."""
    same, other = 0, 0
    for column in grid.rows[total]:
        stated = _number(grid, total, column)
        if column > label and stated:
            is_sum = stated == sum(_number(grid, row, column) for row in parts)
            same, other = same + is_sum, other + (not is_sum)
    return same > 0 and same >= other


def _number(grid: Grid, row: int, column: int) -> float:
    kind, text = grid.cells.get((row, column), ("", ""))
    return float(text) if kind == "number" else 0.0
