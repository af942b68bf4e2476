"""Figures of a report beside those of the warehouse: a sentence that names a known measure must print its value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from quality.prose.quantities import Quantity, quantities, written
from quality.prose.relations import KnownFigure, Relation
from quality.prose.words import pattern

_IDLE = frozenset(
    ["số", "của", "các", "được", "đã", "có", "là", "và", "tỷ", "lệ", "tổng", "trong", "kỳ", "cuối", "đầu"]
)
_ELSEWHEN = pattern("<elsewhen>", elsewhen="elsewhen")
_ALIKE = 0.999


def warehouse_relations(sentence: str, page: int, known: Sequence[KnownFigure]) -> list[Relation]:
    """Quantities of a sentence whose own words are those of exactly one known figure."""
    if not known or _ELSEWHEN.search(sentence):
        return []
    told = []
    for one in quantities(sentence):
        if one.sort != "count" or one.about or one.is_time or one.money or one.depth:
            continue
        figures = _named(sentence, one, known)
        if len({figure.value for figure in figures}) != 1:
            continue
        figure = figures[0]
        told.append(
            Relation(
                "warehouse",
                sentence,
                page,
                written(one.value),
                written(figure.value),
                "holds" if one.value == figure.value else "contradicts",
                0.65,
                f"kho dữ liệu: {figure.label_vi} là {written(figure.value)}, văn bản ghi {written(one.value)}",
                f"the warehouse has {figure.value} for {figure.measure_code}, printed is {one.value}",
            )
        )
    return told


def _named(sentence: str, one: Quantity, known: Sequence[KnownFigure]) -> list[KnownFigure]:
    """The figures all of whose words stand in the clause, none of a more telling figure left unsaid."""
    start = max(sentence.rfind(mark, 0, one.start) for mark in ",;:(.") + 1
    ends = [at for mark in ",;:()." if (at := sentence.find(mark, one.end)) >= 0]
    clause = _words(sentence[start : min(ends, default=len(sentence))])
    fitting = [(len(words), figure) for figure in known if (words := _words(figure.label_vi)) and words <= clause]
    if not fitting:
        return []
    most = max(length for length, _ in fitting)
    if most < 3 or most < 0.6 * len(clause - _IDLE):
        return []
    return [figure for length, figure in fitting if length == most]


def _words(text: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFC", text.lower())
    return frozenset(re.findall(r"[a-zà-ỹđ]+", plain)) - _IDLE
