"""The registers of a folder as tables of stored values, with every mistake of reading.

Code lists and the registers that others name are read first, so that labels can stand for codes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import pandas as pd

from ingest.labels import label_key
from ingest.register_files.declared import Register, declared_registers
from ingest.register_files.mistakes import Mistake, Place, TablePlaces
from ingest.register_files.rows import ReadRows, read_rows
from ingest.register_files.text import Unreadable, lines_of
from ingest.register_files.values import Reading, as_code, as_count, as_day, as_number

Names = dict[str, frozenset[str]]
"""Key of a label -> the codes it names."""


@dataclass(frozen=True)
class RegisterTables:
    """One table per register, text or None; where its rows stand; what could not be read.

    ``incomplete``: the registers of which a line, a column or the whole file is missing here; nothing may be said
    of what is not in them.
    """

    tables: dict[str, pd.DataFrame]
    places: dict[str, TablePlaces]
    mistakes: list[Mistake]
    incomplete: frozenset[str]
    fingerprint: str


@dataclass(frozen=True)
class RegisterContent:
    """What the file of one register holds, or why it could not be read: a kind of mistake and what was observed."""

    register: str
    columns: tuple[str, ...]
    file: str
    content: bytes = b""
    failure: tuple[str, str] | None = None


def contents_of(files: Mapping[str, Path], columns: Mapping[str, list[str]]) -> tuple[RegisterContent, ...]:
    """The bytes of the file of every register (name -> its columns). Never raises for what becomes of the files."""
    return tuple(_content(files[name], name, tuple(declared)) for name, declared in columns.items())


@lru_cache(maxsize=4)
def read_contents(contents: tuple[RegisterContent, ...]) -> RegisterTables:
    """The registers as tables; contents that were read lately are not taken apart again. Never raises for what they
    hold.

    The answer is shared and must not be changed.
    """
    digest = hashlib.sha256()
    for one in contents:
        digest.update(one.register.encode() + b"\0" + one.content)
    return stored_tables([_rows_of(one) for one in contents], digest.hexdigest()[:16])


def stored_tables(read: Iterable[ReadRows], fingerprint: str) -> RegisterTables:
    """The rows of all registers as they are stored."""
    rows = {one.register: one for one in read}
    for one in rows.values():
        one.rows = [[text.strip() for text in row] for row in one.rows]
    tables = {name: pd.DataFrame(one.rows, columns=one.columns, dtype=object) for name, one in rows.items()}
    readings = _Readings(tables)
    for name, one in rows.items():
        for column, reading in readings.of(name, one.decimal_comma):
            tables[name][column] = [reading(text) for text in tables[name][column]]
    filled = {name: frame.astype(object).where(frame != "", None) for name, frame in tables.items()}
    return RegisterTables(
        filled,
        {name: one.places for name, one in rows.items()},
        [mistake for one in rows.values() for mistake in one.mistakes],
        frozenset(name for name, one in rows.items() if not one.complete),
        fingerprint,
    )


def _content(path: Path, register: str, columns: tuple[str, ...]) -> RegisterContent:
    try:
        return RegisterContent(register, columns, path.name, path.read_bytes())
    except FileNotFoundError:
        return RegisterContent(register, columns, path.name, failure=("file_missing", ""))
    except OSError as error:
        return RegisterContent(register, columns, path.name, failure=("file_unreadable", error.strerror or str(error)))


def _rows_of(one: RegisterContent) -> ReadRows:
    columns = list(one.columns)
    read = ReadRows(one.register, columns, TablePlaces(one.file, {}), complete=False)
    if one.failure is not None:
        kind, observed = one.failure
        read.tell(kind, Place(one.file), observed, ",".join(columns))
        return read
    try:
        return read_rows(one.register, columns, one.file, lines_of(one.content))
    except Unreadable as error:
        read.tell(error.kind, Place(one.file, error.line), error.observed, ",".join(columns))
        return read


class _Readings:
    """How each column of each register is read."""

    def __init__(self, tables: dict[str, pd.DataFrame]) -> None:
        self._tables = tables
        codes = tables["codes"]
        self._codes = {str(name): _named(rows, "code", _LABELS) for name, rows in codes.groupby("code_list")}

    def of(self, register: str, decimal_comma: bool) -> Iterable[tuple[str, Reading]]:
        """(column, its reading) of the columns that may be written in more than one way."""
        declared = declared_registers()[register]
        for column in declared.dates:
            yield column, as_day
        for column in declared.counts:
            yield column, as_count
        for column in (*declared.numbers, *(one.column for one in declared.numeric_where)):
            yield column, lambda text: as_number(text, decimal_comma)
        for column, code_list in declared.codes.items():
            yield column, as_code(*self._codes.get(code_list, (frozenset(), dict)))
        for column, allowed in declared.one_of.items():
            yield column, as_code(frozenset(allowed), dict)
        yield from self._references(declared)

    def _references(self, declared: Register) -> Iterable[tuple[str, Reading]]:
        for target in declared.references:
            named_by = declared_registers()[target.to].named_by
            if len(target.columns) == 1 and named_by:
                yield target.columns[0], as_code(*_named(self._tables[target.to], target.of[0], named_by))


_LABELS = ("label_vi", "label_en", "aliases")


def _named(rows: pd.DataFrame, code: str, labels: Iterable[str]) -> tuple[frozenset[str], Callable[[], Names]]:
    """The codes of ``rows``, and on demand the codes that each label names."""

    @cache
    def names() -> Names:
        found: dict[str, set[str]] = {}
        for column in labels:
            for value, text in zip(rows[code], rows[column], strict=True):
                for one in filter(None, text.split("|")):
                    found.setdefault(label_key(one), set()).add(value)
        return {key: frozenset(values) for key, values in found.items()}

    return frozenset(rows[code]), names
