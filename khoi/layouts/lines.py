"""What a printed line is a part of: told by its ordinal (B, B2, a), by a dash, by \u201cTrong \u0111\u00f3\u201d."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.labels import clean_text, label_key

_LEVELS = (
    (re.compile(r"[IVX]+|[A-ZĐ]"), 0),
    (re.compile(r"[A-ZĐ]\.?\d+|\d+"), 1),
    (re.compile(r"[A-ZĐ]?\d+\.\d+|[A-ZĐ]\d+[a-zđ]|[a-zđ]"), 2),
    (re.compile(r"\d+\.\d+\.\d+"), 3),
)
_OF_WHICH = ("trong đó", "gồm", "chia ra")
_DEEP = 9


def parents(lines: Sequence[tuple[str, str]]) -> list[int | None]:
    """By line (ordinal, label) the number of the line that it is a part of, None where it stands for itself."""
    found: list[int | None] = []
    open_lines: list[tuple[int, int]] = []
    for number, (ordinal, label) in enumerate(lines):
        level = _level(ordinal, label, bool(open_lines))
        while open_lines and open_lines[-1][0] >= level:
            open_lines.pop()
        found.append(open_lines[-1][1] if open_lines else None)
        open_lines.append((level, number))
    return found


def _level(ordinal: str, label: str, has_above: bool) -> int:
    if clean_text(label).startswith(("-", "+", "–", "•")) or label_key(label).startswith(_OF_WHICH):
        return _DEEP if has_above else 0
    mark = clean_text(ordinal).strip(" .)(")
    return next((level for pattern, level in _LEVELS if pattern.fullmatch(mark)), 1 if mark else 0)
