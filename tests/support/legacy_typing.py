"""Texts as PCs of the years before Unicode left them: what is typed with .VnTime (TCVN3) or VNI-Times."""

from __future__ import annotations

import unicodedata

from ingest.legacy_fonts import legacy_encodings


def typed_with(encoding: str, text: str) -> str:
    """``text`` as its bytes look in Windows-1252; letters that the encoding does not know stay."""
    letters = next(one.letters for one in legacy_encodings() if one.name == encoding)
    back: dict[str, str] = {}
    for typed, letter in letters.items():
        back.setdefault(letter, typed)
    large = str.upper if encoding == "vni" else str
    return "".join(
        back.get(letter) or (large(back[letter.lower()]) if letter.lower() in back else letter)
        for letter in unicodedata.normalize("NFC", text)
    )
