"""What the distinct contents of the wanted cells say, how they look taken into account, and what is proposed instead.

Where a sheet shows another value than it stores, neither is taken. What a person should look at first may be proposed:
the code a text resembles, the word a legacy font means. A finding quotes numbers, codes and what resembles a code;
anything else a sender typed could name a person and is masked. Belongs here: one content at a time, each once. Does not
belong here: the parsers (`ingest.normalise.values`), where the cell stands.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import pandas as pd

from ingest.labels import label_key, without_accents
from ingest.legacy_fonts import NAMES, readings
from ingest.normalise.values import (
    Parsed,
    parse_balance,
    parse_code,
    parse_count,
    parse_date,
    parse_flag,
    parse_text,
    without_noise,
)
from ingest.numerals import stored_vi
from ingest.privacy import UNQUOTED, is_masked, names_person, quoted
from ingest.reading.appearance import COVERED, DRESSED, MERGED
from ingest.reading.personal import PERSONAL
from ingest.words import words

UNDER_MERGED = "under_merged"
"""Nothing stands in the cell for it is merged with another, which holds a figure (`sql/merged.sql`)."""
_ALIKE = 0.85
_FRACTION = re.compile(r"(?<!\d)\d+\.\d+")
_NUMBERS = ("count", "balance", "money")
_COLUMNS = [
    *("type", "code_list", "pattern", "period_code", "kind", "text", "shown", "marks"),
    *("raw_text", "value", "value_text", "state", "finding", "detail", "suggested"),
]


class Content(NamedTuple):
    """One distinct content of the wanted cells: what is wanted there, and the cell as the lake holds it."""

    type: str
    code_list: str | None
    pattern: str | None
    period_code: str | None
    kind: str
    text: str
    shown: str | None = None
    marks: str | None = None


_SHOWN_LABELS = 4


@dataclass(frozen=True)
class CodeWords:
    """The codes of one list valid on a day: key of code, label or alias -> code, and code -> its label."""

    keys: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    def label(self, code: str) -> str:
        """The label of ``code``, for people."""
        return self.labels.get(code, code)

    def some(self) -> str:
        """The first labels of the list, for people: what kind of word is wanted."""
        labels = list(self.labels.values())
        return "; ".join(labels[:_SHOWN_LABELS]) + ("; …" if len(labels) > _SHOWN_LABELS else "")


@dataclass(frozen=True)
class Reading:
    """A `Parsed` with what only a finding needs: what the cell says to be quoted, and what the message adds."""

    parsed: Parsed
    raw_text: str
    detail: str | None = None


def parsed_values(
    distinct: Iterable[Content],
    codes: Mapping[str, Mapping[str, CodeWords]],
    organizations: Collection[str] = (),
) -> pd.DataFrame:
    """One row per distinct content: what it says where it is wanted.

    ``codes``: period -> list -> its words. ``raw_text`` is what the tables and findings may quote. Columns: those of
    `Content`, raw_text, value, value_text, state, finding, detail, suggested.
    """
    rows = []
    for content in distinct:
        listed = codes.get(content.period_code or "", {}).get(content.code_list or "", CodeWords())
        reading = read(content, listed, organizations)
        said = reading.parsed
        rows.append(
            (
                *content,
                reading.raw_text,
                said.value,
                said.text,
                said.state,
                said.finding,
                reading.detail,
                said.suggested,
            )
        )
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    return frame.astype({name: "float64" if name == "value" else "string" for name in _COLUMNS})


def read(content: Content, codes: CodeWords, organizations: Collection[str] = ()) -> Reading:
    """What one content says; unreadable where the eye reads something else than is stored."""
    marks = (content.marks or "").split()
    if COVERED in marks:
        return Reading(Parsed("unreadable", finding="covered_cell"), _quoted(content, codes))
    if UNDER_MERGED in marks:
        return Reading(Parsed("unreadable"), content.text)
    if merged := next((mark for mark in marks if mark.startswith(MERGED) and ":" in mark), None):
        found = Parsed("unreadable", finding="merged_cells")
        return Reading(found, _quoted(content, codes), merged.removeprefix(f"{MERGED}_"))
    if DRESSED in marks and content.type in ("code", "flag"):
        # What stands around a number is no other number, but it may be another word: 40 shown as “40 năm”.
        content = content._replace(kind="text", text=content.shown or content.text)
    elif content.shown is not None and not (DRESSED in marks and content.type in _NUMBERS):
        both = f"{_quoted(content, codes)} (hiện {_as_seen(content)})"
        finding = "not_a_count" if _is_rounded(content) else "shown_differs"
        return Reading(Parsed("unreadable", finding=finding), both)
    parsed = _parse(content, codes, organizations)
    if parsed.finding in ("unknown_code", "not_of_its_pattern"):
        return _with_proposal(content, parsed, codes)
    raw_text = content.text if parsed.state != "unreadable" else _quoted(content, codes)
    return Reading(parsed, raw_text)


def _is_rounded(content: Content) -> bool:
    """True for a fraction where a count is asked for, of which the sheet shows the whole number beside it.

    The format is not to blame: no whole number was typed.
    """
    if content.type not in ("count", "balance") or content.kind != "number":
        return False
    number, seen = without_noise(float(content.text)), parse_balance("text", content.shown or "").value
    return not number.is_integer() and seen is not None and abs(number - seen) < 1


def _parse(content: Content, codes: CodeWords, organizations: Collection[str]) -> Parsed:
    kind, text = content.kind, content.text
    if content.type == "code":
        return parse_code(kind, text, codes.keys)
    if content.type == "flag":
        return parse_flag(kind, text, codes.keys)
    if content.type == "text":
        parsed = parse_text(kind, text, organizations, content.pattern)
        # Words that nobody knows leave dots as well: only what was marked looks like a person's.
        is_unknown = content.pattern is not None and is_masked(text) and PERSONAL not in (content.marks or "").split()
        return replace(parsed, finding="not_of_its_pattern") if parsed.finding and is_unknown else parsed
    if content.type == "date":
        return parse_date(kind, text)
    parsed = (parse_balance if content.type == "balance" else parse_count)(kind, text)
    if content.type != "money" and parsed.value is not None and abs(parsed.value) > words().largest_count:
        return Parsed("unreadable", finding="count_too_large")
    return parsed


def _quoted(content: Content, codes: CodeWords) -> str:
    """The content as it may be quoted: a count as long as a personal number is masked where no amount is asked for."""
    if content.kind in ("error", "no_cache", "date", "bool"):
        return content.text
    if content.type == "code" and near_code(content.text, codes.keys) is not None:
        return content.text
    told = quoted(content.text, amounts=content.type in _NUMBERS)
    return stored_vi(told) if content.kind == "number" else told


def _as_seen(content: Content) -> str:
    """What the sheet shows, as it may be quoted: decimals after a comma, while thousands keep their point."""
    seen = quoted(content.shown or "")
    fraction = _FRACTION.search(seen)
    if content.kind != "number" or fraction is None:
        return seen
    number, told = abs(float(content.text)), float(fraction[0])
    return stored_vi(seen) if min(abs(told - number), abs(told - 100 * number)) < 1 else seen


def _with_proposal(content: Content, parsed: Parsed, codes: CodeWords) -> Reading:
    """An unknown code: what a legacy font means, else the code the text resembles."""
    for encoding, converted in readings(content.text).items():
        code = codes.keys.get(label_key(converted))
        if code is not None:
            found = Parsed("unreadable", finding="legacy_font", suggested=codes.label(code))
            return Reading(found, content.text, f"{NAMES[encoding]}: {codes.label(code)}")
        if content.pattern and re.fullmatch(content.pattern, converted):
            found = Parsed("unreadable", finding="legacy_font", suggested=converted)
            return Reading(found, content.text, f"{NAMES[encoding]}: {converted}")
    raw_text = _quoted(content, codes)
    marked = [name for name in (content.marks or "").split() if name in NAMES]
    if marked:
        return Reading(replace(parsed, finding="legacy_font"), raw_text, NAMES[marked[0]])
    number = content.text.removesuffix(f" {UNQUOTED}")
    if content.pattern and number != content.text and re.fullmatch(content.pattern, number):
        return Reading(replace(parsed, suggested=number), content.text)
    near = near_code(content.text, codes.keys)
    if near is None:
        return Reading(parsed, raw_text, codes.some())
    return Reading(replace(parsed, suggested=codes.label(near)), raw_text, codes.some())


def near_code(text: str, keys: Mapping[str, str]) -> str | None:
    """The one code that ``text`` is most likely meant to be, None where it resembles none or several.

    A text resembles a code that it spells without accents, of whose words it holds some with a number among them, to
    whose words it adds one, or that differs from it in few letters. What names a person resembles nothing.
    """
    if names_person(text):
        return None
    key = label_key(text)
    bare = without_accents(key)
    spoken = set(key.split())
    tests = (
        lambda known: without_accents(known) == bare,
        lambda known: any(word.isdigit() for word in spoken) and spoken <= set(known.split()),
        lambda known: (
            len(known.split()) > 1 and set(known.split()) < spoken and len(spoken) == len(set(known.split())) + 1
        ),
        lambda known: len(key) > 3 and difflib.SequenceMatcher(None, bare, without_accents(known)).ratio() >= _ALIKE,
    )
    for test in tests:
        found = {code for known, code in keys.items() if test(known)}
        if found:
            return found.pop() if len(found) == 1 else None
    return None
