"""Columns that name persons are refused: told with their cell, and not landed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from ingest.labels import label_key
from ingest.receive.cells import Cells

HEADERS_FILE = Path(__file__).with_name("identity_headers.yaml")


@cache
def identity_headers() -> frozenset[str]:
    """The keys of headers that ask for a person's identity."""
    declared = yaml.safe_load(HEADERS_FILE.read_text(encoding="utf-8"))
    return frozenset(label_key(header) for header in declared["headers"])


def without_identity(cells: Cells) -> tuple[Cells, list[tuple[str, str, str]]]:
    """The cells without those below or right of an identity header, and the headers found (sheet, cell, text).

    Everything below the header in its column goes, and so does the next cell in its row: forms put the value there.
    """
    headers = identity_headers()
    found = [
        (sheet, row_no, column_no, place, text)
        for sheet, row_no, column_no, place, kind, text in _rows(cells)
        if kind == "text" and len(text) < 60 and label_key(text) in headers
    ]
    if not found:
        return cells, []
    columns: dict[tuple[str, int], int] = {}
    beside = set()
    for sheet, row_no, column_no, _, _ in found:
        columns[sheet, column_no] = min(row_no, columns.get((sheet, column_no), row_no))
        beside.add((sheet, row_no, column_no + 1))
    kept = Cells()
    header_places = {(sheet, place) for sheet, _, _, place, _ in found}
    for sheet, row_no, column_no, place, kind, text in _rows(cells):
        below = row_no > columns.get((sheet, column_no), row_no)
        if below or ((sheet, row_no, column_no) in beside and (sheet, place) not in header_places):
            continue
        kept.add(sheet, row_no, column_no, kind, text)
    return kept, [(sheet, place, text) for sheet, _, _, place, text in found]


def _rows(cells: Cells) -> Iterator[tuple[str, int, int, str, str, str]]:
    return zip(cells.sheet, cells.row_no, cells.column_no, cells.cell, cells.kind, cells.text, strict=True)
