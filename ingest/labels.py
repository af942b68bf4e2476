"""One normal form for words typed by people: how labels, codes and sheet names are matched.

NFC, the look-alikes of Ư/ư (U+01A2/U+01A3) mended, case folded, spaces (also no-break and zero-width)
collapsed, punctuation and raised footnote marks at the ends dropped. Accents stay: "Nữ" and "Nu" are different words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ingest.kept_short import kept_short

_LOOK_ALIKES = str.maketrans({"Ƣ": "Ư", "ƣ": "ư", "\u200b": "", "\u200c": "", "\u200d": "", "\ufeff": "", "\u00ad": ""})
_SPACES = re.compile(r"[\s\u00a0\u2000-\u200a\u202f\u3000]+")
_ENDS = " .,:;-–—*()[]⁰¹²³⁴⁵⁶⁷⁸⁹"


def clean_text(text: str) -> str:
    """``text`` in NFC with look-alikes mended, zero-width signs dropped and spaces collapsed."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text.translate(_LOOK_ALIKES))).strip()


@kept_short
def label_key(text: str) -> str:
    """The key under which a printed label, a code's label or a sheet's name is compared."""
    return clean_text(text).casefold().strip(_ENDS)


@lru_cache(maxsize=50_000)
def without_accents(text: str) -> str:
    """``text`` in letters without accents: ``đến`` is ``den``."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
