"""A filled cell as every container gives it, and calamine's rows made into such cells with what it does not tell."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

from python_calamine import CalamineWorkbook

from ingest.addresses import column_letters, column_number
from ingest.reading.appearance import DRESSED, HIDDEN_SHEET
from ingest.reading.number_formats import (
    dressed_text,
    shown_otherwise,
    shows_hour,
    shows_whole_day,
    text_shown_otherwise,
)
from ingest.reading.sheets import sheets_of
from ingest.reading.sheetxml import SheetFacts

_DAY = len("2026-06-30")
_PLACE = itemgetter(1, 2)
_LARGEST_WHOLE = 1e15

Cell = tuple[str, int, int, str, str, str | None, str | None, str | None]
"""sheet, row, column (both 1-based), kind, text, number format, shown, marks, as in `ingest.lake.CELLS`."""


def address(row_no: int, column_no: int) -> str:
    """The A1 address of a cell."""
    return f"{column_letters(column_no)}{row_no}"


def row_and_column(place: str) -> tuple[int, int]:
    """The 1-based row and column of an A1 address."""
    letters = place.rstrip("0123456789")
    return int(place[len(letters) :]), column_number(letters)


def calamine_cells(content: bytes, sheets: Mapping[str, SheetFacts]) -> list[Cell]:
    """The cells that calamine reads, with what ``sheets`` (by name) tells of them and of those it shows as empty.

    May raise or abort.
    """
    cells: list[Cell] = []
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for name in sheets_of(book.sheet_names):
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        known = sheets.get(name)
        first = len(cells)
        if known is None or known.is_plain:
            _read_plain(cells, name, rows)
        else:
            _read_special(cells, name, rows, known)
        if known is not None and known.has_unseen:
            _mark_unseen(cells, first, known)
            _mark_spread(cells, first, known)
    return cells


def _read_plain(cells: list[Cell], name: str, rows: Sequence[Sequence[object]]) -> None:
    for row_no, row in enumerate(rows, start=1):
        for column_no, value in enumerate(row, start=1):
            if value == "":
                continue
            if type(value) is str:
                cells.append((name, row_no, column_no, "text", value, None, None, None))
            elif type(value) is float:
                cells.append((name, row_no, column_no, "number", _number(value), None, None, None))
            else:
                cells.append((name, row_no, column_no, *as_shown(*kind_and_text(value), None), None, None, None))


def _read_special(cells: list[Cell], name: str, rows: Sequence[Sequence[object]], facts: SheetFacts) -> None:
    for row_index, row in enumerate(rows):
        row_no = facts.row_numbers[row_index] if facts.row_numbers else row_index + 1
        for column_index, value in enumerate(row):
            if value == "":
                continue
            column_no = facts.column_numbers[column_index] if facts.column_numbers else column_index + 1
            place = address(row_no, column_no)
            if place not in facts.errors and place not in facts.no_cache:
                code, runs = facts.formats.get(place), facts.runs.get(place)
                kind, text = as_shown(*kind_and_text(value), code)
                marks = facts.marks.get(place, frozenset()) | (runs.marks if runs else frozenset())
                shown, dressed = (runs.shown, frozenset()) if runs and runs.shown else looks_of(kind, text, code)
                cells.append((name, row_no, column_no, kind, text, code, shown, marks_text(marks | dressed)))
    without_value = [
        *(("error", place, text) for place, text in facts.errors.items()),
        *(("no_cache", place, "") for place in sorted(facts.no_cache)),
    ]
    for kind, place, text in without_value:
        said = marks_text(facts.marks.get(place, ()))
        cells.append((name, *row_and_column(place), kind, text, None, None, said))


def marks_text(marks: Iterable[str]) -> str | None:
    """Marks as `ingest.lake.CELLS` holds them."""
    return " ".join(sorted(marks)) or None


def looks_of(kind: str, text: str, code: str | None) -> tuple[str | None, frozenset[str]]:
    """What the sheet shows of a cell with the number format ``code`` where that reads otherwise than ``text``; what it
    shows of a number with something around it is told too, with a mark."""
    if code is None:
        return None, frozenset()
    if kind == "text":
        return text_shown_otherwise(text, code), frozenset()
    if kind != "number":
        return f"dạng {code}" if kind == "date" and not shows_whole_day(code) else None, frozenset()
    shown = shown_otherwise(float(text), code)
    dressed = None if shown else dressed_text(float(text), code)
    return shown or dressed, frozenset({DRESSED}) if dressed else frozenset()


def _mark_spread(cells: list[Cell], first: int, facts: SheetFacts) -> None:
    """Add to the figures from ``first`` on with what cells theirs is merged: a heading over several is no question."""
    if facts.spread.keys().isdisjoint(map(_PLACE, cells[first:])):
        return
    for index in range(first, len(cells)):
        cell = cells[index]
        mark = facts.spread.get(_PLACE(cell))
        if mark and is_figure(cell[3], cell[4]):
            cells[index] = (*cell[:7], marks_text([mark, *(cell[7] or "").split()]))


def is_figure(kind: str, text: str) -> bool:
    """True for a number, whatever it was typed as."""
    return kind != "text" or text.strip().isdigit()


def _mark_unseen(cells: list[Cell], first: int, facts: SheetFacts) -> None:
    """Add to the cells from ``first`` on why they cannot be seen."""
    scattered = facts.hidden_rows or facts.hidden_columns or facts.is_hidden or facts.vast
    if not scattered and facts.covered.isdisjoint(map(_PLACE, cells[first:])):
        return
    for index in range(first, len(cells)):
        cell = cells[index]
        unseen = [HIDDEN_SHEET] if facts.hides_all_alike else facts.unseen_marks(cell[1], cell[2])
        if unseen:
            marks = [*unseen, *(cell[7] or "").split()]
            cells[index] = (*cell[:7], marks[0] if len(marks) == 1 else marks_text(marks))


def as_shown(kind: str, text: str, code: str | None) -> tuple[str, str]:
    """(kind, text) of a cell with the number format ``code``: an hour is part of a day only where the format shows it.

    Without a code the format is an ordinary one, and none of those shows an hour.
    """
    return kind, text[:_DAY] if kind == "date" and not (code and shows_hour(code)) else text


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < _LARGEST_WHOLE else repr(value)


def kind_and_text(value: object) -> tuple[str, str]:
    """A value as a reader of Python gives it, as (kind, text) of `ingest.lake.CELLS`."""
    if isinstance(value, bool):
        return "bool", "1" if value else "0"
    if isinstance(value, int | float):
        return "number", _number(value) if isinstance(value, float) else repr(value)
    if isinstance(value, dt.datetime):
        return "date", (value.date() if value.time() == dt.time(0) else value).isoformat()
    if isinstance(value, dt.date):
        return "date", value.isoformat()
    return "text", str(value)
