"""Whether a text is a name as people shorten it: without its body, with initials for words, with a number before.

"Sở NN&MT" is "Đảng bộ Sở Nông nghiệp và Môi trường". The body may be left out, never exchanged: a cell of an office is
not its organization. Every word of the name must be there, as it is or as an initial of several, and one of them whole.
Accents count where the text has any. Belongs here: one text against one name. Does not belong here: which names there
are, and that one alone may fit (`ingest.rosters`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ingest.abbreviations import words_of_kinds, written_out
from ingest.labels import label_key, without_accents

_WORD = re.compile(r"\w+")
_ASIDE = re.compile(r"\s*\([^()]*\)\s*$")
_SLASHED = re.compile(r"(?<!\w)(đ|d|c)\s*/\s*(b|u)(?!\w)")
_BODIES = (
    ("part", r"(?:dang bo|dang uy|db|du) bo phan|dbbp"),
    ("party", r"(?:dang bo|dang uy|db|du)(?: co so)?|dbcs|ducs"),
    ("cell", r"(?:chi bo|chi uy|cb|cu)(?: co so| truc thuoc)?|cbcs|cbtt"),
)
_BODY = [(name, re.compile(rf"(?:{pattern}) (?=\w)")) for name, pattern in _BODIES]
_SHORTEST_ALONE = 5
_FEWEST_INITIALS, _MOST_WORDS = 2, 20
_NUMBERED = re.compile(r"\(?([^\s:;,()]{1,30}?)\)?\s{0,3}[-–—:.,)]{0,3}\s+(?=\w)(.+)")
_ORDINAL = re.compile(r"\d{1,4}|[ivxlc]{1,5}|[a-zđ]")


@dataclass(frozen=True)
class SpokenName:
    """``body``: what of the Party it says it is, if it does; ``words``: the others, each as (letters, accents)."""

    body: str | None
    words: tuple[tuple[str, str], ...]

    @property
    def is_telling(self) -> bool:
        """True for what may stand without its body: several words or a long one, not all of them of kinds."""
        letters = [one for one, _ in self.words]
        own = [one for one in letters if one not in words_of_kinds() and not one.isdigit()]
        return bool(own) and (len(letters) > 1 or len(own[0]) >= _SHORTEST_ALONE)


def is_short_for(text: str, name: str) -> bool:
    """True where ``text`` can be ``name`` and nothing of either is left over."""
    has_accents = label_key(text) != without_accents(label_key(text))
    return any(
        _fits(said, full, has_accents=has_accents)
        for said in _readings(text)
        for full in _readings(_ASIDE.sub("", name))
    )


def first_letters(text: str) -> set[str]:
    """The letters that a text begins with, what body it says it is left out: a name that it is short for has one."""
    return {said.words[0][0][0] for said in _readings(text) if said.words and said.words[0][0]}


def numbered(text: str) -> tuple[str, str] | None:
    """What stands before a name in the same cell, a code or an ordinal, and the name: ``12 - Công ty``."""
    found = _NUMBERED.fullmatch(text.strip())
    return (found[1], found[2]) if found else None


def is_ordinal(mark: str) -> bool:
    """True for what only counts: a number, a Roman one, a letter."""
    return _ORDINAL.fullmatch(label_key(mark)) is not None


@lru_cache(maxsize=20_000)
def _readings(text: str) -> tuple[SpokenName, ...]:
    """A text as it is written, and with its short words written out."""
    key = _SLASHED.sub(r"\1\2", label_key(text)).replace("&", " ")
    return tuple(dict.fromkeys(_spoken(one) for one in (" ".join(_WORD.findall(key)), written_out(key, "names"))))


def _spoken(key: str) -> SpokenName:
    bare = without_accents(key)
    body, length = None, 0
    for name, pattern in _BODY:
        found = pattern.match(bare)
        if found and body is None:
            body, length = name, found[0].count(" ")
    words = key.split(" ")[length:]
    return SpokenName(body, tuple(map(_word, (word for word in words if without_accents(word) != "va"))))


def _word(word: str) -> tuple[str, str]:
    """Letters and accents of a word; where over a diphthong an accent stands is no matter: hoà, hòa."""
    marks = (one for one in unicodedata.normalize("NFD", word.replace("đ", "d\u0335")) if unicodedata.combining(one))
    return without_accents(word), "".join(sorted(marks))


def _fits(said: SpokenName, full: SpokenName, *, has_accents: bool) -> bool:
    if said.body is not None and full.body is not None and said.body != full.body:
        return False
    if said.body is None and not said.is_telling:
        return False
    if not said.words or len(full.words) > _MOST_WORDS:
        return False
    return any(_ways(said.words, full.words, has_accents=has_accents))


def _ways(
    said: tuple[tuple[str, str], ...], full: tuple[tuple[str, str], ...], *, has_accents: bool, whole: bool = False
) -> Iterator[bool]:
    """True for each way in which the words said are all those of the name; one of them must be whole."""
    if not said or not full:
        yield not said and not full and whole
        return
    letters, accents = said[0]
    if letters == full[0][0] and (accents == full[0][1] or not has_accents):
        yield from _ways(said[1:], full[1:], has_accents=has_accents, whole=True)
    number = len(letters)
    if number >= _FEWEST_INITIALS and letters.isalpha() and letters == "".join(word[0][0] for word in full[:number]):
        yield from _ways(said[1:], full[number:], has_accents=has_accents, whole=whole)
