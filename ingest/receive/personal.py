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
from ingest.receive.cells import Cells

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
    cells: Cells, printed: Collection[str], plain_sheets: Collection[str], organizations: Collection[str]
) -> list[tuple[str, str, str]]:
    """Take out of ``cells`` what names a person; returns the identity headers met (sheet, cell, text).

    Everything below such a header in its column goes, and what stands right of it unless it is a printed
    label (``printed``, as keys): lists put the value below, records beside. Texts below a signature go too.
    Personal numbers are masked, but for ``organizations`` whose codes look alike, and not on ``plain_sheets``
    (the cover and the hidden identity, which hold codes only).
    """
    met: list[tuple[int, _Meaning]] = []
    for index, (kind, text) in enumerate(zip(cells.kind, cells.text, strict=True)):
        if kind == "text" and (meaning := _meaning(text)) is not _Meaning.PLAIN:
            met.append((index, meaning))
    headers = [index for index, meaning in met if meaning is _Meaning.HEADER]
    told = [(cells.sheet[index], cells.cell[index], cells.text[index]) for index in headers]
    for index, meaning in met:
        text = cells.text[index]
        if meaning is _Meaning.NUMBER and cells.sheet[index] not in plain_sheets and text.strip() not in organizations:
            cells.text[index] = masked(text)
    signatures = [index for index, meaning in met if meaning is _Meaning.SIGNATURE]
    if headers or signatures:
        _drop(cells, headers, signatures, printed)
    return told


def _drop(cells: Cells, headers: list[int], signatures: list[int], printed: Collection[str]) -> None:
    columns: dict[tuple[str, int], int] = {}
    rows: dict[tuple[str, int], int] = {}
    for index in headers:
        sheet, row_no, column_no = cells.sheet[index], cells.row_no[index], cells.column_no[index]
        columns[sheet, column_no] = min(row_no, columns.get((sheet, column_no), row_no))
        rows[sheet, row_no] = min(column_no, rows.get((sheet, row_no), column_no))
    signed = {
        (cells.sheet[index], cells.row_no[index] + below)
        for index in signatures
        for below in range(1, personal_words().rows_below + 1)
    }
    known = set(headers) | set(signatures)
    wanted = []
    for index, (sheet, row_no, column_no, _, kind, text) in enumerate(cells.rows()):
        below = row_no > columns.get((sheet, column_no), row_no)
        beside = column_no > rows.get((sheet, row_no), column_no)
        under_name = kind == "text" and (sheet, row_no) in signed
        label = (beside or under_name) and _cached_key(text) in printed
        wanted.append(index in known or not (below or ((beside or under_name) and not label)))
    cells.keep(wanted)
