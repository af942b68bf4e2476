"""A sheet of a matrix form, whichever way round it stands: its title, its figures, the place that it comes to.

Belongs here: what both ways have in common. Does not belong here: one of them (`matrix_down`, `matrix_across`).
"""

from __future__ import annotations

import math
from collections.abc import Collection

from ingest.catalogue.layout import LayoutColumn, LayoutLine, Sign
from ingest.catalogue.printed import PrintedLine
from ingest.catalogue.printed_sheets import PrintedMatrix
from ingest.layouts.fit import Fit
from ingest.layouts.grid import Grid
from ingest.layouts.matrix_by_sum import figure
from ingest.layouts.matrix_words import MatrixWords, Said
from ingest.layouts.printed_columns import is_figure_on_paper

PERCENT, FORMER, KIND = "tỷ lệ: được tính lại", "số của năm trước", "loại hình cơ sở: lấy từ sổ đăng ký"
DEEPEST = 4
Lines = dict[int, LayoutLine]
Columns = dict[int, LayoutColumn]


class MatrixSheet:
    """A sheet read one way round."""

    def __init__(self, table: PrintedMatrix, grid: Grid, words: MatrixWords, named: Collection[str]) -> None:
        self.table, self.grid, self.words = table, grid, words
        self._numbers = set(named) & table.numbers

    def title(self, first_row: int) -> tuple[str | None, list[str]]:
        """The item that the lines above the table speak of, if one, and what keeps it from being told."""
        texts = [self.grid.text(place) for place in sorted(self.grid.cells) if place[0] < first_row]
        items = self.words.titled([*texts, self.grid.sheet])
        meant = {item for number in self._numbers if (item := self.table.matrix_form.numbers.get(number))}
        if meant and items and meant != items:
            return None, ["số biểu khớp với tên biểu"]
        told = items or meant  # which number is of whom the declaration says, as far as it is known
        return (next(iter(told)) if len(told) == 1 else None), []

    def is_titled(self, first_row: int) -> bool:
        """True where the number or the words above the table say that it is this form."""
        texts = (self.grid.text(place) for place in sorted(self.grid.cells) if place[0] < first_row)
        return bool(self._numbers) or any(map(self.words.is_title, (*texts, self.grid.sheet)))

    def fit(self, item: str | None, place: tuple[int, int], columns: Columns, lines: Lines, missing: list[str]) -> Fit:
        """The table of the items that ``lines`` have; ``item``: the only one."""
        top, bottom = place
        held = {code.split(".")[1] for line in lines.values() for code in line.cells}
        update = {
            "header_rows": bottom - top + 1,
            "part": item or "",
            "printed_lines": tuple(line for line in self.table.printed_lines if line.item in held),
        }
        return Fit(self.grid, self.table.model_copy(update=update), top, columns, lines, missing=tuple(missing))

    def figures(self, row: int, right_of: int) -> list[int]:
        """The columns of a row in which figures stand."""
        return [at for at in self.grid.rows[row] if at > right_of and is_figure_on_paper(self.grid, (row, at))]

    def _label_of(self, member: str) -> str:
        return next(column.header[0] for column in self.table.columns if column.member == member)

    def _is_most(self, cases: list[list[tuple[int, int]]]) -> bool:
        """True where of each case the first cell holds no less than any of the others."""
        return all(self._number(first) >= max(map(self._number, rest), default=0.0) for first, *rest in cases)

    def _number(self, place: tuple[int, int]) -> float:
        number = figure(self.grid, place)
        return 0.0 if math.isnan(number) else number

    def counted(self, rows: Collection[int], columns: Collection[int]) -> tuple[list[int], list[int]]:
        """Of rows and columns those that hold whole numbers and nothing else, blanks and dashes being none."""
        whole = [at for at in columns if all(figure(self.grid, (row, at)).is_integer() for row in rows)]
        return [row for row in rows if any(figure(self.grid, (row, at)) for at in whole)], whole

    def line(self, label: str, cells: dict[str, Sign], *, by_place: bool) -> LayoutLine:
        """A line of the form; where its words did not say which, that is told."""
        if not by_place:
            return LayoutLine(label=label, cells=cells)
        return PrintedLine(
            label=label, cells=cells, item=next(iter(cells)), part_of=None, printed=(), concepts=(), needed=(),
            by_place=True,
        )  # fmt: skip

    def code(self, item: str, member: str | None = None) -> dict[str, Sign]:
        """The cell code of an item, or of one of its columns."""
        return {".".join(filter(None, (self.table.form, item, member))): 1}


def members(found: dict[int, Said]) -> set[str]:
    return {said.member for said in found.values() if said.member and not said.aside}


def known(columns: dict[int, LayoutColumn | None]) -> Columns:
    return {at: column for at, column in columns.items() if column is not None}
