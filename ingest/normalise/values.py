"""What one cell's content says: Vietnamese numbers, dates, codes and words.

Every parser takes the kind and text of a landed cell and answers a `Parsed`; unreadable content names its finding and
is never turned into a guess. Belongs here: one cell by itself. Does not belong here: how it looks in its sheet, and
what is proposed instead (`ingest.normalise.contents`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ingest.catalogue.model import EARLIEST_DAY
from ingest.labels import clean_text, label_key
from ingest.numerals import lettered_number
from ingest.privacy import holds_personal_number, is_masked
from ingest.words import words

_GROUPED = r"(?P<whole>[1-9][0-9]{0,2}(?P<sign>[.,\s])[0-9]{3}(?:(?P=sign)[0-9]{3})*)"
_THOUSANDS = re.compile(rf"{_GROUPED}(?:(?P<point>[.,])0{{1,2}})?")
_PLAIN = re.compile(r"[0-9]{1,15}")
_WHOLE_DECIMAL = re.compile(r"([0-9]{1,15})[.,]0{1,2}")
_SEVERAL_LINES = re.compile(r"[\r\n\v\f\t\u2028\u2029]|  ")
_DATE = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})")
_LONG_DATE = re.compile(r"(?:ngày )?([0-9]{1,2}) tháng ([0-9]{1,2}) năm ([0-9]{4})", re.IGNORECASE)
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T.*)?")
_SERIAL_EPOCH = dt.date(1899, 12, 30)
_LATEST_DAY = dt.date(2100, 12, 31)
_FIRST_SERIAL, _LAST_SERIAL = (EARLIEST_DAY - _SERIAL_EPOCH).days, (_LATEST_DAY - _SERIAL_EPOCH).days
_LARGEST_COUNT = 1e12
_NOISE = 1e-9


@dataclass(frozen=True)
class Parsed:
    """What a cell says. state: value, zero, missing, unreadable; ``finding`` names why it is unreadable."""

    state: str
    value: float | None = None
    text: str | None = None
    finding: str | None = None
    suggested: str | None = None


MISSING = Parsed("missing")
_SPECIAL = {
    "error": Parsed("unreadable", finding="error_cell"),
    "no_cache": Parsed("unreadable", finding="formula_without_value"),
}


def _unreadable(finding: str, suggested: str | None = None) -> Parsed:
    return Parsed("unreadable", finding=finding, suggested=suggested)


def parse_count(kind: str, text: str) -> Parsed:
    """A count: a whole number, 0 or more. ``6.177`` typed as text is 6177; the number 6.177 is refused."""
    if kind in _SPECIAL:
        return _SPECIAL[kind]
    if kind == "number":
        return _number_as_count(text)
    if kind != "text":
        return _unreadable("not_a_count")
    cleaned = clean_text(text)
    if cleaned in words().nothing:
        return MISSING
    if _SEVERAL_LINES.search(text.strip()):
        return _unreadable("not_a_count")
    with_unit = words().units.fullmatch(cleaned)
    digits = with_unit[1].strip() if with_unit else cleaned
    whole = _WHOLE_DECIMAL.fullmatch(digits)
    if whole or _PLAIN.fullmatch(digits):
        return _count(float(whole[1] if whole else digits))
    grouped = _THOUSANDS.fullmatch(digits)
    if grouped and grouped["point"] != grouped["sign"]:
        return _count(float(re.sub(r"[.,\s]", "", grouped["whole"])))
    likely = lettered_number(digits)
    return _unreadable("letters_in_count", likely) if likely else _unreadable("not_a_count")


def without_noise(number: float) -> float:
    """``number`` as fifteen significant digits show it: what a formula left behind the comma is no part of it."""
    whole = float(f"{number:.15g}")
    if abs(whole) < _LARGEST_COUNT and abs(whole - round(whole)) <= _NOISE:
        return float(round(whole))
    return number


def _number_as_count(text: str) -> Parsed:
    number = without_noise(float(text))
    if not abs(number) < _LARGEST_COUNT:
        return _unreadable("not_a_count")
    if number.is_integer() and number >= 0:
        return _count(number)
    # "(1)" typed into Excel becomes -1.
    return _unreadable("not_a_count", str(int(-number)) if number.is_integer() else None)


def parse_balance(kind: str, text: str) -> Parsed:
    """A balance: like a count, but it may be negative (``-3``, ``−3`` or, typed as text, ``(3)``)."""
    if kind == "number" and float(text) < 0:
        parsed = _number_as_count(text.removeprefix("-"))
        return parsed if parsed.value is None else Parsed(parsed.state, -parsed.value or 0.0, f"-{parsed.text}")
    cleaned = clean_text(text).replace("−", "-")
    bracketed = re.fullmatch(r"\(([^()\-]+)\)", cleaned)
    digits = bracketed[1] if bracketed else cleaned.removeprefix("-")
    if not (bracketed or cleaned.startswith("-")) or clean_text(text) in words().nothing:
        return parse_count(kind, text)
    parsed = parse_count(kind, digits.strip())
    return parsed if parsed.value is None else Parsed(parsed.state, -parsed.value or 0.0, f"-{parsed.text}")


def _count(number: float) -> Parsed:
    if number >= _LARGEST_COUNT:
        return _unreadable("not_a_count")
    return Parsed("zero" if number == 0 else "value", number, str(int(number)))


def parse_date(kind: str, text: str) -> Parsed:
    """A day: a true date, dd/mm/yyyy or words as text, or a serial number; the text is ISO 8601."""
    if kind in _SPECIAL:
        return _SPECIAL[kind]
    if kind == "number":
        serial = without_noise(float(text))
        if serial.is_integer() and _FIRST_SERIAL <= serial <= _LAST_SERIAL:
            return Parsed("value", text=(_SERIAL_EPOCH + dt.timedelta(days=int(serial))).isoformat())
        return _unreadable("not_a_date")
    cleaned = clean_text(text)
    if cleaned in words().nothing:
        return MISSING
    iso = _ISO_DATE.fullmatch(cleaned)
    printed = _DATE.fullmatch(cleaned) or _LONG_DATE.fullmatch(cleaned)
    parts = (iso[1], iso[2], iso[3]) if iso else (printed[3], printed[2], printed[1]) if printed else None
    try:
        day = dt.date(*(int(part) for part in parts)) if parts else None
    except ValueError:
        day = None
    # The template takes no earlier day either; a year typed into a day's cell is a serial number of 1905.
    if day is None or not EARLIEST_DAY <= day <= _LATEST_DAY:
        return _unreadable("not_a_date")
    return Parsed("value", text=day.isoformat())


def parse_text(kind: str, text: str, known: Collection[str] = (), pattern: str | None = None) -> Parsed:
    """Free text, cleaned. A personal number inside it is refused unless it is a ``known`` organization code, and so is
    what does not follow the field's ``pattern`` (a regular expression for the whole text)."""
    if kind in _SPECIAL:
        return _SPECIAL[kind]
    cleaned = clean_text(text)
    if cleaned in words().nothing:
        return MISSING
    if cleaned in known:
        return Parsed("value", text=cleaned)
    if is_masked(cleaned) or holds_personal_number(cleaned):
        return _unreadable("identity_value")
    if pattern is not None and re.fullmatch(pattern, cleaned) is None:
        return _unreadable("not_of_its_pattern")
    return Parsed("value", text=cleaned)


def parse_code(kind: str, text: str, codes: Mapping[str, str]) -> Parsed:
    """A code of a list, given as its code, label or alias (``codes``: key -> code)."""
    if kind in _SPECIAL:
        return _SPECIAL[kind]
    if clean_text(text) in words().nothing:
        return MISSING
    code = codes.get(label_key(text))
    return Parsed("value", text=code) if code else _unreadable("unknown_code")


def parse_flag(kind: str, text: str, codes: Mapping[str, str]) -> Parsed:
    """Yes or no by the words of the list ``yes_no``: the value is 1 or 0."""
    answer = parse_code(kind, text, codes)
    if answer.state != "value":
        return answer
    yes = answer.text == "CO"
    return Parsed("value" if yes else "zero", float(yes), answer.text)
