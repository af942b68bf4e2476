"""What a line or heading of an official form speaks of: its words as concepts of `layouts/printed_forms.yaml`.

Belongs here: one text by itself. Does not belong here: which line of a form the text is (`ingest.layouts.printed`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

from ingest.abbreviations import written_out
from ingest.labels import clean_text, label_key, without_accents
from ingest.privacy import UNQUOTED

if TYPE_CHECKING:
    from ingest.catalogue.printed import PrintedForms

_SUMS = re.compile(
    r"\((?=[^()]*+\))[^()]*(?:[+=÷/*…\-–]|\.\.|\d)[^()]*\)"
    r"|[=:]\s*+[A-ZĐ]?+\d*+\s*+[+\-–].*$"
    r"|\(\s*+[A-ZĐ]\d?+\s*+\)"
)
_ORDINAL = re.compile(
    r"^[\s\-–+•*]*(?P<mark>[IVX]{1,4}\.\d{1,2}|\d{1,2}[a-zđA-ZĐ]\d?|[A-ZĐ]\d{1,2}[a-zđ]?|[A-ZĐ]\.\d{1,2}|[IVX]{1,4}"
    r"|\d{1,2}(?:\.\d{1,2})*|[A-ZĐa-zđ])"
    r"(?:\s*[.)/:\-–]+\s*|(?<=\d)\s+)(?=\S)"
)
_HEADING_MARK = re.compile(r"[\s(\[]*\d{1,2}[\s)\]]*")
_FEWEST_WORDS, _YEAR_DIGITS = 3, 4
_WORD = re.compile(r"\w+")
_VOWEL = re.compile(r"[aeiouy\d]")
_LEADING_ZERO = re.compile(r"\b0+(?=\d)")
_AT_LEAST = re.compile(r"(?:≥|>\s?=|=\s?>)\s?(\d+)")
_AT_MOST = re.compile(r"(?:≤|<\s?=|=\s?<)\s?(\d+)")
_DATE = re.compile(r"(?:\bngay )?\b(\d{1,2}) (?:thang )?(\d{1,2}) (?:nam )?((?:19|20)\d\d)\b")


def parted(text: str) -> tuple[str, str]:
    """The ordinal that a line begins with (``B1. Kết nạp``, ``a) Từ tỉnh khác``) and the rest of it."""
    cleaned = clean_text(text)
    match = _ORDINAL.match(cleaned)
    return (match["mark"], cleaned[match.end() :]) if match else ("", cleaned)


@lru_cache(maxsize=50_000)
def concepts_of(text: str, vocabulary: str) -> frozenset[str] | None:
    """The concepts of a line as it stands, or without its ordinal and sums in brackets; None where a word says another.

    As it stands first: "18 - 30 tuổi" begins with no ordinal. A text of which a part did not land may say anything.
    """
    if UNQUOTED in text:
        return None
    rest = parted(text)[1]
    tried = dict.fromkeys((clean_text(text), _SUMS.sub(" ", clean_text(text)), rest, _SUMS.sub(" ", rest)))
    return next((said for one in tried if (said := _said(one, vocabulary)) is not None), None)


def _said(text: str, vocabulary: str) -> frozenset[str] | None:
    known = _vocabulary(vocabulary)
    rest = f" {_told(text, known)} "
    found = set()
    for spelled, concept in known.spellings:
        while f" {spelled} " in rest:  # said twice in a row, the two share the space between them
            found.add(concept)
            rest = rest.replace(f" {spelled} ", " ")
    left = set(rest.split()) - known.beside
    return frozenset(found) if found and not left else None


def concepts_within(text: str, vocabulary: str) -> frozenset[str]:
    """The concepts that a text names, whatever else it says: a title, not a line."""
    known = _vocabulary(vocabulary)
    rest, found = f" {_told(text, known)} ", set()
    for spelled, concept in known.spellings if UNQUOTED not in text else ():
        if f" {spelled} " in rest:
            found.add(concept)
            rest = rest.replace(f" {spelled} ", " / ")
    return frozenset(found)


def says_nothing(text: str, vocabulary: str) -> bool:
    """True for words that change nothing, and for no words at all; a text that did not land says something unknown."""
    known = _vocabulary(vocabulary)
    return UNQUOTED not in text and set(_told(parted(text)[1], known).split()) <= known.beside


def words_said(text: str, vocabulary: str) -> frozenset[str]:
    """The words of a line without its ordinal and without those that change nothing."""
    return frozenset(_plain(parted(text)[1]).split()) - _vocabulary(vocabulary).beside


def words_of_concepts(concepts: frozenset[str], vocabulary: str) -> frozenset[str]:
    """All words in which concepts are said."""
    told = _vocabulary(vocabulary)
    return frozenset(word for text, one in told.spellings if one in concepts for word in text.split()) - told.beside


def is_line_wording(text: str) -> bool:
    """True for three words or more that say what one line of an official form says: capitals make no name of them."""
    # Words are counted first: a process that meets no such text need not read what official forms say.
    if not any(map(str.isalpha, text)):
        return False
    return len(_plain(_SUMS.sub(" ", parted(text)[1])).split()) >= _FEWEST_WORDS and _says_a_line(text)


def is_printed_wording(text: str) -> bool:
    """True for a text that says what one line says, or heads a column in words of headings: it names nobody."""
    if _says_a_line(text):
        return True
    said = _plain(_SUMS.sub(" ", text)).split()
    known = (word in _of_headings() or (word.isdigit() and len(word) <= _YEAR_DIGITS) for word in said)
    return role_of((text,)) is not None and all(known)


def _says_a_line(text: str) -> bool:
    return any(concepts_of(text, name) in sets for name, sets in _of_lines().items())


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
        for role, spellings in _printed_forms().columns.items()
        if any(one in text if one == "%" else f" {_plain(one)} " in words for one in spellings)
    ]


def _plain(text: str) -> str:
    """The words of ``text`` in small letters without accents, short ones written out."""
    spelled = _AT_MOST.sub(r" \1 trở xuống ", _AT_LEAST.sub(r" từ \1 trở lên ", text))
    spelled = spelled.replace(">", " trên ").replace("<", " dưới ")
    said = without_accents(" ".join(_WORD.findall(written_out(spelled, "headings"))))
    return _DATE.sub(r"\1 \2 \3", _LEADING_ZERO.sub("", said))


def _printed_forms() -> PrintedForms:
    # Who only asks whether words name a person rarely comes here: a reading process need not load what declares forms.
    from ingest.catalogue.printed import printed_forms

    return printed_forms()


@dataclass(frozen=True)
class _Vocabulary:
    """``spellings``: every wording with its concept, the longest first. ``same``: pattern and what it is said as.
    ``short``: first letters -> the words that they are of."""

    spellings: tuple[tuple[str, str], ...]
    beside: frozenset[str]
    same: tuple[tuple[re.Pattern[str], str], ...]
    short: Mapping[str, str]


def _told(text: str, known: _Vocabulary) -> str:
    """The plain words of ``text`` as the vocabulary says them, without what is said by the way."""
    return _as_one(" ".join(known.short.get(word, word) for word in _plain(text).split()), known.same)


def _as_one(text: str, same: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    said = f" {text} "
    for pattern, one in same:
        said = pattern.sub(one, said)
    return " ".join(said.split())


@cache
def _vocabulary(name: str) -> _Vocabulary:
    declared = _printed_forms().vocabularies[name]
    same = tuple((re.compile(rf"(?<= )(?:{pattern})(?= )"), one) for pattern, one in declared.same.items())
    asides = tuple((re.compile(rf"(?<= )(?:{pattern})(?= )"), "") for pattern in declared.asides)
    told = {(_as_one(_plain(text), same), one) for one, texts in declared.concepts.items() for text in texts}
    return _Vocabulary(
        tuple(sorted(told, key=lambda one: (-len(one[0].split()), one))),
        frozenset(map(_plain, declared.beside)),
        same + asides,
        _initials(_plain(text) for texts in declared.concepts.values() for text in texts) if declared.initials else {},
    )


def _initials(wordings: Iterable[str]) -> dict[str, str]:
    """First letters -> the words of a wording, or of a part of one, that alone have them; none that may be a word."""
    found: dict[str, set[str]] = {}
    for words in (text.split() for text in wordings):
        for first, last in combinations(range(len(words) + 1), 2):
            letters = "".join(word[0] for word in words[first:last])
            if len(letters) > 1 and not _VOWEL.search(letters):
                found.setdefault(letters, set()).add(" ".join(words[first:last]))
    return {letters: next(iter(said)) for letters, said in found.items() if len(said) == 1}


@cache
def _of_lines() -> dict[str, frozenset[frozenset[str] | None]]:
    """Vocabulary -> what lines say, alone and below a heading, and headings over lines and over figures."""
    from ingest.catalogue.printed import said_sets

    found: dict[str, set[frozenset[str] | None]] = {}
    for form in _printed_forms().forms:
        ignored = [one.says for one in form.ignored.values()]
        for sets in (*form.lines.values(), *form.groups.values(), *form.columns.values(), *ignored):
            whole = set(said_sets(sets))
            over = {*form.groups, *(one for sets in form.columns.values() for said in sets for one in said[:1])}
            below = {said - {one.removesuffix("?")} for said in whole for one in over} - {frozenset()}
            besides = {said | {one} for said in whole | below for one in form.assumed}
            found.setdefault(form.vocabulary, set()).update(whole | below | besides)
    more = [(one.vocabulary, one.said) for one in _printed_forms().groups]
    more += [(one.vocabulary, one.said) for one in _printed_forms().matrices]
    for name, declared in more:
        found.setdefault(name, set()).update(said for sets in declared for said in said_sets(sets))
    return {name: frozenset(sets) for name, sets in found.items()}


@cache
def _of_headings() -> frozenset[str]:
    spelled = (*(text for texts in _printed_forms().columns.values() for text in texts), "đảng viên")
    return frozenset(word for text in spelled for word in _plain(text).split())
