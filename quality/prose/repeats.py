"""The same quantity stated twice with two values.

Two statements are of the same quantity where they count the same thing and nearly all words around them are the same.
A statement about another time, place or group has other words, and is left alone: silence is cheaper than a false
accusation.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from quality.prose.quantities import Quantity, quantities, written
from quality.prose.relations import Relation
from quality.prose.words import pattern, words

_IDLE = frozenset(words("idle"))
_TIMES = pattern("<times>", times="times")
_FIXED = (
    # Totals that have one value in one report, by whatever words they are introduced.
    (
        "members",
        re.compile(r"(?:tổng số|nâng tổng số|hiện có|toàn (?:đảng bộ|khối|Đảng bộ Khối) có)[^\d;.]{0,60}$", re.I),
        "đảng viên",
    ),
    ("members", re.compile(r"tổng số đảng viên[^\d;.]{0,60}$", re.I), ""),
    ("organizations", re.compile(r"(?:đảng bộ|đảng ủy|khối)[^\d;.]{0,40}\bcó\s*$", re.I), "tổ chức cơ sở"),
)
_ALIKE = 0.8
# Who did it. Two bodies that did the same thing did it each for themselves.
_ACTORS = pattern("<actors>", actors="actors")


@dataclass(frozen=True)
class _Statement:
    """One quantity with the words that identify it."""

    quantity: Quantity
    sentence: str
    page: int
    words: frozenset[str]
    times: frozenset[str]
    actors: frozenset[str]


def repeat_relations(told: Iterable[tuple[str, int]]) -> list[Relation]:
    """Every pair of sentences (with their pages) that states one quantity twice."""
    by_unit: dict[str, list[_Statement]] = defaultdict(list)
    fixed: dict[str, list[_Statement]] = defaultdict(list)
    for sentence, page in told:
        for one in quantities(sentence):
            if one.sort != "count" or one.about or one.is_time or one.money:
                continue
            statement = _statement(sentence, page, one)
            for name, before, unit in _FIXED:
                if before.search(sentence[: one.start]) and " ".join(one.unit).startswith(unit) and one.depth == 0:
                    fixed[name].append(statement)
                    break
            if one.unit and len(statement.words) >= 4:
                by_unit[" ".join(one.unit[:2])].append(statement)
    pairs = [(first, second, 0.7) for group in fixed.values() for first, second in _apart(group)]
    pairs += [
        (first, second, 0.55 + 0.3 * (_likeness(first, second) - _ALIKE) / (1 - _ALIKE))
        for group in by_unit.values()
        for first, second in _apart(group)
        if _likeness(first, second) >= _ALIKE
    ]
    return [_held_together(first, second, certainty) for first, second, certainty in pairs]


def _statement(sentence: str, page: int, one: Quantity) -> _Statement:
    start = max(sentence.rfind(mark, 0, one.start) for mark in ",;(:.") + 1
    ends = [at for mark in ",;().:" if (at := sentence.find(mark, one.end)) >= 0]
    clause = sentence[start : min(ends, default=len(sentence))]
    words = frozenset(word for word in re.findall(r"[a-zà-ỹđ]+", clause.lower()) if word not in _IDLE)
    context = sentence[max(0, one.start - 90) : one.end + 60]
    times = frozenset(re.findall(r"\b(?:19|20)\d\d\b|quý [ivx]+\b", context.lower())) | frozenset(
        match.lower() for match in _TIMES.findall(clause)
    )
    actors = frozenset(match.lower() for match in _ACTORS.findall(sentence[: one.start]))
    return _Statement(one, sentence, page, words, times, actors)


def _apart(group: list[_Statement]) -> Iterable[tuple[_Statement, _Statement]]:
    """Pairs that stand in two sentences and speak of the same time."""
    for at, first in enumerate(group):
        for second in group[at + 1 :]:
            same_actors = not first.actors or not second.actors or first.actors == second.actors
            if first.sentence != second.sentence and first.times == second.times and same_actors:
                yield first, second


def _likeness(first: _Statement, second: _Statement) -> float:
    return len(first.words & second.words) / max(1, len(first.words | second.words))


def _held_together(first: _Statement, second: _Statement, certainty: float) -> Relation:
    same = first.quantity.value == second.quantity.value
    return Relation(
        "repeated",
        second.sentence,
        second.page,
        written(second.quantity.value),
        written(first.quantity.value),
        "holds" if same else "contradicts",
        round(certainty, 2),
        f"ở trang {first.page} ghi {written(first.quantity.value)}, ở đây ghi {written(second.quantity.value)}: "
        f"“{first.sentence[:160]}”",
        f"page {first.page} says {first.quantity.value}, here {second.quantity.value}",
    )
