"""Texts typed with fonts of the years before Unicode (TCVN3, VNI): recognised by font name, and what they say.

Such a text looks right on the sender's screen and is another text in the file. Belongs here: the two encodings of
`legacy_fonts.yaml`, and the printed text that a label in them can only be. Does not belong here: when a conversion of
an answer counts (`ingest.normalise`): it is proposed, never taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from ingest.kept_short import kept_short
from ingest.labels import label_key
from ingest.program_yaml import declared_in

LEGACY_FILE = Path(__file__).with_name("legacy_fonts.yaml")
NAMES = {"tcvn3": "TCVN3 (.VnTime)", "vni": "VNI (VNI-Times)"}
"""What the encodings are called before people, by their mark."""
_TONES = "\u0300\u0301\u0303\u0309\u0323"


@dataclass(frozen=True)
class LegacyEncoding:
    """One encoding: how its fonts' names begin, and the letters of a text as Windows-1252 shows them."""

    name: str
    fonts: tuple[str, ...]
    letters: dict[str, str]
    pattern: re.Pattern[str]

    def to_unicode(self, text: str) -> str:
        """``text`` with its letters replaced, the longest first."""
        return self.pattern.sub(lambda match: self.letters[match[0]], text)


@cache
def legacy_encodings() -> tuple[LegacyEncoding, ...]:
    """Both encodings, read once. VNI writes an accent as a letter of its own, so its capitals follow from the small."""
    declared = declared_in(LEGACY_FILE)
    found = []
    for name, encoding in declared.items():
        letters = dict(encoding["letters"])
        if name == "vni":
            letters |= {key.upper(): letter.upper() for key, letter in encoding["letters"].items()}
            letters |= {key.capitalize(): letter.upper() for key, letter in encoding["letters"].items()}
        pattern = re.compile("|".join(re.escape(key) for key in sorted(letters, key=len, reverse=True)))
        found.append(LegacyEncoding(name, tuple(encoding["fonts"]), letters, pattern))
    return tuple(found)


def encoding_of_font(font: str) -> str | None:
    """``tcvn3`` or ``vni`` for the name of a font of that family, else None."""
    name = font.casefold()
    return next((one.name for one in legacy_encodings() if name.startswith(one.fonts)), None)


@kept_short
def readings(text: str) -> Mapping[str, str]:
    """By encoding what ``text`` says if it was typed with its fonts; only where that is another text."""
    if text.isascii():
        return {}
    bare = _as_western(text)
    said = {one.name: one.to_unicode(bare) for one in legacy_encodings()}
    return {name: converted for name, converted in said.items() if converted not in (text, bare)}


def key_and_encoding(text: str, is_known: Callable[[str], bool]) -> tuple[str, str | None]:
    """The label key of ``text``, or of the only known label that it can be in a legacy font; and which one that is.

    A text whose own key is known says what it says, and one that could be two known labels is neither.
    """
    key = label_key(text)
    if text.isascii() or is_known(key):
        return key, None
    known = {
        said: name for name, converted in readings(text).items() if is_known(said := label_key(converted)) and said
    }
    return next(iter(known.items())) if len(known) == 1 else (key, None)


def _as_western(text: str) -> str:
    """``text`` as Windows-1252 shows it, where a PC with the Vietnamese code page (1258) wrote the same bytes."""
    try:
        return "".join(map(_western, text))
    except UnicodeError:
        return text


@lru_cache(maxsize=4_096)
def _western(letter: str) -> str:
    try:
        return letter.encode("cp1252").decode("cp1252")
    except UnicodeError:
        # Code page 1258 holds the vowels without their tones, and each tone as a letter of its own behind them.
        parts = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
        tones = "".join(part for part in parts if part in _TONES)
        return (base + tones).encode("cp1258").decode("cp1252")
