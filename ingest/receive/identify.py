"""Whose workbook is this, for which period, on which edition: read from the cover and the hidden identity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.catalogue import Catalogue
from ingest.catalogue.tables import printed_labels
from ingest.labels import clean_text, label_key
from ingest.receive.cells import Cells

COVER = "cover"
IDENTITY_SHEET = "_khoi"


@dataclass(frozen=True)
class CoverLabels:
    """The cover's sheet names and line labels of all editions, as keys."""

    sheets: frozenset[str]
    lines: Mapping[str, str]

    @classmethod
    def of(cls, catalogue: Catalogue) -> CoverLabels:
        """The labels of the cover form."""
        labels = printed_labels(catalogue)
        cover = labels[labels["form"] == COVER]
        sheets = frozenset(cover[cover["axis"] == "sheet"]["label_key"])
        lines = cover[cover["axis"] == "row"]
        return cls(sheets, dict(zip(lines["label_key"], lines["code"], strict=True)))


@dataclass(frozen=True)
class Cover:
    """What a workbook says of itself: values and addresses by cover field, and the hidden identity."""

    sheet: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)


def read_cover(cells: Cells, labels: CoverLabels) -> Cover:
    """Find the cover by its sheet name, else by its labels; the value stands right of its label."""
    names = list(dict.fromkeys(cells.sheet))
    sheet = next((name for name in names if label_key(name) in labels.sheets), None)
    by_row: dict[int, list[tuple[int, str, str]]] = {}
    hidden: dict[int, dict[int, str]] = {}
    for name, row_no, column_no, place, text in zip(
        cells.sheet, cells.row_no, cells.column_no, cells.cell, cells.text, strict=True
    ):
        if name == IDENTITY_SHEET:
            hidden.setdefault(row_no, {})[column_no] = text
        elif name == sheet:
            by_row.setdefault(row_no, []).append((column_no, place, text))
    values: dict[str, str] = {}
    places: dict[str, str] = {}
    for row in by_row.values():
        row.sort()
        for (_, _, label), (_, place, text) in pairwise(row):
            code = labels.lines.get(label_key(label))
            if code and code not in values:
                values[code], places[code] = clean_text(text), place
    return Cover(sheet, values, places, {row[1]: row[2] for row in hidden.values() if 1 in row and 2 in row})
