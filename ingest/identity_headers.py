"""Which labels ask for a person: the phrases of `identity_headers.yaml`, and where signatures stand.

Belongs here: one label by itself, of a workbook or of a form that somebody declares. Does not belong here: which cells
it asks for (`ingest.reading.personal`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.labels import label_key
from ingest.program_yaml import declared_in

HEADERS_FILE = Path(__file__).with_name("identity_headers.yaml")

_LONGEST_LABEL = 60
_REMARK = re.compile(r"\([^()]*\)")


@dataclass(frozen=True)
class PersonalWords:
    """The lists of `identity_headers.yaml`: ``asks`` matches a key that asks for a person, ``signatures`` are keys."""

    asks: re.Pattern[str]
    signatures: frozenset[str]
    rows_below: int


@cache
def personal_words() -> PersonalWords:
    """Read once."""
    declared = declared_in(HEADERS_FILE)
    phrases = sorted((label_key(phrase) for phrase in declared["headers"]["phrases"]), key=len, reverse=True)
    signatures = frozenset(label_key(label) for label in declared["signatures"]["labels"])
    # "Nơi sinh hoạt" is where somebody's cell meets, not where he was born; "phục hồi ĐT" is of membership.
    restored = r"(?<!phục hồi )(?<!khôi phục )"
    asks = re.compile(rf"(?<!\w){restored}(?:{'|'.join(map(re.escape, phrases))})(?!\w)(?!(?<=sinh) hoạt)")
    return PersonalWords(asks, signatures, int(declared["signatures"]["rows_below"]))


def asks_for_person(key: str) -> bool:
    """True where a label, as key, asks for what names a person."""
    return len(key) < _LONGEST_LABEL and bool(personal_words().asks.search(key))


def field_asks_for_person(label: str, *, is_count: bool) -> bool:
    """True where a field of a form that is called ``label`` would take in what names a person.

    What stands in brackets is a remark ("không ghi họ tên"). A count may be of persons' papers or homes, and asks for
    one of them only where its whole label does ("Năm sinh").
    """
    key = label_key(_REMARK.sub(" ", label))
    return bool(personal_words().asks.fullmatch(key)) if is_count else bool(personal_words().asks.search(key))
