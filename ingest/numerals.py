"""Numbers and days as people write them, Vietnamese first: 6.177 and 98,82; 30/06/2024."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

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
