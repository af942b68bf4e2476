"""Whose workbook is this, for which period, on which edition: read from the cover and the hidden identity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ingest.catalogue import Catalogue
from ingest.catalogue.tables import printed_labels
from ingest.labels import clean_text, label_key
from ingest.privacy import holds_personal_number
from ingest.reference import Reference

COVER = "cover"
IDENTITY_SHEET = "_khoi"

CellRow = tuple[str, int, int, str, str, str]
"""sheet, row, column, address, kind, text."""


@dataclass(frozen=True)
class CoverLabels:
    """What is printed, as keys: the cover's sheet names, lines and answer headings, and all labels of all forms.

    ``organizations`` are the organization codes that look like personal numbers and are none.
    """

    sheets: frozenset[str]
    lines: Mapping[str, str]
    answers: frozenset[str]
    printed: frozenset[str]
    organizations: frozenset[str]

    @classmethod
    def of(cls, catalogue: Catalogue, reference: Reference) -> CoverLabels:
        """The labels of all editions."""
        from ingest.normalise.words import words

        labels = printed_labels(catalogue)
        cover = labels[labels["form"] == COVER]
        lines = cover[cover["axis"] == "row"]
        organizations = reference["organizations"]["organization_code"].dropna()
        return cls(
            frozenset(cover[cover["axis"] == "sheet"]["label_key"]),
            dict(zip(lines["label_key"], lines["code"], strict=True)),
            words().answer,
            frozenset(labels["label_key"]) | words().structure | words().answer,
            frozenset(str(code) for code in organizations if holds_personal_number(str(code))),
        )

    def plain_sheets(self, names: Iterable[str]) -> set[str]:
        """Those of ``names`` that hold codes only: the cover and the hidden identity."""
        return {name for name in names if name == IDENTITY_SHEET or label_key(name) in self.sheets}


@dataclass(frozen=True)
class Cover:
    """What a workbook says of itself: texts, kinds and addresses by cover field, and the hidden identity."""

    sheet: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)


def read_cover(cells: Iterable[CellRow], labels: CoverLabels) -> Cover:
    """Find the cover by its sheet's name; answers stand under their heading, else right of their label."""
    sheet: str | None = None
    names: dict[str, bool] = {}
    by_row: dict[int, list[tuple[int, str, str, str]]] = {}
    hidden: dict[int, dict[int, str]] = {}
    for name, row_no, column_no, place, kind, text in cells:
        if name == IDENTITY_SHEET:
            hidden.setdefault(row_no, {})[column_no] = text
            continue
        if name not in names:
            names[name] = sheet is None and label_key(name) in labels.sheets
            sheet = name if names[name] else sheet
        if names[name]:
            by_row.setdefault(row_no, []).append((column_no, place, kind, text))
    cover = Cover(sheet, hidden={row[1]: clean_text(row[2]) for row in hidden.values() if 1 in row and 2 in row})
    _fill(cover, by_row, labels)
    return cover


def _fill(cover: Cover, by_row: dict[int, list[tuple[int, str, str, str]]], labels: CoverLabels) -> None:
    answer_column: int | None = None
    for _, row in sorted(by_row.items()):
        row.sort()
        for column_no, _, _, label in row:
            key = label_key(label)
            if key in labels.answers and answer_column is None:
                answer_column = column_no
            code = labels.lines.get(key)
            if code is None or code in cover.values:
                continue
            right = [cell for cell in row if cell[0] > column_no and answer_column in (None, cell[0])]
            if right:
                _, place, kind, text = right[0]
                cover.values[code], cover.kinds[code], cover.places[code] = clean_text(text), kind, place
