"""Tables as text (.csv, .tsv), for the layouts of committees' own systems: comma, semicolon, tab or bar, any UTF."""

from __future__ import annotations

import codecs
import csv
import io
import re

from ingest.reading.cells import Cell
from ingest.reading.container import Preflight, Sniffed
from ingest.reading.limits import Limits
from ingest.reading.mail_head import is_mail
from ingest.reading.package import UnsafeFile

SHEET = "CSV"
_DELIMITERS = ";\t,|"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LINES_LOOKED_AT = 40
_LONGEST_FIELD = 1_000_000
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_MARKUP = re.compile(r"\s*(?:<[?!a-zA-Z]|\{|%PDF|\[)")


class Delimited:
    """Every field is text as it stands: ``00123`` keeps its zeros, what is a number is decided by the form."""

    name = "csv"

    def claims(self, file: Sniffed) -> bool:
        """True for text whose lines fall into the same two or more fields by one of the delimiters."""
        if file.package is not None or file.streams or _encoding(file.content) is None or is_mail(file.content):
            return False
        head = _decoded(file.content[:65_536], partial=True)
        return head is not None and not _MARKUP.match(head) and _delimiter(head) is not None

    def guard(self, file: Sniffed, limits: Limits) -> Preflight:
        """The whole text must be in one encoding; a code page of the past is named, not guessed."""
        if _decoded(file.content) is None:
            raise UnsafeFile("text_encoding")
        return Preflight(self.name, file.content)

    def cells(self, file: Preflight) -> list[Cell]:
        """Every field that holds something, on the sheet ``CSV``."""
        text = _decoded(file.content) or ""
        stated = _SEPARATOR_LINE.match(text)
        delimiter = _delimiter(text)
        csv.field_size_limit(_LONGEST_FIELD)
        lines = io.StringIO(text, newline="")
        if stated:
            lines.readline()
        rows = csv.reader(lines, delimiter=delimiter or ",")
        first = 2 if stated else 1
        return [
            (SHEET, row_no, column_no, "text", value, None, None, None)
            for row_no, row in enumerate(rows, start=first)
            for column_no, value in enumerate(row, start=1)
            if value != ""
        ]


def _encoding(content: bytes) -> str | None:
    """The encoding by its mark, UTF-8 where there is none; None for bytes that are no text."""
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    if marked is None and b"\0" in content[:65_536]:
        return None
    return marked or "utf-8"


def _decoded(content: bytes, partial: bool = False) -> str | None:
    """The text; for a beginning only, whatever the last bytes are and in whatever code page; None where it is none."""
    encoding = _encoding(content)
    if encoding is None:
        return None
    if partial:
        return codecs.getincrementaldecoder(encoding)("replace").decode(content)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _delimiter(text: str) -> str | None:
    """The delimiter that most lines fall apart by into equally many fields, at least two in two lines."""
    if stated := _SEPARATOR_LINE.match(text):
        return stated[1]
    lines = [line for line in text.splitlines()[:_LINES_LOOKED_AT] if line.strip()]
    best, most = None, 1
    for delimiter in _DELIMITERS:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        same = max((widths.count(width) for width in set(widths) if width > 1), default=0)
        if same > most:
            best, most = delimiter, same
    return best


CONTAINER = Delimited()
