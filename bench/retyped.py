"""A table typed once more by somebody else: habits of layout laid over invented sheets, their truth carried along.

A column left empty or filled with remarks, empty rows between lines, headings again as on a second page, long headings
typed over two rows without merging, figures as texts. ``Typed.place`` tells where a cell of before stands now.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

REMARKS = ["đã đối chiếu", None, None, "xem phụ lục", None]


@dataclass
class Typed:
    """Rows and merged cells of a sheet being changed; ``rows_at`` and ``columns_at``: where each was -> where it is."""

    rows: list[list[Any]]
    merged: list[tuple[int, int, int, int]]
    heads: int
    """The number of the first row of headings, from 1."""
    first: int
    """The number of the first line below the headings."""
    last: int

    def __post_init__(self) -> None:
        self.rows_at = {number: number for number in range(1, len(self.rows) + 1)}
        self.columns_at = {number: number for number in range(1, max(map(len, self.rows)) + 1)}

    def place(self, row_no: int, column_no: int) -> tuple[int, int]:
        return self.rows_at[row_no], self.columns_at[column_no]

    def insert_row(self, before: int, row: list[Any]) -> None:
        """A row that stands at ``before`` from now on."""
        self.rows.insert(before - 1, row)
        self.rows_at = {was: now + (now >= before) for was, now in self.rows_at.items()}
        self.merged = [(t + (t >= before), left, b + (b >= before), right) for t, left, b, right in self.merged]
        self.first += self.first >= before
        self.last += self.last >= before

    def insert_column(self, before: int) -> None:
        """An empty column within the table that stands at ``before`` from now on."""
        for number in range(self.heads, self.last + 1):
            row = self.rows[number - 1]
            if len(row) >= before:
                row.insert(before - 1, None)
        self.columns_at = {was: now + (now >= before) for was, now in self.columns_at.items()}
        self.merged = [
            (top, left + (left >= before), bottom, right + (right >= before))
            if self.heads <= top <= self.last else (top, left, bottom, right)
            for top, left, bottom, right in self.merged
        ]  # fmt: skip


def retyped(chance: random.Random, typed: Typed, figures: list[tuple[int, int]]) -> Typed:
    """``typed`` after some of the habits; ``figures`` are places before, whose numbers may become texts."""
    if chance.random() < 0.3:
        style = chance.choice(["{}", "{:02d}", " {} "])
        for row_no, column_no in figures:
            value = typed.rows[row_no - 1][column_no - 1]
            if isinstance(value, int):
                typed.rows[row_no - 1][column_no - 1] = style.format(value)
    if chance.random() < 0.35 and _is_one_row(typed):
        _split_headings(chance, typed)
    if chance.random() < 0.3:
        _remarks(chance, typed)
    if chance.random() < 0.25:
        typed.insert_column(1)
    if chance.random() < 0.3 and typed.last - typed.first > 3:
        middle = chance.randint(typed.first + 2, typed.last)
        heads = [list(row) for row in typed.rows[typed.heads - 1 : typed.first - 1]]
        for row in reversed(heads if chance.random() < 0.4 else [[]]):
            typed.insert_row(middle, row)
    return typed


def _is_one_row(typed: Typed) -> bool:
    """One row of headings, with a row of numbers below it or none."""
    below = typed.rows[typed.heads : typed.first - 1]
    return not any(isinstance(text, str) and len(text) > 1 for row in below for text in row)


def _split_headings(chance: random.Random, typed: Typed) -> None:
    top = typed.rows[typed.heads - 1]
    low: list[Any] = [None] * len(top)
    for at, text in enumerate(top):
        words = str(text).split() if text else []
        if len(words) > 2:
            cut = chance.randint(1, len(words) - 1)
            top[at], low[at] = " ".join(words[:cut]), " ".join(words[cut:])
    if any(low):
        typed.insert_row(typed.heads + 1, low)


def _remarks(chance: random.Random, typed: Typed) -> None:
    if "Ghi chú" in typed.rows[typed.heads - 1]:
        return
    wide = max(len(row) for row in typed.rows[typed.heads - 1 : typed.last])
    for number in range(typed.heads, typed.last + 1):
        row = typed.rows[number - 1]
        if number == typed.heads or (number >= typed.first and row and row[-1] is not None):
            row += [None] * (wide - len(row))
            row.append("Ghi chú" if number == typed.heads else chance.choice(REMARKS))
