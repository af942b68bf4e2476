"""Sheets of Biểu 4, 2B and 6A to 6F with the habits of `bench/retyped.py` laid over them."""

from __future__ import annotations

import dataclasses
import random

from openpyxl.utils.cell import coordinate_to_tuple

from bench.printed.sheet import Sheet
from bench.retyped import Typed, retyped
from ingest.addresses import a1_address


def typed_again(sheet: Sheet, seed: int) -> Sheet:
    """``sheet`` as somebody else would type it, the same for the same seed."""
    chance = random.Random(f"{seed}/retyped/{sheet.name}")
    places = {item: coordinate_to_tuple(cell) for item, (_, cell) in sheet.truth.items()}
    first = min(row_no for row_no, _ in places.values())
    last = max(row_no for row_no, _ in places.values())
    rows = [list(row) for row in sheet.rows]
    typed = Typed(rows, list(sheet.merged), _top_of_headings(rows, first), _first_line(rows, first), last)
    retyped(chance, typed, list(places.values()))
    truth = {item: (figure, a1_address(*typed.place(*places[item]))) for item, (figure, _) in sheet.truth.items()}
    return dataclasses.replace(sheet, rows=typed.rows, merged=typed.merged, truth=truth)


def _first_line(rows: list[list[object]], first: int) -> int:
    """The first line below the headings: parts and totals may stand above the first figure of the form."""
    top = _top_of_headings(rows, first)
    label = 1 if rows[top - 1][0] in ("TT", "STT", "Số TT") else 0
    for number in range(top + 1, first):
        row = rows[number - 1]
        numbers = [value for value in row if isinstance(value, int | float)]
        if row[label : label + 1] not in ([], [None]) and (not numbers or numbers[0] != 1):
            return number
    return first


def _top_of_headings(rows: list[list[object]], first: int) -> int:
    """The row of the ordinal's or the label's heading: the first with two neighbouring texts below the titles."""
    for number in range(2, first):
        filled = [value is not None for value in rows[number - 1]]
        if filled[:2] == [True, True] and len(rows[number - 1]) > 1:
            return number
    raise ValueError("a sheet without a row of headings")
