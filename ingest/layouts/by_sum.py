"""Lines whose words nobody knows, read because the sums of the form leave nothing else: a total, or its lacking part.

A total says that it is one, stands beside its parts and adds them up, with what is unread where the form has parts of
it. The one part of a total that is unread is what the read ones leave of it, in the place that the form gives it.
Belongs here: lines that a form declares as totals of other lines of it, and these. Does not belong here: whether a
total is right (`quality`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ingest.catalogue.printed import PrintedLine, PrintedTable
from ingest.layouts.by_place import may_be
from ingest.layouts.grid import Grid

_FEWEST_PARTS = 0.5
"""The share of a total's parts that must be read before their sum says anything."""
_Rows = Mapping[int, PrintedLine]


def lines_by_sum(table: PrintedTable, grid: Grid, label: int, rows: _Rows) -> dict[int, PrintedLine]:
    """Row -> line of the totals and of the lacking parts, beside ``rows`` that were read."""
    told = dict(_totals(table, grid, label, rows)) or dict(_rests(table, grid, label, rows))
    return {row: line.model_copy(update={"by_place": True}) for row, line in told.items()}


def _totals(table: PrintedTable, grid: Grid, label: int, rows: _Rows) -> Iterator[tuple[int, PrintedLine]]:
    read = {line.item: row for row, line in rows.items()}
    for line in table.printed_lines:
        parts = [read[part] for part in line.parts if part in read]
        if line.item in read or len(parts) <= len(line.parts) * _FEWEST_PARTS:
            continue
        lacking = [part for part in line.parts if part not in read]
        sums = [
            (row, *_sums(grid, label, row, [*parts, *_unread_of(table, grid, lacking, {**read, line.item: row})]))
            for row in _beside(table, grid, label, line.parts, read)
            if row not in rows and grid.is_total(row, label)
        ]
        fitting = [row for row, same, other in sums if 0 < same >= other]
        if len(fitting) == 1 and may_be(table, grid.text((fitting[0], label)), line):
            yield fitting[0], line


def _rests(table: PrintedTable, grid: Grid, label: int, rows: _Rows) -> Iterator[tuple[int, PrintedLine]]:
    """The one part of a total that is unread, of the rows in its place the one that the others leave of the total."""
    read = {line.item: row for row, line in rows.items()}
    by_item = {line.item: line for line in table.printed_lines if not line.is_added}
    for whole in table.printed_lines:
        lacking = [part for part in whole.parts if part not in read]
        if len(lacking) != 1 or lacking[0] not in by_item or whole.item not in read:
            continue
        parts = [read[part] for part in whole.parts if part in read]
        unread = [row for row in _in_place(table, grid, by_item[lacking[0]], read) if _is_line(grid, label, row)]
        sums = {row: _sums(grid, label, read[whole.item], [*parts, row]) for row in unread if row not in rows}
        # Beside the figures of the period and of the year before a percentage may stand, which adds up to nothing.
        fitting = [row for row, (same, other) in sums.items() if same > other and other <= (0 if table.members else 1)]
        if len(fitting) == 1 and may_be(table, grid.text((fitting[0], label)), by_item[lacking[0]]):
            yield fitting[0], by_item[lacking[0]]


def _unread_of(table: PrintedTable, grid: Grid, lacking: list[str], read: Mapping[str, int]) -> set[int]:
    """The unread rows in whose place the form has a part that is lacking."""
    lines = [line for line in table.printed_lines if line.item in lacking and not line.is_added]
    return {row for line in lines for row in _in_place(table, grid, line, read)} - set(read.values())


def _in_place(table: PrintedTable, grid: Grid, line: PrintedLine, read: Mapping[str, int]) -> list[int]:
    """The rows between the nearest read lines before and after ``line`` in the form; none where these are not so."""
    items = [one.item for one in table.printed_lines if not one.is_added]
    at = items.index(line.item)
    above = next((read[one] for one in reversed(items[:at]) if one in read), None)
    below = next((read[one] for one in items[at + 1 :] if one in read), None)
    if above is None or (below is not None and below < above):
        return []
    return [row for row in grid.rows if above < row and (below is None or row < below)]


def _beside(
    table: PrintedTable, grid: Grid, label: int, parts: Sequence[str], read: Mapping[str, int]
) -> Iterator[int]:
    """The row with a label before the parts and the one behind them; the unread at their ends are passed over."""
    known = [at for at, part in enumerate(parts) if part in read]
    inner = {below for line in table.printed_lines if line.item in parts for below in line.parts}
    rows = [read[item] for item in (*parts, *inner) if item in read]
    above = [row for row in reversed(grid.rows) if row < min(rows) and (row, label) in grid.keys]
    below = [row for row in grid.rows if row > max(rows) and (row, label) in grid.keys]
    before, behind = known[0], len(parts) - 1 - known[-1]
    yield from (*above[before : before + 1], *below[behind : behind + 1])


def _sums(grid: Grid, label: int, total: int, parts: Iterable[int]) -> tuple[int, int]:
    """In how many columns the row is the sum of ``parts``, and in how many not: percentages add up to nothing."""
    same, other = 0, 0
    rows = list(parts)
    for column in grid.rows[total]:
        stated, told = _number(grid, total, column), [_number(grid, row, column) for row in rows]
        if column > label and (stated or any(told)):
            is_sum = stated == sum(told)
            same, other = same + is_sum, other + (not is_sum)
    return same, other


def _is_line(grid: Grid, label: int, row: int) -> bool:
    """True for a label with a figure beside it."""
    kinds = [kind for column, (kind, _) in grid.rows[row].items() if column > label]
    return (row, label) in grid.keys and "number" in kinds


def _number(grid: Grid, row: int, column: int) -> float:
    kind, text = grid.cells.get((row, column), ("", ""))
    return float(text) if kind == "number" else 0.0
