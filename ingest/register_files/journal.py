"""Append-only registers of a deployment (decisions, withdrawals), which khoi writes and people may have saved again.

A spreadsheet program saves such a file with semicolons, a BOM, days as d/m/Y and its columns where somebody moved them:
all that has one reading is read. Before khoi adds a line it puts the file back into the form it is stored in, so that
no file ever holds two. Belongs here: lines and fields. Does not belong here: what a field must hold (its register).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.durable import write_text
from ingest.register_files.rows import SEPARATORS
from ingest.register_files.text import Unreadable, lines_of
from ingest.register_files.values import as_day

Row = tuple[str, ...]


@dataclass(frozen=True)
class Journal:
    """The rows in the declared order of columns, each with its line; what could not be read, as sentences."""

    rows: tuple[tuple[int, Row], ...]
    mistakes: tuple[str, ...] = ()


def read_journal(path: Path, columns: Sequence[str], days: Sequence[str]) -> Journal:
    """What stands in ``path``, nothing where no file is; days in the columns ``days`` come out as ISO text."""
    if not path.is_file():
        return Journal(())
    content = path.read_bytes()
    if not content.strip():
        return Journal((), (_header(path, 1, columns),))
    try:
        lines = lines_of(content)
    except Unreadable as error:
        at = f", dòng / line {error.line}" if error.line else ""
        return Journal((), (f"{path}{at}: không đọc được, cần CSV UTF-8 / cannot be read as CSV in UTF-8",))
    return _rows(path, lines, list(columns), days)


def append_journal(path: Path, columns: Sequence[str], days: Sequence[str], row: Sequence[str]) -> None:
    """Add one line. A file that was saved in another form is first put back into the one it is stored in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_file() and not _is_stored(path, columns):
        write_journal(path, columns, [one for _, one in read_journal(path, columns, days).rows])
    is_new = not path.is_file()
    ended = is_new or path.read_bytes().endswith(b"\n")
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write("" if ended else "\n")
        writer = csv.writer(file, lineterminator="\n")
        if is_new:
            writer.writerow(columns)
        writer.writerow(row)


def write_journal(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """The whole file anew, in the form it is stored in, in one step."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([columns, *rows])
    write_text(path, text.getvalue())


def _is_stored(path: Path, columns: Sequence[str]) -> bool:
    """True where the first line is the one khoi writes: a comma between the columns, in their order."""
    first = path.read_bytes().removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].rstrip(b"\r")
    return first == ",".join(columns).encode()


def _rows(path: Path, lines: list[str], columns: list[str], days: Sequence[str]) -> Journal:
    number = next(at for at, line in enumerate(lines, start=1) if line.strip(",;\t "))
    separator = max(SEPARATORS, key=lines[number - 1].count)
    header = [text.strip().strip('"').casefold() for text in lines[number - 1].split(separator)]
    while header and not header[-1]:
        header.pop()
    if sorted(header) != sorted(columns):
        return Journal((), (_header(path, number, columns),))
    rows: list[tuple[int, Row]] = []
    mistakes: list[str] = []
    reader = csv.reader(lines[number:], delimiter=separator, strict=True)
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return Journal(tuple(rows), tuple(mistakes))
        except csv.Error as error:
            at = f"{path}, dòng / line {number + reader.line_num}"
            mistakes.append(f"{at}: dấu nháy hỏng trong CSV / quotation marks: {error}")
            return Journal(tuple(rows), tuple(mistakes))
        line, filled = number + reader.line_num, [text.strip() for text in fields]
        while len(filled) > len(header) and not filled[-1]:
            filled.pop()
        if not any(filled):
            continue
        if len(filled) != len(header):
            told = f"{len(filled)} cột, cần {len(header)} / columns, not {len(header)}"
            mistakes.append(f"{path}, dòng / line {line}: {told}")
            continue
        named = dict(zip(header, filled, strict=True))
        rows.append((line, tuple(as_day(named[one]) if one in days else named[one] for one in columns)))


def _header(path: Path, line: int, columns: Sequence[str]) -> str:
    return f"{path}, dòng / line {line}: cần dòng đầu là / the header must be {','.join(columns)}"
