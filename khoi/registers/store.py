"""Storing registers: CSV in UTF-8 with BOM, one file each, whole or not there; the state before is kept."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ingest.durable import write_bytes
from ingest.reference import SEED_COLUMNS, Reference, read_reference, reference_of
from ingest.register_files.declared import declared_registers
from ingest.register_files.mistakes import Mistake, Place, RegisterMistakes, in_order
from ingest.register_files.rows import ReadRows
from ingest.register_files.tables import RegisterTables, stored_tables
from khoi.deployment.home import Home
from khoi.deployment.registers import judged
from khoi.registers.read_back import read_register_workbook
from khoi.registers.workbook import write_register_workbook

HISTORY = "registers_history"
"""The folder in `config/` that keeps the registers as they were before each change."""


@dataclass(frozen=True)
class RegisterChange:
    """What storing a workbook changed in one register: the keys of lines that are new, changed and gone."""

    register: str
    added: list[str]
    changed: list[str]
    removed: list[str]


def own_registers(home: Home) -> list[str]:
    """The registers whose file lies in the deployment; shared lists are the product's."""
    return [name for name in SEED_COLUMNS if (home.seeds / f"{name}.csv").exists()]


def edit_registers(home: Home, path: Path) -> tuple[Path, list[Mistake]]:
    """Write the deployment's registers as one workbook to ``path``; mistakes of content are marked at their cells.

    Raises RegisterMistakes where a file cannot be read completely: what is not read would be lost on the way back.
    """
    reference, unread = read_reference(home.seeds)
    if unread:
        raise RegisterMistakes(home.seeds, unread)
    mistakes = judged(reference, home.config / "forms")
    names = own_registers(home)
    state = {name: _mark(reference.stored(name)) for name in names}
    return write_register_workbook(path, reference, names, state, mistakes), mistakes


def store_workbook(home: Home, path: Path) -> list[RegisterChange]:
    """Read the workbook at ``path`` and store its registers; what changed, one entry per register that did.

    Raises RegisterMistakes with every mistake where one is hard, and where a register was changed by someone else since
    the workbook was written: nothing is stored then. Storing the same workbook twice changes nothing.
    """
    read, whole, state = read_register_workbook(path)
    now, unread = read_reference(home.seeds)
    if unread:
        raise RegisterMistakes(home.seeds, unread)
    sheets = stored_tables([*read, *_others(now, {one.register for one in read})], "workbook")
    reference, mistakes = reference_of(path, sheets)
    mistakes = in_order(
        [*whole, *mistakes, *judged(reference, home.config / "forms"), *_overtaken(path, now, sheets, state)]
    )
    if any(one.severity == "hard" for one in mistakes):
        raise RegisterMistakes(path, mistakes)
    changes = [change for name in state if (change := _change(name, now.stored(name), sheets.tables[name])) is not None]
    if changes:
        keep_state(home)
    for change in changes:
        write_bytes(home.seeds / f"{change.register}.csv", as_csv(sheets.tables[change.register]))
    return changes


def keep_state(home: Home) -> Path:
    """Copy the registers as they are into the history; returns the folder."""
    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%S%fZ")
    folder = home.config / HISTORY / stamp
    shutil.copytree(home.seeds, folder)
    return folder


def as_csv(table: pd.DataFrame) -> bytes:
    """A register as it is stored: UTF-8 with BOM, commas, ISO days, codes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(table.astype(object).where(table.notna(), "").itertuples(index=False, name=None))
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _others(now: Reference, sent: set[str]) -> Iterable[ReadRows]:
    """The registers that are not in the workbook, as they are."""
    for name, columns in SEED_COLUMNS.items():
        if name not in sent:
            table = now.stored(name)
            rows = table.astype(object).where(table.notna(), "").values.tolist()
            yield ReadRows(name, columns, now.places_of(name), rows)


def _overtaken(path: Path, now: Reference, sheets: RegisterTables, state: dict[str, str]) -> Iterable[Mistake]:
    """Registers that are neither as the workbook found them nor as it leaves them: someone else changed them."""
    for name, mark in state.items():
        present = _mark(now.stored(name))
        if name in sheets.tables and present not in (mark, _mark(sheets.tables[name])):
            title = declared_registers()[name].title.vi
            yield Mistake("overtaken", name, Place(path.name, sheet=title), f"{name}.csv")


def _mark(table: pd.DataFrame) -> str:
    return hashlib.sha256(as_csv(table)).hexdigest()[:16]


def _change(name: str, before: pd.DataFrame, after: pd.DataFrame) -> RegisterChange | None:
    if as_csv(before) == as_csv(after):
        return None
    old, new = _by_key(name, before), _by_key(name, after)
    return RegisterChange(
        name,
        [key for key in new if key not in old],
        [key for key, row in new.items() if key in old and old[key] != row],
        [key for key in old if key not in new],
    )


def _by_key(name: str, table: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    filled = table.astype(object).where(table.notna(), "")
    keys = filled[declared_registers()[name].key].itertuples(index=False, name=None)
    rows = filled.itertuples(index=False, name=None)
    return {" ".join(part for part in key if part): row for key, row in zip(keys, rows, strict=True)}
