"""What one cell's content is worth: Vietnamese numbers, dates and codes.

Every function takes the kind and text of a landed cell and answers a `Parsed`; unreadable content names its
finding and is never turned into a guess.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.labels import clean_text, label_key

_THOUSANDS = re.compile(r"[0-9]{1,3}(?:([.,\s])[0-9]{3})(?:\1[0-9]{3})*$")
_PLAIN = re.compile(r"[0-9]{1,15}$")
_UNIT = re.compile(
    r"([0-9][0-9.,\s]*?)\s*(?:đ/c|đ\.c|đc|đồng chí|đảng viên|đv|tổ chức|chi bộ|người|vụ|thẻ|lượt)\.?$",
    re.IGNORECASE,
)
_NOTHING = {"", "-", "–", "—", "…", "...", "..", "/"}
_DATE = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})$")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T.*)?$")
_PERSONAL_NUMBER = re.compile(r"(?<![0-9])(?:[0-9]{9}|[0-9]{12})(?![0-9])")
_SERIAL_EPOCH = dt.date(1899, 12, 30)


@dataclass(frozen=True)
class Parsed:
    """A cell's worth. state: value, zero, missing, unreadable; ``finding`` names why it is unreadable."""

    state: str
    value: float | None = None
    text: str | None = None
    finding: str | None = None


MISSING = Parsed("missing")


def _unreadable(finding: str) -> Parsed:
    return Parsed("unreadable", finding=finding)


def _special(kind: str) -> Parsed | None:
    if kind == "error":
        return _unreadable("error_cell")
    if kind == "no_cache":
        return _unreadable("formula_without_value")
    return None


def parse_count(kind: str, text: str) -> Parsed:
    """A count: a whole number, 0 or more. ``6.177`` typed as text is 6177; the number 6.177 is refused."""
    special = _special(kind)
    if special:
        return special
    if kind == "number":
        number = float(text)
        return _count(number) if number.is_integer() and 0 <= number < 1e15 else _unreadable("not_a_count")
    if kind != "text":
        return _unreadable("not_a_count")
    cleaned = clean_text(text)
    if cleaned in _NOTHING:
        return MISSING
    with_unit = _UNIT.match(cleaned)
    digits = with_unit[1].strip() if with_unit else cleaned
    if _PLAIN.match(digits):
        return _count(float(digits))
    if _THOUSANDS.match(digits):
        return _count(float(re.sub(r"[.,\s]", "", digits)))
    return _unreadable("not_a_count")


def parse_balance(kind: str, text: str) -> Parsed:
    """A balance: like a count, but it may be negative (``-3``, ``−3`` or ``(3)``)."""
    cleaned = clean_text(text).replace("−", "-")
    bracketed = cleaned.startswith("(") and cleaned.endswith(")")
    digits = cleaned.strip("()").removeprefix("-").strip()
    if not bracketed and not (cleaned.startswith("-") and digits):
        return parse_count(kind, text)
    parsed = parse_count(kind, digits)
    return parsed if parsed.value is None else Parsed(parsed.state, -parsed.value, f"-{parsed.text}")


def _count(number: float) -> Parsed:
    return Parsed("zero" if number == 0 else "value", number, str(int(number)))


def parse_date(kind: str, text: str) -> Parsed:
    """A day: a true date, dd/mm/yyyy as text, or a serial number; the text is ISO 8601."""
    special = _special(kind)
    if special:
        return special
    cleaned = clean_text(text)
    if cleaned in _NOTHING:
        return MISSING
    if kind == "number":
        serial = float(text)
        if serial.is_integer() and 1_000 < serial < 80_000:
            return Parsed("value", text=(_SERIAL_EPOCH + dt.timedelta(days=int(serial))).isoformat())
        return _unreadable("not_a_date")
    iso, printed = _ISO_DATE.match(cleaned), _DATE.match(cleaned)
    parts = (iso[1], iso[2], iso[3]) if iso else (printed[3], printed[2], printed[1]) if printed else None
    if parts is None:
        return _unreadable("not_a_date")
    try:
        day = dt.date(*(int(part) for part in parts))
    except ValueError:
        return _unreadable("not_a_date")
    return Parsed("value", text=day.isoformat()) if 1900 <= day.year <= 2100 else _unreadable("not_a_date")


def parse_text(kind: str, text: str) -> Parsed:
    """Free text, cleaned; a personal number inside it is refused."""
    special = _special(kind)
    if special:
        return special
    cleaned = clean_text(text)
    if cleaned in _NOTHING:
        return MISSING
    if _PERSONAL_NUMBER.search(cleaned):
        return _unreadable("identity_value")
    return Parsed("value", text=cleaned)


def parse_code(kind: str, text: str, codes: Mapping[str, str]) -> Parsed:
    """A code of a list, given as its code, label or alias (``codes``: key -> code)."""
    special = _special(kind)
    if special:
        return special
    if clean_text(text) in _NOTHING:
        return MISSING
    code = codes.get(label_key(text))
    return Parsed("value", text=code) if code else _unreadable("unknown_code")
