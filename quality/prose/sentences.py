"""Sentences of a paragraph. Semicolons do not end one here: lists of parts run on over them."""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[.!?…])(?<!\bTP\.)(?<!\bsố\.)(?:[”\")]*)\s+(?=[A-ZĐÀ-ỸÂÊÔƠƯĂ“\"(+-])|(?<=[.;])\s+(?=[-+]\s)")


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph in order."""
    return [part.strip() for part in _END.split(paragraph) if part and part.strip()]
