"""Numbers that could name a person, and how they are hidden. Aggregates are what the warehouse keeps."""

from __future__ import annotations

import re

MASK = "•"
_PERSONAL_NUMBER = re.compile(r"(?<![0-9])[0-9]{9,12}(?![0-9])")
_MASKED = re.compile(f"{MASK}{{9,12}}")


def holds_personal_number(text: str) -> bool:
    """True where ``text`` holds a number as long as those of identity cards, citizens and telephones."""
    return _PERSONAL_NUMBER.search(text) is not None


def is_masked(text: str) -> bool:
    """True where such a number stood in ``text`` and was hidden when the file came in."""
    return _MASKED.search(text) is not None


def masked(text: str) -> str:
    """``text`` with the digits of such numbers hidden."""
    return _PERSONAL_NUMBER.sub(lambda match: MASK * len(match[0]), text)
