"""An attacker's linear programme never tells a small count of what is shared to within less than the threshold.

The attacker here is written apart from the product: he has an unknown for every cell of every set of organizations that
figures are about, knows which sets are parts of which and which reported in the period before, and every rule.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from shared_marts import (
    CELLS,
    FLOWS,
    MEASURES,
    PERIODS,
    Organization,
    measured,
    reporting,
    rules,
    shared_marts,
    sums,
)

from khoi.sharing.coverage import with_told_coverage
from khoi.sharing.knowledge import Earlier, known
from khoi.sharing.layer import Layer, read_layer
from khoi.sharing.masking import mask

COUNTS = [measure for measure, terms in MEASURES.items() if min(terms.values()) > 0]
Place = tuple[str, int, frozenset[Organization]]


class Attacker:
    """What follows from ``shown``: (kind, area, period, compared_with, measure) -> value."""

    def __init__(self) -> None:
        self.unknowns: dict[tuple, int] = {}
        self.equal: list[tuple[dict[int, float], float]] = []
        self.at_most: list[dict[int, float]] = []
        self.secrets: dict[str, tuple[dict[int, float], float]] = {}

    def learn(self, organizations: list[Organization], shown: dict[tuple[str, ...], float], below: float) -> None:
        """Add one share of ``organizations``."""
        places = _places(organizations)
        for name, parts in places.items():
            for measure in MEASURES:
                row = self._row(itertools.chain(*(self._measure(part, measure, 1) for part in parts)))
                truth = sum(measured(sums(part[2], part[1]), measure) for part in parts)
                if (*name, measure) in shown:
                    assert abs(shown[*name, measure] - truth) < 1e-6
                    self.equal.append((row, truth))
                is_figure = name[0] != "year" or measure in FLOWS
                if measure in COUNTS and is_figure and 0 < truth < below:
                    self.secrets[f"{name} {measure}"] = (row, truth)
        here = {part for parts in places.values() for part in parts}
        for place in here:
            self._obey(place, here)
        for part, whole in itertools.permutations(here, 2):
            if part[:2] == whole[:2] and part[2] < whole[2]:
                self._contain(part, whole, below)

    def width(self, row: dict[int, float]) -> float:
        """How far apart the ends are of what the row can be."""
        ends = [self._end(row, sign) for sign in (1.0, -1.0)]
        return ends[1] - ends[0]

    def _end(self, row: dict[int, float], sign: float) -> float:
        count = len(self.unknowns)
        found = linprog(
            sign * _dense([row], count)[0],
            A_ub=_dense(self.at_most, count) if self.at_most else None,
            b_ub=np.zeros(len(self.at_most)) if self.at_most else None,
            A_eq=_dense([one for one, _ in self.equal], count),
            b_eq=np.array([value for _, value in self.equal]),
            bounds=(0, None),
        )
        if found.status in (3, 4):  # without bound
            return -np.inf if sign > 0 else np.inf
        assert found.status == 0, found.message
        return sign * found.fun

    def _unknown(self, place: Place, cell: str) -> int:
        committee, period, members = place
        codes = frozenset(one.code for one in members)
        key = (committee, period, cell, codes, sums(members, period)[cell])  # what was not corrected is the same
        return self.unknowns.setdefault(key, len(self.unknowns))

    def _measure(self, place: Place, measure: str, sign: float) -> list[tuple[int, float]]:
        return [(self._unknown(place, cell), sign * factor) for cell, factor in MEASURES[measure].items()]

    def _row(self, terms: Iterable[tuple[int, float]]) -> dict[int, float]:
        row: dict[int, float] = {}
        for number, factor in terms:
            row[number] = row.get(number, 0.0) + factor
        return row

    def _obey(self, place: Place, here: set[Place]) -> None:
        at = {cell: self._unknown(place, cell) for cell in CELLS}
        self.equal.append(({at["f.CLOSE"]: 1, at["f.OPEN"]: -1, at["f.IN"]: -1, at["f.OUT"]: 1}, 0.0))
        self.equal.append(({at["d.ALL"]: 1, at["d.LIGHT"]: -1, at["d.HEAVY"]: -1, at["d.HEAVIEST"]: -1}, 0.0))
        self.at_most.append({at["s.WOMEN"]: 1, at["f.CLOSE"]: -1})
        before = (place[0], place[1] - 1, place[2])
        if before in here:
            self.equal.append(({at["f.OPEN"]: 1, self._unknown(before, "f.CLOSE"): -1}, 0.0))

    def _contain(self, part: Place, whole: Place, below: float) -> None:
        for cell in CELLS:
            self.at_most.append({self._unknown(part, cell): 1, self._unknown(whole, cell): -1})
        for measure in COUNTS:
            row = self._row([*self._measure(whole, measure, 1), *self._measure(part, measure, -1)])
            truth = measured(sums(whole[2], whole[1]), measure) - measured(sums(part[2], part[1]), measure)
            if 0 < truth < below:
                self.secrets[f"{part} of {whole} {measure}"] = (row, truth)


def _places(organizations: list[Organization]) -> dict[tuple[str, ...], list[Place]]:
    """What each figure without its measure adds up."""
    found: dict[tuple[str, ...], list[Place]] = {}
    there = sorted({(one.committee, period) for one in organizations for period in one.periods})
    for committee, period in there:
        place = (committee, period, frozenset(reporting(organizations, committee, period)))
        found["committee", committee, PERIODS[period], ""] = [place]
        for other in range(3):
            if other != period and (committee, other) in there:
                both = frozenset(reporting(organizations, committee, period, other))
                found["like_for_like", committee, PERIODS[period], PERIODS[other]] = [(committee, period, both)]
        if {(committee, 0), (committee, 1)} <= set(there):
            found.setdefault(("year", committee, "2021", ""), []).extend([place] if period < 2 else [])
    for period in range(3):
        parts = [found[key][0] for key in list(found) if key[0] == "committee" and key[2] == PERIODS[period]]
        if len(parts) > 1:
            found["province", "Tỉnh Thử", PERIODS[period], ""] = parts
    return found


def _dense(rows: list[dict[int, float]], count: int) -> np.ndarray:
    found = np.zeros((len(rows), count))
    for number, row in enumerate(rows):
        for unknown, factor in row.items():
            found[number, unknown] = factor
    return found


def layer_of(organizations: list[Organization], below: float) -> Layer:
    layer = read_layer(shared_marts(organizations))
    return replace(layer, figures=with_told_coverage(layer.figures, below))


def masked_of(layer: Layer, below: float, earlier: tuple[Earlier, ...] = ()) -> frozenset[tuple[str, ...]]:
    knowledge = known(layer, earlier, rules, below)
    again = [number for number, row in enumerate(knowledge.figures) if row in knowledge.masked_before]
    masking = mask(knowledge, [1 + abs(one.value) for one in layer.figures], below, again)
    assert masking.given_back == 0
    return frozenset(layer.figures[number].key for number in masking.masked)


def shown_of(layer: Layer, masked: frozenset[tuple[str, ...]]) -> dict[tuple[str, ...], float]:
    return {one.key: one.value for one in layer.figures if one.key not in masked}


def breaches(attacker: Attacker, below: float) -> list[str]:
    return [name for name, (row, _) in attacker.secrets.items() if attacker.width(row) < below - 1e-5]


_small = st.integers(0, 7)
_reported = st.tuples(_small, _small, st.integers(0, 60), *[st.sampled_from([0, 0, 1, 2, 6])] * 3)
_spans = st.sampled_from([(0, 1, 2), (0, 1, 2), (0, 1), (0,), (1, 2), (2,)])
_organizations = st.builds(
    lambda committee, span, opening, reported: Organization(0, committee, span, opening, tuple(reported[: len(span)])),
    st.sampled_from(["AA", "BB"]),
    _spans,
    st.integers(0, 40),
    st.lists(_reported, min_size=3, max_size=3),
)
_warehouses = st.lists(_organizations, min_size=2, max_size=7).map(
    lambda found: [replace(one, code=number) for number, one in enumerate(found)]
)
_few = settings(
    max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=[Phase.generate]
)


@_few
@given(_warehouses, st.sampled_from([3, 5]))
def test_no_small_count_is_given_back(organizations: list[Organization], below: int) -> None:
    layer = layer_of(organizations, below)
    attacker = Attacker()
    attacker.learn(organizations, shown_of(layer, masked_of(layer, below)), below)
    assert breaches(attacker, below) == []


@pytest.mark.long
@_few
@given(_warehouses, st.integers(0, 6), _reported)
def test_two_shares_together_give_no_small_count_back(organizations, which: int, reported) -> None:
    below = 5
    corrected = list(organizations)
    old = corrected[which % len(corrected)]
    corrected[which % len(corrected)] = replace(old, reported=(reported, *old.reported[1:]))
    first = layer_of(organizations, below)
    masked_first = masked_of(first, below)
    second = layer_of(corrected, below)
    masked_second = masked_of(second, below, (Earlier(first, masked_first),))
    attacker = Attacker()
    attacker.learn(organizations, shown_of(first, masked_first), below)
    attacker.learn(corrected, shown_of(second, masked_second), below)
    assert breaches(attacker, below) == []


# Three light cases in one half-year: the year and the other half-year give them back, and so do the heavy ones.
GIVEN_BACK = [
    Organization(1, "AA", (0, 1, 2), 50, ((9, 8, 20, 3, 40, 0), (8, 9, 20, 60, 9, 0), (9, 9, 20, 70, 8, 0))),
    Organization(2, "AA", (0, 1, 2), 70, ((9, 8, 20, 0, 30, 0), (8, 9, 20, 60, 9, 0), (9, 9, 20, 70, 8, 0))),
]


def test_without_complementary_masking_the_attacker_reads_it() -> None:
    layer = layer_of(GIVEN_BACK, 5)
    small = frozenset(one.key for one in layer.figures if one.measure in COUNTS and 0 < one.value < 5)
    attacker = Attacker()
    attacker.learn(GIVEN_BACK, shown_of(layer, small), 5)
    assert [name for name in breaches(attacker, 5) if "cases_light" in name]
    assert small < masked_of(layer, 5)


def test_nothing_is_masked_where_nothing_is_small() -> None:
    large = [
        Organization(1, "AA", (0, 1, 2), 90, ((9, 8, 20, 13, 40, 0), (8, 9, 20, 60, 9, 0), (9, 9, 20, 70, 8, 0))),
        Organization(2, "BB", (0, 1, 2), 70, ((9, 8, 20, 23, 30, 0), (8, 9, 20, 60, 9, 0), (9, 9, 20, 70, 8, 0))),
    ]
    assert masked_of(layer_of(large, 5), 5) == frozenset()


def test_what_an_earlier_share_masked_stays_masked_while_it_is_the_same() -> None:
    layer = layer_of(GIVEN_BACK, 5)
    masked, of_old = masked_of(layer, 5), masked_of(layer, 25)
    assert masked < of_old
    assert masked_of(layer, 5, (Earlier(layer, of_old),)) == of_old


def test_a_lower_threshold_of_an_earlier_share_is_told_where_it_gives_counts_back() -> None:
    layer = layer_of(GIVEN_BACK, 2)
    knowledge = known(layer, [Earlier(layer, masked_of(layer, 2))], rules, 5)
    masking = mask(knowledge, [1.0] * len(layer.figures), 5)
    assert masking.given_back > 0
    assert {layer.figures[number].value for number in masking.masked} >= {3.0}


@pytest.mark.parametrize("counted", [1, 4])
def test_few_organizations_are_not_told(counted: int) -> None:
    few = [replace(GIVEN_BACK[0], code=10 + number) for number in range(counted)]
    assert {one.counted for one in layer_of(few, 5).figures} == {None}
    assert {one.counted for one in layer_of(few, counted).figures if one.kind == "committee"} == {counted}


def test_a_number_of_organizations_that_differs_by_few_is_not_told() -> None:
    leaving = Organization(9, "AA", (0, 1), 60, GIVEN_BACK[0].reported[:2])
    many = [replace(GIVEN_BACK[0], code=10 + number) for number in range(6)]
    figures = [one for one in layer_of([*many, leaving], 5).figures if one.measure == "members"]
    told = {(one.kind, one.period, one.compared_with): one.counted for one in figures}
    assert told["committee", "2021H1", ""] == 7
    assert told["like_for_like", "2021H1", "2022H1"] is None
