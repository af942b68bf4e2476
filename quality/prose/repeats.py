"""The same quantity stated twice with two values.

Two statements are of the same quantity where they count the same thing, of the same time, group and body, and the
words around them that are rare in the report are the same; a report's frequent words (*đảng, viên, tổ chức*) identify
nothing. Where all words agree, any two values contradict each other. Where one sentence says less than the other, it
takes a second sign: it says that it sums up, or both numbers are large and alike as a misprint or an older count is.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from quality.prose.quantities import Quantity, quantities, written
from quality.prose.relations import Relation, ReportPeriod
from quality.prose.words import pattern, words

_IDLE = frozenset(words("idle"))
_TIMES = pattern("<times>", times="times")
_OWN_TIME = pattern(r"(?:6|06|sáu) tháng (?:đầu|cuối) năm(?: nay)?|<own>", own="own_time")
_WHOLE = pattern("<whole>", whole="whole")
_SUMMING_UP = pattern("<summing>", summing="summing_up")
_NARROWER = pattern("<narrower>", narrower="narrower")
_CLASSIFIER = pattern("^(?:<classifiers>)", classifiers="classifiers")
_MOVED = pattern(r"<moves>[^\d;:.()]{0,25}$|<than>[^\d;:.]{0,40}$", moves="counted_moves", than="of_a_plan")
# Who did it. Two bodies that did the same thing did it each for themselves.
_ACTORS = pattern("<actors>", actors="actors")
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
_WORD = re.compile(r"[a-zà-ỹđ]+")
_WHAT_IT_SHOWS = re.compile(r"\b(?:cho thấy|chứng tỏ|khẳng định|góp phần|thể hiện|đều|đạt)\b", re.IGNORECASE)
_ALIKE = 0.8
_TOTALS_ALIKE = 0.7
_ALIKE_ENOUGH = 0.72
_LEAST_WORDS = 4
_LARGE = 100
_AN_OLDER_COUNT = 0.02


@dataclass(frozen=True)
class _Statement:
    """One quantity with the words that identify it; ``near`` are those right beside the number.

    ``total`` names a total of the whole report; ``is_moved`` marks how much something changed; ``sums_up`` a sentence
    that says that it tells again; ``names_its_kind`` a number whose own words say what is counted.
    """

    quantity: Quantity
    sentence: str
    page: int
    words: frozenset[str]
    near: frozenset[str]
    times: frozenset[str]
    actors: frozenset[str]
    groups: frozenset[str]
    total: str
    is_moved: bool
    sums_up: bool
    names_its_kind: bool


def repeat_relations(told: Iterable[tuple[str, int]], period: ReportPeriod | None = None) -> list[Relation]:
    """Every pair of sentences (with their pages) that states one quantity twice; ``period`` is the report's own."""
    everything = list(told)
    own_year = str(period.end.year) if period and period.end else ""
    seen = Counter(word for sentence, _ in everything for word in set(_WORD.findall(sentence.lower())))
    weight = {word: math.log1p(len(everything) / count) for word, count in seen.items()}
    statements = [
        _statement(sentence, page, one, own_year)
        for sentence, page in everything
        for one in quantities(sentence)
        if one.sort == "count" and not (one.about or one.is_time or one.money)
    ]
    # Statements of another time or group are never compared, so the pairs of a long report stay few.
    comparable: dict[tuple[Hashable, Hashable], list[_Statement]] = defaultdict(list)
    for one in statements:
        comparable[one.times, one.groups].append(one)
        if one.total:
            comparable[one.times, one.total].append(one)
    relations = []
    for key, group in comparable.items():
        for first, second in combinations(group, 2):
            certainty = _TOTALS_ALIKE if isinstance(key[1], str) else _certainty(first, second, weight)
            if certainty and _is_apart(first, second):
                relations.append(_held_together(first, second, certainty))
    return relations


def _statement(sentence: str, page: int, one: Quantity, own_year: str) -> _Statement:
    clause, near = _clause(sentence, one)
    context = _OWN_TIME.sub(" ", sentence[max(0, one.start - 90) : one.end + 60])
    years = frozenset(re.findall(r"\b(?:19|20)\d\d\b|quý [ivx]+\b", context.lower())) - {own_year}
    times = years | {match.lower() for match in _TIMES.findall(_OWN_TIME.sub(" ", clause))}
    total = next(
        (
            name
            for name, before, unit in _FIXED
            if one.depth == 0 and before.search(sentence[: one.start]) and " ".join(one.unit).startswith(unit)
        ),
        "",
    )
    return _Statement(
        one,
        sentence,
        page,
        frozenset(_telling(clause)),
        frozenset(_telling(near)),
        times,
        frozenset(match.lower() for match in _ACTORS.findall(sentence[: one.start])),
        frozenset(match.lower() for match in _NARROWER.findall(near)),
        total,
        bool(_MOVED.search(sentence[: one.start])),
        _sums_up(sentence, one),
        bool(one.unit) and not _CLASSIFIER.match(" ".join(one.unit)),
    )


def _clause(sentence: str, one: Quantity) -> tuple[str, str]:
    """The clause of a number, begun earlier where it holds nothing but the number; and its words beside the number."""
    ends = [at for mark in ",;().:" if (at := sentence.find(mark, one.end)) >= 0]
    behind = _WHAT_IT_SHOWS.split(sentence[one.end : min(ends, default=len(sentence))])[0]
    start = max(sentence.rfind(mark, 0, one.start) for mark in ",;(:.") + 1
    while (
        start > 0 and sentence[start - 1] in ",:" and len(_telling(sentence[start : one.start] + behind)) < _LEAST_WORDS
    ):
        earlier = max(sentence.rfind(mark, 0, start - 1) for mark in ",;(:.") + 1
        if any(letter.isdigit() for letter in sentence[earlier:start]):
            break  # Another number: what stands there says what that one counts.
        start = earlier
    ahead = sentence[start : one.start].strip()
    return f"{ahead} {behind}", f"{' '.join(ahead.split()[-8:])} {' '.join(behind.split()[:9])}"


def _telling(text: str) -> list[str]:
    """The words of a text that can tell two quantities apart."""
    for frame in (_OWN_TIME, _SUMMING_UP, _WHOLE):
        text = frame.sub(" ", text)
    return [word for word in _WORD.findall(text.lower()) if word not in _IDLE]


def _is_apart(first: _Statement, second: _Statement) -> bool:
    """Whether two statements stand in two sentences and are, as far as told, of one body."""
    same_actors = not first.actors or not second.actors or first.actors == second.actors
    return first.sentence != second.sentence and same_actors


def _certainty(first: _Statement, second: _Statement, weight: Mapping[str, float]) -> float:
    """How sure it is that two statements of one time and group are of one quantity; 0 where it is not."""
    if (first.total and first.total == second.total) or not _counts_the_same(first, second):
        return 0.0
    signs = second.sums_up + _resemble(first.quantity, second.quantity)
    same_unit = first.quantity.unit[:2] == second.quantity.unit[:2]
    if not (signs or same_unit) or min(len(first.words), len(second.words)) < _LEAST_WORDS:
        return 0.0
    same = _alike(first.words, second.words, weight)
    if same >= _ALIKE and same_unit:
        return round(0.55 + 0.3 * (same - _ALIKE) / (1 - _ALIKE), 2)
    if not signs or first.is_moved or second.is_moved:
        return 0.0
    held = max(_held_in(first.near, second.words, weight), _held_in(second.near, first.words, weight))
    return round(0.5 + 0.1 * signs + 0.1 * (held - _ALIKE_ENOUGH), 2) if held >= _ALIKE_ENOUGH else 0.0


def _sums_up(sentence: str, one: Quantity) -> bool:
    """Whether a sentence says that it tells again: at its start or right beside the number."""
    beside = sentence[max(0, one.start - 70) : one.end + 70]
    return bool(_SUMMING_UP.search(beside) or _SUMMING_UP.match(sentence))


def _counts_the_same(first: _Statement, second: _Statement) -> bool:
    """Whether two numbers may count one thing: the same words behind them, or one that names it elsewhere."""
    one, other = first.quantity.unit[:2], second.quantity.unit[:2]
    if one == other or not first.names_its_kind or not second.names_its_kind:
        return True
    if one[0] == other[0] and len(one) + len(other) < 4:
        return True
    return second.words.issuperset(one) or first.words.issuperset(other)


def _alike(first: frozenset[str], second: frozenset[str], weight: Mapping[str, float]) -> float:
    return _weighed(first & second, weight) / max(1e-9, _weighed(first | second, weight))


def _held_in(near: frozenset[str], wide: frozenset[str], weight: Mapping[str, float]) -> float:
    """The share of one statement's words that the other has; 0 where they are too few to identify anything."""
    if len(near) < _LEAST_WORDS:
        return 0.0
    return _weighed(near & wide, weight) / max(1e-9, _weighed(near, weight))


def _weighed(some: frozenset[str], weight: Mapping[str, float]) -> float:
    return sum(weight.get(word, 0.0) for word in some)


def _resemble(first: Quantity, second: Quantity) -> bool:
    """Whether two large numbers are equal, an older count of each other, or one a misprint of the other."""
    low, high = sorted((first.value, second.value))
    if low < _LARGE:
        return False
    one, other = str(low), str(high)
    changed = sum(a != b for a, b in zip(one, other, strict=False))
    misprint = len(one) == len(other) and (changed <= len(one) - 3 or (changed == 2 and sorted(one) == sorted(other)))
    return float(high - low) <= _AN_OLDER_COUNT * float(high) or misprint


def _held_together(first: _Statement, second: _Statement, certainty: float) -> Relation:
    same = first.quantity.value == second.quantity.value
    return Relation(
        "repeated",
        second.sentence,
        second.page,
        written(second.quantity.value),
        written(first.quantity.value),
        "holds" if same else "contradicts",
        certainty,
        f"ở trang {first.page} ghi {written(first.quantity.value)}, ở đây ghi {written(second.quantity.value)}: "
        f"“{first.sentence[:160]}”",
        f"page {first.page} says {first.quantity.value}, here {second.quantity.value}",
    )
