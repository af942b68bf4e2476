"""Numbers and days as people write them, Vietnamese first: 6.177 and 98,82; 30/06/2024."""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal

_LOOK_ALIKES = {"l": "1", "I": "1", "i": "1", "|": "1", "o": "0", "O": "0", "S": "5", "Z": "2", "z": "2", "B": "8"}
_LETTERED = re.compile(r"[0-9lIi|oOSZzB]{2,6}")
_MOST_LETTERS = 2
_SWAPPED = str.maketrans(",.", ".,")


def number_vi(value: float | Decimal | None, places: int = 2) -> str:
    """A number as it is written in Vietnamese: 6.177, 98,82; a whole one without decimals; nothing for None."""
    return number_en(value, places).translate(_SWAPPED)


def limit_vi(value: float | None, places: int = 2) -> str:
    """A bound as it is written in Vietnamese; "không giới hạn" for None and for what is no finite number."""
    return number_vi(value, places) if value is not None and math.isfinite(value) else "không giới hạn"


def number_en(value: float | Decimal | None, places: int = 2) -> str:
    """A number as it is written in English: 6,177 and 98.82; nothing for None."""
    if value is None:
        return ""
    return f"{int(value):,}" if math.isfinite(value) and value == int(value) else f"{value:,.{places}f}"


def stored_vi(text: str) -> str:
    """A number as a workbook stores it (10.7), as the sheet shows it in Vietnam: 10,7, with all its digits."""
    return text.replace(".", ",")


def day_vi(day: dt.date | str) -> str:
    """A day (or its ISO text) as it is written in Vietnam: 30/06/2024."""
    return "/".join(reversed(str(day)[:10].split("-")))


def lettered_number(text: str) -> str | None:
    """The digits that a short number with letters of their shape among them shows: ``12`` of ``l2``; None of others.

    So short a mixture names nobody and is no number of a card or telephone.
    """
    letters = sum(sign in _LOOK_ALIKES for sign in text)
    if not _LETTERED.fullmatch(text) or not 1 <= letters <= min(_MOST_LETTERS, len(text) - 1):
        return None
    return "".join(_LOOK_ALIKES.get(sign, sign) for sign in text)
