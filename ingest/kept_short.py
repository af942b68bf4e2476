"""What a function of a short text came to, kept: the workbooks of one template say the same by the ten thousand.

Only short texts are kept, and only so many of them: what a stranger sends must not fill the memory. Belongs here: the
keeping. Does not belong here: what follows from declarations (`ingest.derived_once`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

_LONGEST = 1_000
_MOST = 20_000
_Text = TypeVar("_Text", str, bytes)
_Answer = TypeVar("_Answer")


def kept_short(answer: Callable[[_Text], _Answer]) -> Callable[[_Text], _Answer]:
    """``answer``, asked once for each short text as long as it is among the last asked; it must not be changed."""
    kept = lru_cache(maxsize=_MOST)(answer)

    @wraps(answer)
    def answered(text: _Text) -> _Answer:
        return kept(text) if len(text) <= _LONGEST else answer(text)

    return answered
