"""The words by which numbers in prose are understood, declared in `words.yaml`."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from ingest.program_yaml import declared_in

WORDS_FILE = Path(__file__).with_name("words.yaml")


@cache
def words(name: str) -> tuple[str, ...]:
    """One declared list, longest first, so that an alternation of it prefers the longer match."""
    declared: dict[str, list[str]] = declared_in(WORDS_FILE)
    return tuple(sorted((str(word) for word in declared[name]), key=len, reverse=True))


def any_of(name: str) -> str:
    """A pattern for any word of a list, whole words only."""
    return rf"\b(?:{'|'.join(re.escape(word) for word in words(name))})\b"


def pattern(template: str, **names: str) -> re.Pattern[str]:
    """``template`` with ``<key>`` standing for any word of the list ``names[key]``, without regard to case."""
    for key, name in names.items():
        template = template.replace(f"<{key}>", any_of(name))
    return re.compile(template, re.IGNORECASE)
