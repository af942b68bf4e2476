"""What may land: the texts that forms print, code lists hold and registers name, and what resembles them.

A text that is none of these and no number could name a person; its cell is accounted for and its content stays out of
the lake. Belongs here: one text by itself. Does not belong here: where it stands (`ingest.reading.personal`).
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Set
from dataclasses import dataclass
from functools import cache, cached_property

from ingest.identity_headers import asks_for_person
from ingest.labels import clean_text, label_key, without_accents
from ingest.legacy_fonts import key_and_encoding, readings
from ingest.printed_words import is_line_wording, is_printed_wording, parted
from ingest.privacy import (
    UNQUOTED,
    holds_personal_number,
    is_organization_name,
    names_person,
    quoted,
    without_persons,
)
from ingest.words import words

_DECISION = re.compile("(?:^| )[^ 0-9]*[0-9][^ /-]*[-/][^ ]*[A-ZĐƯ]")
_CODE = re.compile(r"(?=.{0,72}[0-9])[0-9A-ZĐƯÂ]{1,12}(?:[-–./_ ]{1,3}[0-9A-ZĐƯÂ]{1,12}){0,4}")
_DAY = re.compile(r"(?<!\d)(\d{1,2})(?:/|-|\.| tháng )(\d{1,2})(?:/|-|\.| năm )(\d{4})")
_WORDED_DAY = re.compile(r"(?:ngày )?\d{1,2} tháng \d{1,2} năm \d{4}", re.IGNORECASE)
_FORM_NUMBER = re.compile(r"biểu(?: mẫu)?(?: số)? ?:? ?\d{1,2}[a-f]?(?: ?[-–] ?(?:btctw|tctw))?", re.IGNORECASE)
_AFTER_NUMBER = re.compile(r"[\s.:\-–,]+")
_HASH = re.compile(r"[0-9a-f]{12,64}")
_ALIKE = 0.85
_MOST_KEPT = 50_000
"""Texts of which it is kept what they came to: a process reads workbooks by the ten thousand."""


@dataclass(frozen=True)
class KnownTexts:
    """``keys`` land as they are, ``codes`` are those of code lists among them; ``patterns`` are those of text fields.

    ``sheets``: keys of the sheets of our workbooks; ``headings``: keys of the headings of tables, ``money`` those over
    amounts; ``organizations``: codes as registered; ``periods``: keys of what periods are called, ``days`` their
    last days (ISO); ``searched``: what layouts of others look for within a text. All small enough to be handed to
    every reading process.

    ``keeps_unknown``: a text that names nobody stays although it is not known. For a person who looks at a file of
    their own and keeps nothing; never for what lands.
    """

    keys: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    patterns: tuple[str, ...] = ()
    sheets: frozenset[str] = frozenset()
    headings: frozenset[str] = frozenset()
    money: frozenset[str] = frozenset()
    organizations: frozenset[str] = frozenset()
    periods: tuple[str, ...] = ()
    days: frozenset[str] = frozenset()
    searched: tuple[str, ...] = ()
    keeps_unknown: bool = False

    def __getstate__(self) -> dict[str, object]:
        """What is handed to another process: not what this one has worked out."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)

    @cached_property
    def _landed(self) -> dict[str, str | None]:
        return {}

    @cached_property
    def _landed_whole(self) -> set[str]:
        return set()

    @cached_property
    def _keys_of(self) -> dict[str, str]:
        return {}

    def key(self, text: str) -> str:
        """The label key of ``text``, once; of a text in a legacy font that of the known text it can only be."""
        if text not in self._keys_of:
            if len(self._keys_of) >= _MOST_KEPT:
                self._keys_of.clear()
            self._keys_of[text], _ = key_and_encoding(text, self._is_known)
        return self._keys_of[text]

    def _is_known(self, key: str) -> bool:
        return key in self.keys or asks_for_person(key) or _begun(key) is not None

    @cached_property
    def _bare_codes(self) -> list[str]:
        return sorted({without_accents(key) for key in self.codes if len(key) > 3})

    @cached_property
    def _bare(self) -> frozenset[str]:
        return frozenset(without_accents(key) for key in self.keys)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(word for key in self.keys for word in key.split())

    @cached_property
    def _pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset(pair for key in self.keys for pair in zip(key.split(), key.split()[1:], strict=False))

    def landed(self, text: str) -> str | None:
        """``text`` as it may land, None where it may not; a number as long as a personal one is masked in it."""
        if text not in self._landed:
            if len(self._landed) >= _MOST_KEPT:
                self._landed.clear()
                self._landed_whole.clear()
            self._landed[text] = said = self._judged(text)
            if said == text:
                self._landed_whole.add(text)
        return self._landed[text]

    def land_whole(self, texts: Set[str]) -> bool:
        """True where every one of ``texts`` lands as it is."""
        return texts <= self._landed_whole or all(self.landed(text) == text for text in texts)

    def _judged(self, text: str) -> str | None:
        cleaned = clean_text(text)
        key = self.key(text)
        if key in self.keys or not key or cleaned in self.organizations or self._is_known_behind_a_number(cleaned):
            return text
        said = self._otherwise(text, cleaned, key)
        # Last, and of few texts: to hold one against what lines of official forms say takes loading what declares them.
        return text if said == text or is_line_wording(text) else said

    def _otherwise(self, text: str, cleaned: str, key: str) -> str | None:
        """What lands of a text that is none of ours, unless it says what one line of an official form says."""
        # A day in words says no more than the same day in digits, which lands.
        said = text if _WORDED_DAY.fullmatch(cleaned) else quoted(text)
        if said != UNQUOTED:
            return said
        begun = _begun(key)
        if begun is not None and begun != key and not self.keeps_unknown:
            # A note or a signature, which ends a list, or its total.
            return f"{cleaned[: len(begun)] if label_key(text) == key else begun.capitalize()} {UNQUOTED}"
        if holds_personal_number(text) or names_person(text) or without_persons(text) != text:
            return None
        if _CODE.fullmatch(cleaned) or any(re.fullmatch(pattern, cleaned) for pattern in self.patterns):
            return text
        for converted in readings(text).values():
            if label_key(converted) in self.keys or any(re.fullmatch(one, converted) for one in self.patterns):
                return text
        if self.keeps_unknown or is_organization_name(text) or self._looks_known(text, key):
            return text
        return text if self._is_asked_for(text, key, cleaned) else self._number_before(cleaned)

    def _is_asked_for(self, text: str, key: str, cleaned: str) -> bool:
        """True for a title with its period, and for what a layout of others looks for."""
        is_title = any(period in key for period in self.periods) or any(
            f"{year}-{month:0>2}-{day:0>2}" in self.days for day, month, year in _DAY.findall(cleaned)
        )
        return is_title or any(re.search(one, text, re.IGNORECASE) for one in self.searched)

    def _number_before(self, cleaned: str) -> str | None:
        """The number of a decision with which ``cleaned`` begins; of the words behind it, which nobody knows, dots."""
        for pattern in self.patterns:
            begun = re.match(pattern, cleaned)
            number = begun[0].strip() if begun is not None else ""
            if _DECISION.search(number) and re.fullmatch(pattern, number):
                return f"{number} {UNQUOTED}"
        return None

    def _is_known_behind_a_number(self, cleaned: str) -> bool:
        """True for an ordinal and a known text ("1) Kinh"), the number of a form, alone or before its name."""
        mark, rest = parted(cleaned)
        if mark and label_key(rest) in self.keys:
            return True
        number = _FORM_NUMBER.match(cleaned)
        name = cleaned[number.end() :] if number is not None else ""
        behind = _AFTER_NUMBER.match(name)
        if number is None or (name and behind is None):
            return False
        return not name or (behind is not None and self.landed(name[behind.end() :]) == name[behind.end() :])

    def _looks_known(self, text: str, key: str) -> bool:
        """True for words that an official form says and for what resembles a known text. The hash in each of our
        workbooks is neither, and to hold it against all words of forms costs a process more than reading the file."""
        return not _HASH.fullmatch(text) and (is_printed_wording(text) or self._resembles(key))

    def _resembles(self, key: str) -> bool:
        """True for a known text without its accents, for words of known texts of which two stand together there, and
        for a code with few letters wrong."""
        bare = without_accents(key)
        if bare in self._bare:
            return True
        words = key.split()
        if all(word in self._words for word in words) and any(
            pair in self._pairs for pair in itertools.pairwise(words)
        ):
            return True
        return len(bare) > 3 and bool(difflib.get_close_matches(bare, self._bare_codes, 1, _ALIKE))


@cache
def _beginnings() -> tuple[str, ...]:
    """How notes, signatures and totals begin, the longest first."""
    return tuple(sorted((*words().ends, *words().totals), key=len, reverse=True))


def _begun(key: str) -> str | None:
    """How a note, a signature or a total begins, where ``key`` begins so."""
    return next((word for word in _beginnings() if key.startswith(word) and not key[len(word) :][:1].isalnum()), None)


def is_personal(text: str) -> bool:
    """True where a text that does not land looks like what names a person."""
    return holds_personal_number(text) or names_person(text) or without_persons(text) != text


def answered(text: str) -> str:
    """A text written freely where free text is asked for: kept, but for what names a person; keys stay whole."""
    return text if _HASH.fullmatch(text.strip()) else without_persons(text)
