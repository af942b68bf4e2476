"""Texts typed with fonts of the years before Unicode (TCVN3, VNI): recognised by font name, and what they say.

Such a text looks right on the sender's screen and is another text in the file. Belongs here: the two encodings of
`legacy_fonts.yaml`. Does not belong here: when a conversion counts (`ingest.normalise`): it is proposed, never taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

LEGACY_FILE = Path(__file__).with_name("legacy_fonts.yaml")
NAMES = {"tcvn3": "TCVN3 (.VnTime)", "vni": "VNI (VNI-Times)"}
"""What the encodings are called before people, by their mark."""


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
    declared = yaml.safe_load(LEGACY_FILE.read_text(encoding="utf-8"))
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


def readings(text: str) -> dict[str, str]:
    """By encoding what ``text`` says if it was typed with its fonts; only where that is another text."""
    said = {one.name: one.to_unicode(text) for one in legacy_encodings()}
    return {name: converted for name, converted in said.items() if converted != text}
