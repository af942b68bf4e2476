"""How like a column of an unknown list and a field of a list form are: by the words over it, by what stands in it.

Belongs here: one column against one field. Does not belong here: which field a column then is (`khoi.layouts.lists`).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ingest.catalogue import Form, FormVersion
from ingest.catalogue.model import Field
from ingest.labels import clean_text, label_key
from ingest.layouts.grid import Content
from ingest.normalise.contents import CodeWords
from ingest.normalise.layout_lists import spoken_code
from ingest.normalise.values import parse_count, parse_date
from ingest.privacy import is_masked
from ingest.program_yaml import declared_in
from ingest.words import words
from khoi.layouts.likeness import HEADINGS_FILE, same_words, words_of

_ASIDE = re.compile(r"\s*\([^()]*\)")
_FIRST_SERIAL = 36_526
"""1 January 2000 as a serial number: a column of smaller numbers is one of counts."""
_SPECIFIC = ("code",)
_BY_WORDS = {"code": 0.6}
_WORDS_OF_OTHERS = 0.8
"""What the words count for: of a field of codes less, for what stands below it says more."""
_WORDS_ENOUGH = 0.85
"""From here on a heading of codes is one although its words are none of the list's: an office has words of its own."""
_HALF = 0.5


@dataclass(frozen=True)
class Likeness:
    """``words`` and ``content`` from 0 to 1; ``score``: both, 0 where the content says that it is something else."""

    words: float
    content: float
    score: float


class FieldLikeness:
    """Compares columns with the fields of one form. ``codes``: the code lists valid on the period's last day."""

    def __init__(self, form: Form, version: FormVersion, codes: Mapping[str, CodeWords]) -> None:
        self.form = form
        self._codes = codes
        self.fields = {column.column: form.fields[column.column] for column in version.columns}
        self._labels = {name: _labels(form, version, name) for name in self.fields}
        times = Counter(word for texts in self._labels.values() for text in texts for word in words_of(text))
        most = sum(times.values()) + 1
        self._weights: Mapping[str, float] = defaultdict(
            lambda: math.log(most), {word: math.log(most / n) for word, n in times.items()}
        )
        self.ignored = {label_key(one.label): one.reason for one in version.ignored}

    def of(self, path: Sequence[str], content: Sequence[Content], name: str) -> Likeness:
        """How like the column headed ``path`` with ``content`` is to the field ``name``."""
        field = self.fields[name]
        said = max((self._words(path, label) for label in self._labels[name]), default=0.0)
        filled = [one for one in content if clean_text(one[1]) not in words().nothing]
        share = self.share(field, filled)
        weight = _BY_WORDS.get(field.type, _WORDS_OF_OTHERS)
        if filled and share < _HALF:
            if field.type != "code" or said < _WORDS_ENOUGH or self._is_of_another_kind(filled):
                return Likeness(said, share, 0.0)
            share = _HALF
        return Likeness(said, share, weight * said + (1 - weight) * (share if filled else _HALF))

    def label_words(self, name: str) -> frozenset[str]:
        """The words in which a field may be called."""
        return frozenset[str]().union(*map(words_of, self._labels[name]))

    def is_said_by(self, texts: Sequence[str]) -> bool:
        """True where a text above a table has all words of what the form is called, or of how a part of it is."""
        called = words_of(self.form.label.vi)
        return any(called <= words_of(text) for text in texts)

    def share(self, field: Field, filled: Sequence[Content]) -> float:
        """The share of what stands in a column that the field can take in."""
        return sum(self._takes(field, *one) for one in filled) / len(filled) if filled else 0.0

    def _takes(self, field: Field, kind: str, text: str) -> bool:
        if field.type == "date":
            is_day = parse_date(kind, text).state == "value"
            return is_day and (kind != "number" or float(text) >= _FIRST_SERIAL)
        if field.type == "count":
            return parse_count(kind, text).value is not None
        if field.type == "text":
            return kind in ("text", "number") and (
                field.pattern is None or bool(re.fullmatch(field.pattern, clean_text(text)))
            )
        keys = self.codes_of(field).keys
        return label_key(text) in keys or spoken_code(text, keys) is not None

    def codes_of(self, field: Field) -> CodeWords:
        """The code list of a field."""
        return self._codes.get("yes_no" if field.type == "flag" else str(field.code_list), CodeWords())

    @staticmethod
    def _is_of_another_kind(filled: Sequence[Content]) -> bool:
        others = sum(kind != "text" or is_masked(text) for kind, text in filled)
        return others / len(filled) >= _HALF

    def _words(self, path: Sequence[str], label: str) -> float:
        return max(self._alike(path[-1], label), self._alike(" ".join(path), label))

    def _alike(self, text: str, label: str) -> float:
        if same_words(_ASIDE.sub("", text), label) or same_words(text, label):
            return 1.0
        mine, theirs = words_of(_ASIDE.sub("", text)) or words_of(text), words_of(label)
        both = sum(self._weights[word] for word in mine & theirs)
        total = sum(self._weights[word] for word in mine) + sum(self._weights[word] for word in theirs)
        return 2 * both / total if total else 0.0


def _labels(form: Form, version: FormVersion, name: str) -> list[str]:
    texts = [form.fields[name].label.vi, *declared_headings()["fields"].get(f"{form.form}.{name}", [])]
    for column in version.columns:
        if column.column == name:
            texts += [text for text in (column.label, *column.aliases) if text]
            texts += [f"{column.group} {text}" for text in texts if column.group]
    return list(dict.fromkeys(texts))


@cache
def declared_headings() -> dict[str, Any]:
    """What `headings.yaml` says, of lists headings of fields, organizations, remarks, other days and counts."""
    return dict(declared_in(HEADINGS_FILE))
