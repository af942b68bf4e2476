"""How like a printed heading and a cell of the catalogue are, by their words; rare words weigh more."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from ingest.abbreviations import written_out
from ingest.catalogue import FormSet
from ingest.catalogue.load import COVER_FORM
from ingest.catalogue.model import cell_code
from ingest.program_yaml import declared_in

HEADINGS_FILE = Path(__file__).with_name("headings.yaml")
_WORD = re.compile(r"\w+")
_SUMS = re.compile(r"\([^()]*[+=÷/*][^()]*\)|\(\d+\)")
_LEAF_ALONE = 0.55
"""What a heading counts for by itself where nothing of the groups above it fits the cell."""
_GROUP_ALONE = 0.75
"""What a heading counts for where only its groups have words of the label, and it says no more than that it is all."""
_OTHER_LEAF = 0.4
"""The same where it says something else: the men among the members are not the members."""
_GENERIC = frozenset({"trong", "đó", "kỳ", "chia", "ra", "đảng", "viên", "số"})
_FORMER = frozenset({"trước"})
"""A figure of the period before is told by this word alone: who does not say it means this period's."""
_CONTRARY = tuple(
    map(frozenset, ({"tăng", "giảm"}, {"đầu", "cuối"}, {"đến", "đi"}, {"nam", "nữ"}, {"thức", "dự"}, {"trước"}))
)
_CONTRADICTED, _UNSAID = 0.3, 0.7
_WHOLE_WORDS = frozenset({"tổng", "số", "cộng", "chung", "toàn", "bộ"})


def words_of(text: str) -> frozenset[str]:
    """The words of a text, each once: short ones written out, sums of other lines in brackets left out."""
    return frozenset(_WORD.findall(written_out(_SUMS.sub(" ", text), "headings")))


def same_words(text: str, other: str) -> bool:
    """True where two headings say the same but for short words, signs and sums in brackets."""
    spelled = [written_out(_SUMS.sub(" ", one), "headings") for one in (text, other)]
    return bool(spelled[0]) and spelled[0] == spelled[1]


class Likeness:
    """Compares headings with the count cells of one form set.

    ``totals``: cell -> the cells it is a part of; their labels are what its groups may be called.
    """

    def __init__(self, form_set: FormSet, totals: Mapping[str, Collection[str]]) -> None:
        self._labels = _labels(form_set)
        times = Counter(word for texts in self._labels.values() for text in texts for word in words_of(text))
        most = sum(times.values())
        self._weights = defaultdict(lambda: math.log(most), {word: math.log(most / n) for word, n in times.items()})
        self._context = {
            cell: frozenset().union(
                *map(words_of, texts),
                *(words_of(self._labels[total][0]) for total in totals.get(cell, ()) if total in self._labels),
            )
            for cell, texts in self._labels.items()
        }

    @property
    def cells(self) -> list[str]:
        """The cell codes that can be proposed, sorted."""
        return sorted(self._labels)

    def label(self, cell: str) -> str:
        """The printed label of a cell."""
        return self._labels[cell][0]

    def of(self, path: tuple[str, ...], cell: str) -> float:
        """From 0 (no word in common) to 1 (the heading itself is a label or alias of the cell)."""
        said, leaf = words_of(" ".join(path)), words_of(path[-1])

        def alike(text: str) -> float:
            return max(self._leaf(path, text, cell), self._whole(path, text)) * _agreement(said, leaf, words_of(text))

        return max(map(alike, self._labels[cell]))

    def _leaf(self, path: tuple[str, ...], text: str, cell: str) -> float:
        """The heading itself, as far as the groups above it fit the cell or what it is a part of."""
        same = same_words(path[-1], text)
        alike = 1.0 if same else self._shared(words_of(path[-1]), words_of(text))
        groups = words_of(" ".join(path[:-1])) - _GENERIC
        if not groups:
            return alike
        fitting = self._weight(groups & self._context[cell]) / self._weight(groups)
        return alike * (_LEAF_ALONE + (1 - _LEAF_ALONE) * fitting)

    def _whole(self, path: tuple[str, ...], text: str) -> float:
        """All words from the top group down."""
        words = words_of(" ".join(path))
        leaf = words_of(path[-1])
        weight = 1.0 if leaf & words_of(text) else _GROUP_ALONE if leaf <= _WHOLE_WORDS else _OTHER_LEAF
        return self._shared(words, words_of(text)) * weight

    def _shared(self, words: frozenset[str], other: frozenset[str]) -> float:
        total = self._weight(words) + self._weight(other)
        return 2 * self._weight(words & other) / total if total else 0.0

    def _weight(self, words: frozenset[str]) -> float:
        return sum(self._weights[word] for word in words)


def _agreement(said: frozenset[str], leaf: frozenset[str], label: frozenset[str]) -> float:
    """Less than 1 where a heading says the contrary of a label (giảm, tăng), or something telling that it does not."""
    factor = 1.0
    for pair in _CONTRARY:
        mine, own, theirs = said & pair, leaf & pair, label & pair
        if mine and theirs and not mine & theirs:
            factor *= _CONTRADICTED
        elif (own and not theirs) or (theirs and not mine and pair == _FORMER):
            factor *= _UNSAID
    return factor


@cache
def headings_of_people() -> dict[str, list[str]]:
    """Form and item -> what committees head it with in forms of their own (`headings.yaml`)."""
    declared = declared_in(HEADINGS_FILE)
    return {item: list(texts) for item, texts in declared["items"].items()}


def _labels(form_set: FormSet) -> dict[str, list[str]]:
    """Cell code -> label and aliases, for the matrix forms of the set; several columns print line and heading."""
    labels: dict[str, list[str]] = {}
    people = headings_of_people()
    for form, version in form_set.forms:
        if form.kind != "matrix" or form.form == COVER_FORM:
            continue
        for row in version.rows:
            lines = [row.label or form.items[row.item].label.vi, *row.aliases]
            for column in version.columns:
                code = cell_code(form.form, row.item, column.column)
                lines = [*lines, *people.get(f"{form.form}.{row.item}", [])]
                heads = [column.label or form.columns[column.column].label.vi, *column.aliases]
                single = len(version.columns) == 1
                labels[code] = lines if single else [f"{line} {head}" for line in lines for head in heads]
    return labels
