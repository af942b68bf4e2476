"""The words of `words.yaml`: what people write around numbers and tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.labels import label_key
from ingest.program_yaml import declared_in

WORDS_FILE = Path(__file__).with_name("words.yaml")
NOTHING, NOTHING_ELSE, EVERYWHERE = "nothing", "nothing_else", "everywhere"
"""What the mark of a sheet says: nothing at all in the period; nothing beside what is filled in; the same of all sheets
in which something is filled in and that bear no mark of their own."""


@dataclass(frozen=True)
class Words:
    """The lists of `words.yaml`, as keys; ``units`` matches a number followed by its unit.

    ``around_numbers`` matches the words people write beside a number; ``largest_count`` is the largest number that is
    read where no amount of money is asked for.

    ``nil_question`` and ``nil_answers`` are the mark “nothing in the period”: its label, and code -> the texts
    that mean it, the offered one first.

    ``returned`` are the names of the answer sheet as written, not as keys.
    """

    nothing: frozenset[str]
    units: re.Pattern[str]
    around_numbers: re.Pattern[str]
    largest_count: float
    structure: frozenset[str]
    answer: frozenset[str]
    totals: tuple[str, ...]
    ends: tuple[str, ...]
    returned: tuple[str, ...]
    nil_question: str
    nil_answers: dict[str, tuple[str, ...]]

    @property
    def nil_mark_texts(self) -> frozenset[str]:
        """All texts of the mark, as keys."""
        texts = (self.nil_question, *(text for texts in self.nil_answers.values() for text in texts))
        return frozenset(label_key(text) for text in texts)


@cache
def words() -> Words:
    """Read once; raises KeyError where a list is missing."""
    declared = declared_in(WORDS_FILE)
    units = "|".join(re.escape(word) for word in sorted(declared["units"]["words"], key=len, reverse=True))
    around = "|".join(
        re.escape(word)
        for word in sorted([*declared["units"]["words"], *declared["around_numbers"]["words"]], key=len, reverse=True)
    )
    return Words(
        frozenset(declared["nothing"]["marks"]),
        re.compile(rf"([0-9][0-9.,\s]*?)\s*(?:{units})\.?$", re.IGNORECASE),
        re.compile(rf"(?<!\w)(?:{around})(?!\w)", re.IGNORECASE),
        float(declared["counts"]["largest"]),
        frozenset(label_key(text) for text in declared["structure"]["headers"]),
        frozenset(label_key(text) for text in declared["answer"]["headers"]),
        tuple(label_key(text) for text in declared["totals"]["starts"]),
        tuple(label_key(text) for text in declared["ends"]["starts"]),
        tuple(declared["returned"]["sheets"]),
        str(declared["nil_mark"]["question"]),
        {code: tuple(declared["nil_mark"][code]) for code in (NOTHING, NOTHING_ELSE, EVERYWHERE)},
    )
