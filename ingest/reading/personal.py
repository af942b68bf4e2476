"""What names a person does not enter the lake: columns, names under signatures, personal numbers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from pathlib import Path

import yaml

from ingest.labels import label_key
from ingest.privacy import holds_personal_number, masked
from ingest.reading.cells import Cell, address

HEADERS_FILE = Path(__file__).with_name("identity_headers.yaml")
_LONGEST_LABEL = 60


class _Meaning(Enum):
    PLAIN = 0
    HEADER = 1
    SIGNATURE = 2
    NUMBER = 3


@dataclass(frozen=True)
class PersonalWords:
    """The lists of `identity_headers.yaml` as keys."""

    headers: frozenset[str]
    signatures: frozenset[str]
    rows_below: int


@cache
def personal_words() -> PersonalWords:
    """Read once."""
    declared = yaml.safe_load(HEADERS_FILE.read_text(encoding="utf-8"))
    headers, signatures = (
        frozenset(label_key(label) for label in declared[name]["labels"]) for name in ("headers", "signatures")
    )
    return PersonalWords(headers, signatures, int(declared["signatures"]["rows_below"]))


@lru_cache(maxsize=100_000)
def _meaning(text: str) -> _Meaning:
    if len(text) < _LONGEST_LABEL:
        key = label_key(text)
        if key in personal_words().headers:
            return _Meaning.HEADER
        if key in personal_words().signatures:
            return _Meaning.SIGNATURE
    return _Meaning.NUMBER if holds_personal_number(text) else _Meaning.PLAIN


@lru_cache(maxsize=100_000)
def _cached_key(text: str) -> str:
    return label_key(text)


def without_personal_data(
    cells: list[Cell], printed: Collection[str], plain_sheets: Collection[str], organizations: Collection[str]
) -> tuple[list[Cell], list[tuple[str, str, str]]]:
    """``cells`` without what names a person, and the identity headers met (sheet, cell, text).

    Everything below such a header in its column goes, and what stands right of it unless it is a printed
    label (``printed``, as keys): lists put the value below, records beside. Texts below a signature go too.
    Personal numbers are masked, but for ``organizations`` whose codes look alike, and not on ``plain_sheets``
    (the cover and the hidden identity, which hold codes only).
    """
    met = [
        (index, meaning)
        for index, cell in enumerate(cells)
        if cell[3] == "text" and (meaning := _meaning(cell[4])) is not _Meaning.PLAIN
    ]
    headers = [cells[index] for index, meaning in met if meaning is _Meaning.HEADER]
    told = [(sheet, address(row_no, column_no), text) for sheet, row_no, column_no, _, text, *_ in headers]
    for index, meaning in met:
        sheet, row_no, column_no, kind, text, code, seen, marks = cells[index]
        if meaning is _Meaning.NUMBER and sheet not in plain_sheets and text.strip() not in organizations:
            cells[index] = (sheet, row_no, column_no, kind, masked(text), code, seen, marks)
    signatures = [cells[index] for index, meaning in met if meaning is _Meaning.SIGNATURE]
    dropped = _under_signatures(cells, signatures, printed) | _under_headers(cells, headers, printed)
    dropped -= {index for index, meaning in met if meaning in (_Meaning.HEADER, _Meaning.SIGNATURE)}
    if dropped:
        cells = [cell for index, cell in enumerate(cells) if index not in dropped]
    return cells, told


def _under_signatures(cells: list[Cell], signatures: list[Cell], printed: Collection[str]) -> set[int]:
    rows = {(cell[0], cell[1] + below) for cell in signatures for below in range(1, personal_words().rows_below + 1)}
    if not rows:
        return set()
    return {
        index
        for index, cell in enumerate(cells)
        if cell[3] == "text" and (cell[0], cell[1]) in rows and _cached_key(cell[4]) not in printed
    }


def _under_headers(cells: list[Cell], headers: list[Cell], printed: Collection[str]) -> set[int]:
    first_row: dict[tuple[str, int], int] = {}
    first_column: dict[tuple[str, int], int] = {}
    for sheet, row_no, column_no, *_ in headers:
        first_row[sheet, column_no] = min(row_no, first_row.get((sheet, column_no), row_no))
        first_column[sheet, row_no] = min(column_no, first_column.get((sheet, row_no), column_no))
    if not headers:
        return set()
    return {
        index
        for index, (sheet, row_no, column_no, kind, text, *_) in enumerate(cells)
        if row_no > first_row.get((sheet, column_no), row_no)
        or (
            column_no > first_column.get((sheet, row_no), column_no)
            and not (kind == "text" and _cached_key(text) in printed)
        )
    }
