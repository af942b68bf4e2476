"""Short words written out (`abbreviations.yaml`): how two spellings of one name, or of one heading, are compared.

Belongs here: one text by itself. Does not belong here: which organization or cell a text then is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ingest.labels import label_key, without_accents
from ingest.program_yaml import declared_in

ABBREVIATIONS_FILE = Path(__file__).with_name("abbreviations.yaml")
_WORD = re.compile(r"\w+")
_ASIDE = re.compile(r"\s*\([^()]*\)\s*$")


@cache
def _short_words(kind: str) -> Mapping[str, str]:
    declared = declared_in(ABBREVIATIONS_FILE)
    return {label_key(short): label_key(whole) for short, whole in declared[kind]["words"].items()}


@cache
def words_of_kinds() -> frozenset[str]:
    """Words, without accents, that say of which kind an organization is: a name of nothing else is not left alone."""
    texts = declared_in(ABBREVIATIONS_FILE)["names"]["kinds"]
    return frozenset(word for text in texts for word in without_accents(label_key(text)).split(" "))


@cache
def _short_words_bare(kind: str) -> Mapping[str, str]:
    """The same without accents; of two that are then one (ĐB, DB) neither."""
    found: dict[str, set[str]] = {}
    for short, whole in _short_words(kind).items():
        found.setdefault(without_accents(short), set()).add(without_accents(whole))
    return {short: next(iter(told)) for short, told in found.items() if len(told) == 1}


def written_out(text: str, kind: str, *, bare: bool = False) -> str:
    """The words of ``text`` as label key, short ones written out; ``kind``: ``names`` or ``headings``.

    ``bare``: all without accents, for texts of a file that has none.
    """
    short = _short_words_bare(kind) if bare else _short_words(kind)
    key = without_accents(label_key(text)) if bare else label_key(text)
    return " ".join(short.get(word, word) for word in _WORD.findall(key))


def name_keys(name: str) -> set[str]:
    """What a name is compared by: written out, without accents; also without what stands in brackets."""
    return {without_accents(written_out(one, "names")) for one in (name, _ASIDE.sub("", name)) if one.strip()}
