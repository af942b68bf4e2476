"""Errors that happen inside one cell: how probable the observed figure is, given the true one and the kind.

Belongs here: digits and factors. Does not belong here: errors between cells (`multi_cell_errors.py`), how probable a
figure is in itself (`prior.py`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from quality.localise.weights import UNIT, Confirmed, Weights

NEARNESS = math.pi**2 / 3
"""Norms "off by a few": P(off by d) falls with the square of d, to both sides."""


def likelihoods(observed: int | None, true: int, previous: int | None) -> Iterator[tuple[str, float]]:
    """Pairs (kind, P(observed | true, kind)) of every single-cell kind that can turn ``true`` into ``observed``."""
    if not observed:
        if true:
            yield "omitted", 1.0
        if observed is None:
            return
    yield from _of_digits(str(abs(observed)), str(abs(true)), observed, true)
    yield from _of_factors(observed, true)
    if previous is not None and observed == previous:
        yield "copied_previous", 1.0
    if true == 0:
        yield "filled", broad(observed)
    if observed != true:
        yield "off_by_few", 1 / (NEARNESS * (observed - true) ** 2)
    yield "any", broad(observed)


def broad(value: int) -> float:
    """P(value) where anything may have been written: about uniform on the logarithm up to a million."""
    return 1 / (12.0 * (abs(value) + 2))


def _of_digits(wrong: str, right: str, observed: int, true: int) -> Iterator[tuple[str, float]]:
    """Exchanged, dropped, added and mistyped digits; signs must agree."""
    if (observed < 0) != (true < 0) and observed and true:
        return
    if len(wrong) == len(right):
        differing = [index for index, (a, b) in enumerate(zip(wrong, right, strict=True)) if a != b]
        if len(differing) == 1:
            yield "wrong_digit", 1 / (9 * len(right))
        elif len(differing) == 2 and differing[1] == differing[0] + 1:
            first, second = differing
            if wrong[first] == right[second] and wrong[second] == right[first]:
                pairs = sum(right[i] != right[i + 1] for i in range(len(right) - 1))
                yield "transposed", 1 / max(1, pairs)
    elif len(wrong) == len(right) - 1:
        ways = sum(right[:i] + right[i + 1 :] == wrong for i in range(len(right)))
        if ways and observed:
            yield "dropped_digit", ways / len(right)
    elif len(wrong) == len(right) + 1:
        ways = sum(wrong[:i] + wrong[i + 1 :] == right for i in range(len(wrong)))
        if ways and true:  # Nobody writes a digit before nothing.
            yield "added_digit", ways / (10 * len(wrong))


def _of_factors(observed: int, true: int) -> Iterator[tuple[str, float]]:
    """A factor of 10 or 1,000, what is counted two to four times, and the sign."""
    if true:
        if observed in (2 * true, 3 * true, 4 * true):
            yield "counted_times", 1 / 3
        if observed == 10 * true:
            yield "times_10", 1.0
        if observed == 1000 * true:
            yield "times_1000", 1.0
        if observed == -true:
            yield "sign", 1.0
    if abs(true) >= 10 and observed == int(true / 10):
        yield "over_10", 1.0
    if abs(true) >= 1000 and observed == int(true / 1000):
        yield "over_1000", 1.0


def explain(observed: int | None, true: int, previous: int | None, costs: dict[str, int]) -> tuple[int, str]:
    """The cheapest kind that turns ``true`` into ``observed``: (micro log units, kind), the name breaking ties."""
    return min(
        (costs[kind] - round(math.log(chance) * UNIT), kind) for kind, chance in _or_any(observed, true, previous)
    )


def _or_any(observed: int | None, true: int, previous: int | None) -> Iterator[tuple[str, float]]:
    found = False
    for pair in likelihoods(observed, true, previous):
        found = True
        yield pair
    if not found:
        yield "any", broad(observed or 0)


def inverses(observed: int) -> Iterator[int]:
    """Figures that a digit or factor error could have turned into ``observed``, those that need no invented digit."""
    text, sign = str(abs(observed)), -1 if observed < 0 else 1
    for i in range(len(text) - 1):
        yield sign * int(text[:i] + text[i + 1] + text[i] + text[i + 2 :])
    if len(text) > 1:
        for i in range(len(text)):
            yield sign * int(text[:i] + text[i + 1 :])
    if observed % 10 == 0:
        yield observed // 10
    if observed % 1000 == 0:
        yield observed // 1000
    yield 10 * observed
    yield -observed
    yield 0


def responsibilities(one: Confirmed, weights: Weights) -> dict[str, float]:
    """How much each kind is answerable for a confirmed correction; sums to 1."""
    parts: dict[str, float] = {}
    for kind, chance in _or_any(one.observed, one.corrected, one.previous):
        parts[kind] = parts.get(kind, 0.0) + chance * weights.kinds[kind].share
    total = sum(parts.values())
    return {kind: part / total for kind, part in parts.items()}
