"""How like a printed heading and a cell of the catalogue are, by their words; rare words weigh more."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from itertools import combinations
from pathlib import Path

from ingest.abbreviations import written_out
from ingest.catalogue import FormSet
from ingest.catalogue.load import COVER_FORM
from ingest.catalogue.model import cell_code
from ingest.labels import without_accents
from ingest.program_yaml import declared_in
from khoi.layouts.printed_likeness import PrintedWords

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
_SOMETHING_ELSE = 0.4
_CONTRADICTED, _UNSAID, _OF_UNSAID = 0.3, 0.7, 0.85
_OF_WHICH = re.compile(r"trong do\b")
_AND, _FEWEST_LETTERS, _MOST_LETTERS = "va", 2, 7
_WHOLE_WORDS = frozenset({"tổng", "số", "cộng", "chung", "toàn", "bộ"})


def words_of(text: str, *, bare: bool = False) -> frozenset[str]:
    """The words of a text, each once: short ones written out, sums of other lines in brackets left out."""
    return frozenset(_WORD.findall(written_out(_SUMS.sub(" ", text), "headings", bare=bare)))


def same_words(text: str, other: str) -> bool:
    """True where two headings say the same but for short words, signs and sums in brackets."""
    spelled = [written_out(_SUMS.sub(" ", one), "headings") for one in (text, other)]
    return bool(spelled[0]) and spelled[0] == spelled[1]


class _Label:
    """One label of a cell: ``words``, and ``short``: first letters of words that follow one another -> these words."""

    def __init__(self, text: str, bare: bool) -> None:
        spelled = _WORD.findall(written_out(_SUMS.sub(" ", text), "headings", bare=bare))
        self.text, self.words = " ".join(spelled), frozenset(spelled)
        self.is_part = bool(_OF_WHICH.match(without_accents(self.text)))
        telling = [word for word in spelled if without_accents(word) != _AND]
        self.short = {
            "".join(word[0] for word in telling[first:last]): frozenset(telling[first:last])
            for first, last in combinations(range(len(telling) + 1), 2)
            if _FEWEST_LETTERS <= last - first <= _MOST_LETTERS
        }

    def heard(self, said: frozenset[str], known: Collection[str]) -> frozenset[str]:
        """``said`` with what is no word of any label, and are first letters of words of this one, written out."""
        if said <= self.words:
            return said
        return frozenset[str]().union(*(self.short.get(word, {word}) if word not in known else {word} for word in said))


class Likeness:
    """Compares headings with the count cells of one form set.

    ``totals``: cell -> the cells it is a part of; their labels are what its groups may be called. ``bare``: the
    headings are written without accents, so everything is compared without.
    """

    def __init__(self, form_set: FormSet, totals: Mapping[str, Collection[str]], *, bare: bool = False) -> None:
        self._bare, self._printed = bare, PrintedWords(form_set)
        self._texts = _labels(form_set)
        self._labels = {cell: [_Label(text, bare) for text in texts] for cell, texts in self._texts.items()}
        times = Counter(word for labels in self._labels.values() for label in labels for word in label.words)
        self._known, most = times.keys(), sum(times.values())
        self._weights = defaultdict(lambda: math.log(most), {word: math.log(most / n) for word, n in times.items()})
        self._context = {
            cell: frozenset[str]().union(
                *(label.words for label in labels),
                *(self._labels[total][0].words for total in totals.get(cell, ()) if total in self._labels),
            )
            for cell, labels in self._labels.items()
        }
        self._generic, self._whole_words = _spelled(_GENERIC, bare), _spelled(_WHOLE_WORDS, bare)
        self._contrary = [_spelled(pair, bare) for pair in _CONTRARY]
        self._former = _spelled(_FORMER, bare)
        self._others = _spelled(frozenset(declared_in(HEADINGS_FILE)["other_things"]), bare)

    @property
    def cells(self) -> list[str]:
        """The cell codes that can be proposed, sorted."""
        return sorted(self._labels)

    def label(self, cell: str) -> str:
        """The printed label of a cell."""
        return self._texts[cell][0]

    def labels(self, cell: str) -> list[str]:
        """All that a cell is called."""
        return self._texts[cell]

    def of_all(self, path: tuple[str, ...], cells: Sequence[str]) -> list[float]:
        """By cell from 0 (no word in common) to 1 (the heading itself is a label or alias of the cell)."""
        texts = tuple(words_of(text, bare=self._bare) for text in path)
        leaf = " ".join(_WORD.findall(written_out(_SUMS.sub(" ", path[-1]), "headings", bare=self._bare)))
        official = self._printed.cells(path)
        return [self._of(texts, leaf, cell, is_official=cell in official) for cell in cells]

    def _of(self, texts: tuple[frozenset[str], ...], leaf: str, cell: str, *, is_official: bool) -> float:
        """As `of_all`, of one cell. ``is_official``: the form as it is printed has one line that says just this."""
        best = 0.0
        for label in self._labels[cell]:
            heard = tuple(label.heard(words, self._known) for words in texts)
            said = frozenset[str]().union(*heard)
            alike = max(self._leaf(heard, leaf, label, cell), self._whole(heard, label))
            best = max(best, alike * self._agreement(said, heard[-1], label))
        return max(best, self._fitting(texts[:-1], cell)) if is_official else best

    def _leaf(self, heard: tuple[frozenset[str], ...], leaf: str, label: _Label, cell: str) -> float:
        """The heading itself, as far as the groups above it fit the cell or what it is a part of."""
        alike = 1.0 if leaf and leaf == label.text else self._shared(heard[-1], label.words)
        return alike * self._fitting(heard[:-1], cell)

    def _fitting(self, over: tuple[frozenset[str], ...], cell: str) -> float:
        groups = frozenset[str]().union(*over) - self._generic
        if not groups:
            return 1.0
        fitting = self._weight(groups & self._context[cell]) / self._weight(groups)
        return _LEAF_ALONE + (1 - _LEAF_ALONE) * fitting

    def _whole(self, heard: tuple[frozenset[str], ...], label: _Label) -> float:
        """All words from the top group down."""
        words, leaf = frozenset[str]().union(*heard), heard[-1]
        weight = 1.0 if leaf & label.words else _GROUP_ALONE if leaf <= self._whole_words else _OTHER_LEAF
        return self._shared(words, label.words) * weight

    def _shared(self, words: frozenset[str], other: frozenset[str]) -> float:
        total = self._weight(words) + self._weight(other)
        return 2 * self._weight(words & other) / total if total else 0.0

    def _weight(self, words: frozenset[str]) -> float:
        return sum(self._weights[word] for word in words)

    def _agreement(self, said: frozenset[str], leaf: frozenset[str], label: _Label) -> float:
        """Less than 1 where a heading says the contrary of a label (giảm, tăng), or something telling that it does not;
        also where the label is of a part and no group says of what."""
        factor = _OF_UNSAID if label.is_part and said - leaf <= self._generic else 1.0
        if (said & self._others) - label.words:
            factor *= _SOMETHING_ELSE
        for pair in self._contrary:
            mine, own, theirs = said & pair, leaf & pair, label.words & pair
            if mine and theirs and not mine & theirs:
                factor *= _CONTRADICTED
            elif (own and not theirs) or (theirs and not mine and pair == self._former):
                factor *= _UNSAID
        return factor


def _spelled(words: frozenset[str], bare: bool) -> frozenset[str]:
    return frozenset(map(without_accents, words)) if bare else words


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
