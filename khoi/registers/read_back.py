"""The workbook of the registers back to rows: every sheet, every filled cell; what has no place is told at its cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest.labels import label_key
from ingest.reference import SEED_COLUMNS
from ingest.register_files.declared import declared_registers
from ingest.register_files.mistakes import Mistake, Place, TablePlaces
from ingest.register_files.rows import Header, ReadRows
from ingest.register_files.values import clean
from ingest.told import Told
from khoi.registers.workbook import GUIDE_SHEET, LISTS_SHEET, STATE_SHEET

_OURS = frozenset({GUIDE_SHEET, LISTS_SHEET, STATE_SHEET})


class WorkbookUnreadable(Told, ValueError):
    """The file is no workbook of registers; the message says what to do."""


def read_register_workbook(path: Path) -> tuple[list[ReadRows], list[Mistake], dict[str, str]]:
    """The rows of every register in the workbook, the mistakes of the workbook as a whole, and the state it is of.

    Raises WorkbookUnreadable where the file is no workbook written by `khoi registers edit`.
    """
    sheets = _sheets(path)
    state = {str(row[0]): str(row[1]) for row in sheets.get(STATE_SHEET, []) if len(row) > 1 and row[0]}
    if not state:
        raise WorkbookUnreadable(
            f"{path}: không phải tệp do `khoi registers edit` tạo / not a workbook written by `khoi registers edit`"
        )
    titles = {label_key(declared.title.vi): name for name, declared in declared_registers().items()}
    read, mistakes, seen = [], [], set()
    for sheet, rows in sheets.items():
        name = titles.get(label_key(sheet))
        if name in state:
            seen.add(name)
            read.append(_register(path.name, sheet, str(name), rows))
        elif sheet not in _OURS and any(_text(cell).strip() for row in rows for cell in row):
            mistakes.append(Mistake("sheet_unknown", "", Place(path.name, sheet=sheet), sheet))
    for name in sorted(set(state) - seen):
        title = declared_registers()[name].title.vi
        mistakes.append(Mistake("sheet_missing", name, Place(path.name, sheet=title), title))
    return read, mistakes, state


def _sheets(path: Path) -> dict[str, Sequence[Sequence[Any]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(path))
        return {
            name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in workbook.sheet_names
        }
    except (OSError, CalamineError) as error:
        raise WorkbookUnreadable(
            f"{path}: không mở được ({error}); lưu lại dạng .xlsx / cannot be opened; save it as .xlsx"
        ) from error


def _register(file: str, sheet: str, name: str, rows: Sequence[Sequence[Any]]) -> ReadRows:
    read = ReadRows(name, SEED_COLUMNS[name], TablePlaces(file, {}, sheet=sheet))
    texts = [[clean(_text(cell)) for cell in row] for row in rows]
    at = next((number for number, row in enumerate(texts) if _names(row, read.columns)), None)
    if at is None:
        read.tell("header_unknown", Place(file, sheet=sheet), expected=",".join(read.columns), lost=True)
        return read
    width = max(len(row) for row in texts)
    header = Header(read, [*texts[at], *[""] * (width - len(texts[at]))], at + 1)
    if header.usable():
        for number, row in enumerate(texts[at + 1 :], start=at + 2):
            if any(cell.strip() for cell in row):
                header.take(number, [*row, *[""] * (width - len(row))])
    return read


def _names(row: Sequence[str], columns: Sequence[str]) -> bool:
    """True for the row that names the columns as they are stored; headings for people stand above it."""
    return 2 * len(set(columns).intersection(cell.strip() for cell in row)) >= len(columns)


def _text(cell: Any) -> str:
    """A cell as the text of a register: days as ISO, whole numbers without decimals."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)
