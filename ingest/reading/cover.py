"""What a workbook says of itself: the answers on its cover and the hidden identity the template wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ingest.labels import clean_text, label_key
from ingest.legacy_fonts import key_and_encoding
from ingest.reading.cells import Cell, address
from ingest.reading.known import KnownTexts
from ingest.sheet_names import sheet_keys

IDENTITY_SHEET = "_khoi"

_Row = list[tuple[int, int, str, str]]


@dataclass(frozen=True)
class CoverLabels:
    """What is printed, as keys: the cover's sheet names, lines and answer headings; and all that may land."""

    sheets: frozenset[str]
    lines: Mapping[str, str]
    answers: frozenset[str]
    known: KnownTexts = field(default_factory=KnownTexts)

    def plain_sheets(self, names: Iterable[str]) -> set[str]:
        """Those of ``names`` that hold codes only: the cover, copies of it and the hidden identity."""
        keys = sheet_keys(names, self.sheets)
        return {name for name, key in keys.items() if name == IDENTITY_SHEET or key in self.sheets or self.is_copy(key)}

    def is_printed(self, key: str) -> bool:
        """True for the key of a line or of the heading over the answers."""
        return key in self.lines or key in self.answers

    def is_copy(self, key: str) -> bool:
        """True for the key of a sheet that is named like the cover with something behind (``Bìa (2)``)."""
        return any(key.startswith(one) and not key[len(one) : len(one) + 1].isalnum() for one in self.sheets)


@dataclass(frozen=True)
class Cover:
    """Texts, kinds and addresses by cover field, and the hidden identity by name.

    ``others``: the covers of further workbooks whose sheets were moved into this one.
    """

    sheet: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    others: tuple[Cover, ...] = ()


def read_cover(cells: Iterable[Cell], labels: CoverLabels) -> Cover:
    """Find the cover by its sheet's name; answers stand under their heading, else right of their label.

    ``cells`` may be restricted to `CoverLabels.plain_sheets`.
    """
    sheets: dict[str, dict[int, _Row]] = {}
    for name, row_no, column_no, kind, text, *_ in cells:
        sheets.setdefault(name, {}).setdefault(row_no, []).append((column_no, row_no, kind, text))
    identity = sheets.pop(IDENTITY_SHEET, {})
    hidden = {row[0][3]: clean_text(row[1][3]) for row in map(sorted, identity.values()) if len(row) > 1}
    sheet = next((name for name, key in sheet_keys(sheets, labels.sheets).items() if key in labels.sheets), None)
    others = tuple(Cover(name) for name in sheets if name != sheet and labels.is_copy(label_key(name)))
    cover = Cover(sheet, hidden=hidden, others=others if sheet is not None else ())
    for one in (cover, *cover.others):
        if one.sheet is not None:
            _fill(one, [sorted(row) for _, row in sorted(sheets[one.sheet].items())], labels)
    return cover


def _fill(cover: Cover, rows: list[_Row], labels: CoverLabels) -> None:
    answer_column: int | None = None
    for row in rows:
        for column_no, _, _, label in row:
            key, _ = key_and_encoding(label, labels.is_printed)
            if key in labels.answers and answer_column is None:
                answer_column = column_no
            code = labels.lines.get(key)
            if code is None or code in cover.values:
                continue
            right = [cell for cell in row if cell[0] > column_no and answer_column in (None, cell[0])]
            if right:
                value_column, row_no, kind, text = right[0]
                cover.values[code], cover.kinds[code] = clean_text(text), kind
                cover.places[code] = address(row_no, value_column)
