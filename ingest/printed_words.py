"""What a line or heading of an official form speaks of: its words as concepts of `layouts/printed_forms.yaml`.

Belongs here: one text by itself. Does not belong here: which line of a form the text is (`ingest.layouts.printed`).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from ingest.abbreviations import written_out
from ingest.catalogue.printed import printed_forms
from ingest.labels import clean_text, label_key, without_accents

_SUMS = re.compile(
    r"\((?=[^()]*+\))[^()]*(?:[+=÷/*…\-–]|\.\.|\d)[^()]*\)"
    r"|[=:]\s*+[A-ZĐ]?+\d*+\s*+[+\-–].*$"
    r"|\(\s*+[A-ZĐ]\d?+\s*+\)"
)
_ORDINAL = re.compile(
    r"^[\s\-–+•*]*(?P<mark>[A-ZĐ]\d{1,2}[a-zđ]?|[A-ZĐ]\.\d{1,2}|[IVX]{1,4}|\d{1,2}(?:\.\d{1,2})*|[A-ZĐa-zđ])"
    r"(?:\s*[.)/:\-–]+\s*|(?<=\d)\s+)(?=\S)"
)
_HEADING_MARK = re.compile(r"[\s(\[]*\d{1,2}[\s)\]]*")
_FEWEST_WORDS, _YEAR_DIGITS = 3, 4
_WORD = re.compile(r"\w+")


def parted(text: str) -> tuple[str, str]:
    """The ordinal that a line begins with (``B1. Kết nạp``, ``a) Từ tỉnh khác``) and the rest of it."""
    cleaned = clean_text(text)
    match = _ORDINAL.match(cleaned)
    return (match["mark"], cleaned[match.end() :]) if match else ("", cleaned)


@lru_cache(maxsize=20_000)
def concepts_of(text: str) -> frozenset[str] | None:
    """The concepts of a line, its ordinal and sums in brackets left out; None where a word says something else."""
    rest = f" {_plain(_SUMS.sub(' ', parted(text)[1]))} "
    found = set()
    for spelled, concept in _spellings():
        if f" {spelled} " in rest:
            found.add(concept)
            rest = rest.replace(f" {spelled} ", " ")
    left = set(rest.split()) - _beside()
    return frozenset(found) if found and not left else None


def is_line_wording(text: str) -> bool:
    """True for three words or more that say what one line of an official form says: capitals make no name of them."""
    said = concepts_of(text)
    return said in _of_lines() and len(_plain(_SUMS.sub(" ", parted(text)[1])).split()) >= _FEWEST_WORDS


def is_printed_wording(text: str) -> bool:
    """True for a text that says what one line says, or heads a column in words of headings: it names nobody."""
    if concepts_of(text) in _of_lines():
        return True
    said = _plain(_SUMS.sub(" ", text)).split()
    known = (word in _of_headings() or (word.isdigit() and len(word) <= _YEAR_DIGITS) for word in said)
    return role_of((text,)) is not None and all(known)


def role_of(heading: tuple[str, ...]) -> str | None:
    """The role that the words of a heading give its column, the lowest text first; None where they say nothing."""
    texts = [label_key(text) for text in reversed(heading) if not _HEADING_MARK.fullmatch(text)]
    lowest = next(iter(_roles_said(texts[0])), None) if texts else None
    if lowest not in (None, "figures"):
        return lowest
    said = next(iter(_roles_said(" / ".join(texts))), None)
    return "value" if said == "figures" else said


def _roles_said(text: str) -> list[str]:
    words = f" {_plain(text)} "
    return [
        role
        for role, spellings in printed_forms().columns.items()
        if any(one in text if one == "%" else f" {_plain(one)} " in words for one in spellings)
    ]


def _plain(text: str) -> str:
    """The words of ``text`` in small letters without accents, short ones written out."""
    return without_accents(" ".join(_WORD.findall(written_out(text, "headings"))))


@cache
def _spellings() -> tuple[tuple[str, str], ...]:
    """Every wording with its concept, the longest first."""
    told = [(_plain(text), name) for name, texts in printed_forms().concepts.items() for text in texts]
    return tuple(sorted(set(told), key=lambda one: (-len(one[0].split()), one)))


@cache
def _of_lines() -> frozenset[frozenset[str] | None]:
    forms = printed_forms().forms
    return frozenset(frozenset(said) for form in forms for lines in form.lines.values() for said in lines)


@cache
def _beside() -> frozenset[str]:
    return frozenset(map(_plain, printed_forms().beside))


@cache
def _of_headings() -> frozenset[str]:
    spelled = (*(text for texts in printed_forms().columns.values() for text in texts), "đảng viên")
    return frozenset(word for text in spelled for word in _plain(text).split())
