"""Lines of a register to rows, each with its line: separator found, columns in any order, every broken line told.

A line that cannot be read is told and left out, and reading goes on with the next: one broken quotation mark does
not swallow the rest of the file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.addresses import column_letters
from ingest.labels import label_key
from ingest.register_files.declared import column_heading
from ingest.register_files.mistakes import Mistake, Place, TablePlaces
from ingest.register_files.text import read_as_another

SEPARATORS = (",", ";", "\t")
# Line breaks and tabs inside quotation marks are text; all other control characters are accidents.
_ACCIDENTS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffd\ufffe\uffff]")
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


def _accident(text: str) -> str | None:
    """The kind of mistake that programs, not people, made of ``text``; None where there is none."""
    if read_as_another(text):
        return "lost_characters"
    if (not text.isprintable() or "\ufffd" in text) and (found := _ACCIDENTS.search(text)):
        return "lost_characters" if found[0] == "\ufffd" else "control_characters"
    return None


@dataclass
class ReadRows:
    """The rows of one register as text, in the declared columns; ``complete`` where no line or column was left out."""

    register: str
    columns: list[str]
    places: TablePlaces
    rows: list[list[str]] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    decimal_comma: bool = False
    complete: bool = True

    def tell(self, kind: str, place: Place, observed: str = "", expected: str = "", *, lost: bool = False) -> None:
        """Add a mistake; ``lost`` where a line or a column had to be left out because of it."""
        self.mistakes.append(Mistake(kind, self.register, place, observed, expected))
        self.complete = self.complete and not lost


class Header:
    """Which field of a line holds which column."""

    def __init__(self, read: ReadRows, texts: list[str], line: int) -> None:
        self._read, self._texts, self._line = read, texts, line
        known = _spellings(read.columns)
        named = {number: known[key] for number, text in enumerate(texts) if (key := label_key(text)) in known}
        self.columns: dict[int, str] = {}
        """Number of the field, from 0 -> its column."""
        for number, column in named.items():
            if column in self.columns.values():
                read.tell("column_twice", self._at(number), column, lost=True)
            else:
                self.columns[number] = column
        self._strange_told = set(named) - set(self.columns)
        read.places.columns.update({column: number + 1 for number, column in self.columns.items()})

    def usable(self) -> bool:
        """False where this is no header of the register at all; what is missing or unknown is told."""
        every = ",".join(self._read.columns)
        if len(self.columns) * 2 < len(self._read.columns):
            self._read.tell("header_unknown", self._at(None), ",".join(self._texts), every, lost=True)
            return False
        for column in self._read.columns:
            if column not in self.columns.values():
                self._read.tell("column_missing", self._at(None), column, every, lost=True)
        return True

    def take(self, line: int, texts: list[str]) -> None:
        """Add a line's row; a field outside the columns may only be empty."""
        if len(texts) != len(self._texts):
            counts = str(len(texts)), str(len(self._texts))
            self._read.tell("fields", Place(self._read.places.file, line, sheet=self._sheet), *counts, lost=True)
            return
        if texts == self._texts:
            self._read.tell("header_twice", Place(self._read.places.file, line, sheet=self._sheet))
            return
        for number, text in enumerate(texts):
            if number not in self.columns and text.strip() and number not in self._strange_told:
                self._strange_told.add(number)
                told = self._texts[number].strip() or text
                self._read.tell("column_unknown", self._at(number), told, ",".join(self._read.columns))
        by_column = {column: texts[number] for number, column in self.columns.items()}
        self._read.places.lines.append(line)
        self._read.rows.append([by_column.get(column, "") for column in self._read.columns])
        for column, text in by_column.items():
            # Plain text, which most is, is asked no more: a country has half a million fields.
            if not (text.isascii() and text.isprintable()) and (kind := _accident(text)):
                self._read.tell(kind, self._read.places.of(len(self._read.rows) - 1, column), text)

    @property
    def _sheet(self) -> str | None:
        return self._read.places.sheet

    def _at(self, number: int | None) -> Place:
        letter = None if number is None else column_letters(number + 1)
        return Place(self._read.places.file, self._line, None, letter, self._sheet)


def read_rows(register: str, columns: list[str], file: str, lines: list[str]) -> ReadRows:
    """Read the lines of one register's file; what cannot be read stands in ``mistakes``."""
    separator = _separator(columns, lines)
    read = ReadRows(register, columns, TablePlaces(file, {}), decimal_comma=separator == ";")
    records: list[tuple[int, list[str]]] = []
    for line, texts, broken in _records(lines, separator, len(columns)):
        if broken:
            read.tell("quotes", Place(file, line), lost=True)
        elif any(text.strip() for text in texts):
            records.append((line, texts))
    if records:
        (line, texts), *rest = records
        header = Header(read, texts, line)
        if header.usable():
            for line, fields in _without_empty_tails(rest, len(texts)):
                header.take(line, fields)
    return read


def _without_empty_tails(records: list[tuple[int, list[str]]], width: int) -> list[tuple[int, list[str]]]:
    """The records without empty fields behind the columns, where every line has the same number of them.

    A spreadsheet writes such fields on every line; on one line alone a separator too many has moved its values.
    """
    longer = {len(fields) for _, fields in records}
    if len(longer) != 1 or min(longer) <= width or any(any(fields[width:]) for _, fields in records):
        return records
    return [(line, fields[:width]) for line, fields in records]


def _spellings(columns: list[str]) -> dict[str, str]:
    """Every way to head a column -> the column: its name, and its headings in both languages."""
    spellings: dict[str, str] = {}
    for column in columns:
        heading = column_heading(column)
        for text in (column, heading.vi, heading.en):
            spellings.setdefault(label_key(text), column)
    return spellings


def _separator(columns: list[str], lines: list[str]) -> str:
    """The separator under which the first filled line names most columns; a comma where none names any."""
    first = next((line for line in lines if line.strip()), "")
    known = _spellings(columns)

    def named(separator: str) -> int:
        return sum(label_key(text.strip('"')) in known for text in first.split(separator))

    return max(SEPARATORS, key=named)


def _records(lines: list[str], separator: str, width: int) -> Iterator[tuple[int, list[str], bool]]:
    """The records as (first line, fields, whether its quotation marks are broken).

    A quotation mark that is never closed would take in the lines that follow; where a line inside it is a whole
    record by itself, the mark is the mistake, and reading goes on with the next line.
    """
    at = 0
    while at < len(lines):
        reader = csv.reader(_from(lines, at), delimiter=separator, strict=True)
        try:
            fields = next(reader, [])
            taken = max(reader.line_num, 1)
            raw = "\n".join(lines[at : at + taken])
            broken = '"' in raw and (
                _stray_quotes(raw, separator)
                or any(len(_plain(line, separator)) >= max(2, width - 1) for line in lines[at + 1 : at + taken])
            )
        except csv.Error:
            fields, taken, broken = [], 1, True
        if broken:
            taken = 1
        yield at + 1, fields, broken
        at += taken


def _from(lines: list[str], at: int) -> Iterator[str]:
    for number in range(at, len(lines)):
        yield lines[number] + "\n"


def _stray_quotes(record: str, separator: str) -> bool:
    """True where a field that does not begin with a quotation mark holds one alone: its partner was lost."""
    at = 0
    while at <= len(record):
        if record[at : at + 1] == '"':
            closed = _QUOTED.match(record, at)
            at = len(record) + 1 if closed is None else closed.end() + 1
        else:
            end = record.find(separator, at)
            end = len(record) if end < 0 else end
            if record.count('"', at, end) % 2:
                return True
            at = end + 1
    return False


def _plain(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []
