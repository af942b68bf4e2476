"""What of a workbook's cells enters the lake: numbers, and the texts that are known; never what names a person.

Every filled cell keeps its address, so that it can be accounted for. The content of a cell that no form owns, of a text
that is neither known nor resembles anything known, and of whatever stands where a person is asked for is replaced by
dots; what looks like a person's is marked, and normalising tells it at its cell. Belongs here: where a text stands.
Does not belong here: what a text may be (`ingest.reading.known`, `ingest.privacy`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import groupby

from ingest.addresses import a1_address
from ingest.identity_headers import asks_for_person, personal_words
from ingest.labels import label_key
from ingest.printed_words import parted
from ingest.privacy import UNQUOTED, holds_personal_number
from ingest.reading.cells import Cell
from ingest.reading.cover import IDENTITY_SHEET, CoverLabels
from ingest.reading.known import KnownTexts, answered, is_personal
from ingest.sheet_names import sheet_keys
from ingest.words import words

PERSONAL = "personal"
"""The mark of a cell whose content was not kept because it looks like a person's."""

_PERSONAL_DIGITS = 9
_LIKE_A_FORM = 5
_CODE_LINES = frozenset({"ORGANIZATION_CODE", "PERIOD_CODE", "FORM_SET", "SUBMISSION_NO"})
_Place = tuple[int, int]
_Sheet = dict[_Place, int]


def without_personal_data(cells: list[Cell], labels: CoverLabels) -> tuple[list[Cell], list[tuple[str, str, str]]]:
    """``cells`` with everything hidden that must not land, and the headings of tables that ask for persons.

    The second holds sheet, address and text. Cells and their order stay; a sheet whose name names a person is renamed.
    """
    sheets: dict[str, list[int]] = defaultdict(list)
    for name, run in groupby(range(len(cells)), key=[cell[0] for cell in cells].__getitem__):
        sheets[name] += run
    keys = sheet_keys(sheets, labels.known.sheets)
    is_ours = any(name == IDENTITY_SHEET or key in labels.sheets for name, key in keys.items())
    told: list[tuple[str, str, str]] = []
    kept = list(cells)
    for number, (name, indexes) in enumerate(sheets.items(), start=1):
        if keys[name] in labels.known.sheets and _lands_whole([cells[index] for index in indexes], labels.known):
            continue
        places = {(cells[index][1], cells[index][2]): index for index in indexes}
        sheet = _SheetOfCells(name, keys[name], places, cells, labels, is_ours)
        told += [(name, a1_address(*place), cells[places[place]][4]) for place in sheet.table_headings]
        landed_name = _landed_name(name, number, labels)
        for place, index in places.items():
            kept[index] = (landed_name, *sheet.landed(place)[1:])
    return kept, told


def _lands_whole(cells: list[Cell], known: KnownTexts) -> bool:
    """True for the cells of a form's sheet where every text is known as it stands and no number is long: of nearly all
    sheets."""
    if any(cell[6] is not None or (cell[3] == "number" and len(cell[4]) >= _PERSONAL_DIGITS) for cell in cells):
        return False
    return known.land_whole({cell[4] for cell in cells if cell[3] == "text"})


def _landed_name(name: str, number: int, labels: CoverLabels) -> str:
    if label_key(name) in labels.known.sheets or not is_personal(name):
        return name
    return f"{UNQUOTED} ({number})"


class _SheetOfCells:
    """One sheet's cells by place, and what follows from where they stand."""

    def __init__(
        self, name: str, key: str, places: _Sheet, cells: list[Cell], labels: CoverLabels, is_ours: bool
    ) -> None:
        self._name, self._places, self._cells = name, places, cells
        self._known: KnownTexts = labels.known
        self._keys = {
            place: labels.known.key(cells[index][4]) for place, index in places.items() if cells[index][3] == "text"
        }
        self._is_free = name == IDENTITY_SHEET or key in {label_key(sheet) for sheet in words().returned}
        # A file without our cover may be of a layout of others, whose sheets have any name.
        self._is_owned = not is_ours or self._is_free or key in self._known.sheets or self._looks_like_a_form()
        self._exempt = self._code_answers(labels.lines) if key in labels.sheets else frozenset()
        self._asking = [] if self._is_free else [place for place, key in self._keys.items() if self._asks(key)]
        heading_rows = {row for (row, _), key in self._keys.items() if key in self._known.headings}
        self.table_headings = [place for place in self._asking if place[0] in heading_rows]
        self._personal = self._asked_for(self._asking) | (set() if self._is_free else self._under_signatures())

    def _asks(self, key: str) -> bool:
        return key not in self._known.keys and asks_for_person(key)

    def _looks_like_a_form(self) -> bool:
        found = 0
        for key in self._keys.values():
            found += len(key) > 3 and key in self._known.keys
            if found >= _LIKE_A_FORM:
                return True
        return False

    def _code_answers(self, lines: Mapping[str, str]) -> frozenset[_Place]:
        rows = {row: column for (row, column), key in self._keys.items() if lines.get(key) in _CODE_LINES}
        return frozenset(place for place in self._places if place[0] in rows and place[1] > rows[place[0]])

    def _asked_for(self, asking: list[_Place]) -> set[_Place]:
        """Below a heading its whole column; right of a label the next cell that is no label itself."""
        found: set[_Place] = set()
        headings = set(self.table_headings)
        for row, column in asking:
            if (row, column) in headings:
                found |= {place for place in self._places if place[1] == column and place[0] > row}
                continue
            right = sorted(place for place in self._places if place[0] == row and place[1] > column)
            if right and self._keys.get(right[0]) not in self._known.keys:
                found.add(right[0])
        return {place for place in found if self._keys.get(place) not in self._known.keys}

    def _under_signatures(self) -> set[_Place]:
        known = personal_words()
        found: set[_Place] = set()
        for (row, column), key in self._keys.items():
            if key in known.signatures:
                found |= {
                    place
                    for place in ((row + below, column) for below in range(1, known.rows_below + 1))
                    if place in self._keys
                    and self._keys[place] not in self._known.keys
                    and self._keys[place] not in known.signatures
                    and self._known.landed(self._cells[self._places[place]][4]) is None
                }
        return found

    def landed(self, place: _Place) -> Cell:
        """The cell as it lands: itself where nothing in it must be hidden."""
        cell = self._cells[self._places[place]]
        kind, text = cell[3], cell[4]
        if place in self._personal:
            return _hidden(cell, personal=True)
        if kind == "text":
            if self._is_free or place in self._exempt:
                said: str | None = answered(text)
            elif place in self._asking and not is_personal(text):
                said = text
            else:
                said = self._known.landed(text)
            if said != text and self._is_amount(place, text):
                said = text
            if said is None or said != text:
                return _hidden(cell, personal=is_personal(text), text=said or _of_its_line(text))
        elif kind == "number" and self._is_as_long_as_personal(text) and not self._is_amount(place, text):
            return _hidden(cell, personal=True)
        if (
            self._is_owned
            or kind in ("error", "no_cache")
            or (kind == "text" and self._keys.get(place) in self._known.keys)
        ):
            return cell if cell[6] is None else _with_shown(cell, self._known)
        return _hidden(cell, personal=False)

    @staticmethod
    def _is_as_long_as_personal(text: str) -> bool:
        return len(text) >= _PERSONAL_DIGITS and text.isdigit()

    def _is_amount(self, place: _Place, text: str) -> bool:
        """True for digits below a heading over amounts of money."""
        if not self._is_owned or text.strip().startswith("0") or not text.strip()[:1].isdigit():
            return False
        row, column = place
        return any(at == column and above < row and key in self._known.money for (above, at), key in self._keys.items())


def _with_shown(cell: Cell, known: KnownTexts) -> Cell:
    """What a sheet shows of a cell is a text like any other."""
    shown = cell[6] or ""
    return (*cell[:6], known.landed(shown) or UNQUOTED, cell[7])


def _hidden(cell: Cell, *, personal: bool, text: str | None = None) -> Cell:
    marks = sorted({*(cell[7] or "").split(), *([PERSONAL] if personal else [])})
    return (cell[0], cell[1], cell[2], "text", text or UNQUOTED, None, None, " ".join(marks) or None)


def _of_its_line(text: str) -> str:
    """What stands for a text that does not land: the number of its line stays, which says where it stands on a form."""
    mark = "" if holds_personal_number(text) else parted(text)[0]
    return f"{mark}. {UNQUOTED}" if any(sign.isdigit() for sign in mark) else UNQUOTED
