"""What a cell of a register may be written as: days as d/m/Y, labels for codes, decimals after a comma.

Only what has one reading is taken: ``1.250`` is a thousand to one reader and one and a quarter to another, and stays
as it is, to be told by the checks. Everything comes out as it is stored: ISO days, codes, plain numbers.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping

from ingest.labels import label_key

_ZERO_WIDTH = re.compile("[\u200b\u200c\u200d\ufeff\u00ad\u2060]")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[ T]00:00:00(?:\.0+)?")
_DECIMAL_COMMA = re.compile(r"(-?(?:0|[1-9]\d*)),(\d+)")
_WHOLE = re.compile(r"(\d+)[.,]0{1,2}")
_SERIAL = re.compile(r"[1-9]\d{4}")
_EPOCH = dt.date(1899, 12, 30)

Reading = Callable[[str], str]


def clean(text: str) -> str:
    """The text in NFC without zero-width signs."""
    return unicodedata.normalize("NFC", _ZERO_WIDTH.sub("", text))


def as_day(text: str) -> str:
    """A day as ISO text: 31/12/2025, 31-12-2025 and 2025-12-31 00:00:00 are 2025-12-31; all else stays as it is."""
    if timed := _ISO_TIME.fullmatch(text):
        return timed[1]
    if first := _DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in first.groups())
        try:
            return dt.date(year, month, day).isoformat()
        except ValueError:
            return text
    return text


def is_day(text: str) -> bool:
    """True for a day as it is stored: ISO text of a day that there is."""
    try:
        return len(text) == 10 and dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def serial_day(text: str) -> str | None:
    """The day that Excel's serial number ``text`` stands for (36526 is 2000-01-01), None where it is none."""
    if not _SERIAL.fullmatch(text):
        return None
    return (_EPOCH + dt.timedelta(days=int(text))).isoformat()


def as_count(text: str) -> str:
    """A whole number as digits: 12.0 and 12,00 are 12; what could be a thousands sign stays as it is."""
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


def as_number(text: str, decimal_comma: bool = False) -> str:
    """A number with its decimals after a point.

    ``2,5`` and ``0,125`` have one reading. ``1,250`` has two, unless the file itself is written with semicolons, as
    Excel does where the comma is the decimal sign.
    """
    match = _DECIMAL_COMMA.fullmatch(text)
    if match is None:
        return text
    whole, part = match.groups()
    if decimal_comma or len(part) != 3 or whole.lstrip("-") == "0":
        return f"{whole}.{part}"
    return text


def as_code(known: frozenset[str], labels: Callable[[], Mapping[str, frozenset[str]]]) -> Reading:
    """A reading of codes: a code stays, ``CODE – label`` is its code, a label that names one code is that code.

    ``labels`` (key of a label -> the codes it names) is asked for only where something is not a code.
    """

    def read(text: str) -> str:
        if not text or text in known:
            return text
        first = text.split(" – ")[0].strip()
        if first in known:
            return first
        named = labels().get(label_key(text), frozenset())
        return next(iter(named)) if len(named) == 1 else text

    return read
