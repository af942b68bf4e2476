"""Bytes of a register to text: UTF-8 with or without BOM, UTF-16 as Excel's "Unicode text"; all else is named."""

from __future__ import annotations

import codecs
import re

from ingest.register_files.values import clean

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Letters with a Vietnamese sign as they come out of Windows-1258: base letter and combining sign in one byte each.
_COMBINING = b"\xcc\xd2\xde\xec\xf2"
_BEYOND_A_BYTE = 256
_LINE_ENDS = re.compile(r"\r\n|\r|\n")


class Unreadable(ValueError):
    """The bytes are not text of a kind that can be read; ``kind`` is the mistake, ``observed`` what they look like."""

    def __init__(self, kind: str, observed: str = "", line: int | None = None) -> None:
        self.kind, self.observed, self.line = kind, observed, line
        super().__init__(kind)


def lines_of(content: bytes) -> list[str]:
    """The lines of a file without their ends, cleaned (`values.clean`).

    Raises Unreadable, with the first line concerned where there is one.
    """
    if not content.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise Unreadable("file_empty")
    if content.startswith(_WORKBOOKS):
        raise Unreadable("file_is_workbook")
    return _LINE_ENDS.split(clean(_decoded(content)))


def _decoded(content: bytes) -> str:
    if content.startswith(_UTF16):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Unreadable("encoding", "UTF-16") from error
    if content[:400].count(0) > len(content[:400]) // 4:
        raise Unreadable("encoding", "UTF-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        signs = sum(content.count(bytes([sign])) for sign in _COMBINING)
        raise Unreadable("encoding", "Windows-1258" if signs else "ANSI", line) from error


def read_as_another(text: str) -> bool:
    """True where ``text`` is UTF-8 that a program took for a Western code page and saved again: “Äáº£ng” for “Đảng”."""
    if text.isascii():
        return False
    try:
        b"".join(sign.encode("latin-1" if ord(sign) < _BEYOND_A_BYTE else "cp1252") for sign in text).decode("utf-8")
    except UnicodeError:
        return False
    return True
