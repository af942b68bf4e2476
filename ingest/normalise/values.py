"""What one cell's content is worth: Vietnamese numbers, dates, codes and words.

Every parser takes the kind and text of a landed cell and answers a `Parsed`; unreadable content names its
finding and is never turned into a guess. What a person should look at first may be suggested.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from ingest.labels import clean_text, label_key
from ingest.privacy import holds_personal_number, is_masked, masked
from ingest.words import words

_THOUSANDS = re.compile(r"[0-9]{1,3}(?:([.,\s])[0-9]{3})(?:\1[0-9]{3})*")
_PLAIN = re.compile(r"[0-9]{1,15}")
_WHOLE_DECIMAL = re.compile(r"([0-9]{1,15})[.,]0{1,2}")
_DATE = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})")
_LONG_DATE = re.compile(r"(?:ngày )?([0-9]{1,2}) tháng ([0-9]{1,2}) năm ([0-9]{4})", re.IGNORECASE)
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T.*)?")
_SERIAL_EPOCH = dt.date(1899, 12, 30)
_LARGEST_COUNT = 1e12

_WORTH = [
    *("type", "code_list", "period_code", "kind", "text"),
    *("raw_text", "value", "value_text", "state", "finding", "suggested"),
]


@dataclass(frozen=True)
class Parsed:
    """A cell's worth. state: value, zero, missing, unreadable; ``finding`` names why it is unreadable."""

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
    with_unit = words().units.fullmatch(cleaned)
    digits = with_unit[1].strip() if with_unit else cleaned
    whole = _WHOLE_DECIMAL.fullmatch(digits)
    if whole or _PLAIN.fullmatch(digits):
        return _count(float(whole[1] if whole else digits))
    if _THOUSANDS.fullmatch(digits):
        return _count(float(re.sub(r"[.,\s]", "", digits)))
    return _unreadable("not_a_count")


def _number_as_count(text: str) -> Parsed:
    number = float(text)
    if not abs(number) < _LARGEST_COUNT:
        return _unreadable("not_a_count")
    if number.is_integer() and number >= 0:
        return _count(number)
    # "(1)" typed into Excel becomes -1, and "6.177" typed on an English Excel becomes 6.177.
    thousand = round(number * 1000)
    if number < 0 and number.is_integer():
        return _unreadable("not_a_count", str(int(-number)))
    return _unreadable("not_a_count", str(thousand) if number > 0 and abs(number * 1000 - thousand) < 1e-6 else None)


def parse_balance(kind: str, text: str) -> Parsed:
    """A balance: like a count, but it may be negative (``-3``, ``−3`` or, typed as text, ``(3)``)."""
    cleaned = clean_text(text).replace("−", "-")
    bracketed = cleaned.startswith("(") and cleaned.endswith(")")
    digits = cleaned.strip("()").removeprefix("-").strip()
    if not digits or not (bracketed or cleaned.startswith("-")):
        return parse_count(kind, text)
    parsed = parse_count(kind, digits)
    return parsed if parsed.value is None else Parsed(parsed.state, -parsed.value, f"-{parsed.text}")


def _count(number: float) -> Parsed:
    if number >= _LARGEST_COUNT:
        return _unreadable("not_a_count")
    return Parsed("zero" if number == 0 else "value", number, str(int(number)))


def parse_date(kind: str, text: str) -> Parsed:
    """A day: a true date, dd/mm/yyyy or words as text, or a serial number; the text is ISO 8601."""
    if kind in _SPECIAL:
        return _SPECIAL[kind]
    if kind == "number":
        serial = float(text)
        if serial.is_integer() and 1_000 < serial < 80_000:
            return Parsed("value", text=(_SERIAL_EPOCH + dt.timedelta(days=int(serial))).isoformat())
        return _unreadable("not_a_date")
    cleaned = clean_text(text)
    if cleaned in words().nothing:
        return MISSING
    iso = _ISO_DATE.fullmatch(cleaned)
    printed = _DATE.fullmatch(cleaned) or _LONG_DATE.fullmatch(cleaned)
    parts = (iso[1], iso[2], iso[3]) if iso else (printed[3], printed[2], printed[1]) if printed else None
    if parts is None or not 1900 <= int(parts[0]) <= 2100:
        return _unreadable("not_a_date")
    try:
        return Parsed("value", text=dt.date(*(int(part) for part in parts)).isoformat())
    except ValueError:
        return _unreadable("not_a_date")


def parse_text(kind: str, text: str, known: Collection[str] = ()) -> Parsed:
    """Free text, cleaned; a personal number inside it is refused unless it is a ``known`` organization code."""
    if kind in _SPECIAL:
        return _SPECIAL[kind]
    cleaned = clean_text(text)
    if cleaned in words().nothing:
        return MISSING
    if is_masked(cleaned) or (holds_personal_number(cleaned) and cleaned not in known):
        return _unreadable("identity_value")
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


def worth_of(
    distinct: Iterable[tuple[str, str | None, str | None, str, str]],
    codes: Mapping[str, Mapping[str, Mapping[str, str]]],
    organizations: Collection[str] = (),
) -> pd.DataFrame:
    """One row per distinct type, code list, period, kind and text: what the content is worth there.

    ``raw_text`` differs from ``text`` only where a personal number was hidden. ``codes``: period -> list ->
    key -> code. Columns: type, code_list, period_code, kind, text, raw_text, value, value_text, state,
    finding, suggested.
    """
    rows = []
    for kind_of_value, code_list, period, kind, text in distinct:
        if kind_of_value == "text":
            parsed = parse_text(kind, text, organizations)
        else:
            parsed = _parse(kind_of_value, kind, text, codes.get(period or "", {}).get(code_list or "", {}))
        shown = masked(text) if parsed.finding == "identity_value" else text
        worth = (shown, parsed.value, parsed.text, parsed.state, parsed.finding, parsed.suggested)
        rows.append((kind_of_value, code_list, period, kind, text, *worth))
    frame = pd.DataFrame(rows, columns=_WORTH)
    return frame.astype({name: "float64" if name == "value" else "string" for name in _WORTH})


def _parse(kind_of_value: str, kind: str, text: str, codes: Mapping[str, str]) -> Parsed:
    if kind_of_value == "code":
        return parse_code(kind, text, codes)
    if kind_of_value == "flag":
        return parse_flag(kind, text, codes)
    return {"count": parse_count, "balance": parse_balance, "date": parse_date}.get(kind_of_value, parse_text)(
        kind, text
    )
