"""The search against brute force: on tiny problems the best explanation is the cheapest of all."""

from __future__ import annotations

import itertools

from hypothesis import example, given, settings
from hypothesis import strategies as st

from quality.localise import Cell, Constraint, Effort, Problem, load_weights
from quality.localise.neighbourhood import Neighbourhood
from quality.localise.search import Search


def neighbourhood_of(values: list[int], previous: list[int]) -> Neighbourhood:
    """a + b = c, c = d, all without a sheet, so that no moves exist."""
    cells = [Cell(name, value, before) for name, value, before in zip("abcd", values, previous, strict=True)]
    constraints = [Constraint("sum", (("a", 1), ("b", 1), ("c", -1))), Constraint("same", (("c", 1), ("d", -1)))]
    problem = Problem.of(cells, constraints)
    return Neighbourhood(problem, problem.violated, load_weights(), frozenset())


def cheapest(neighbourhood: Neighbourhood, reach: int) -> int | None:
    """The least cost over assignments that satisfy every constraint, at most one cell taking a figure of its own.

    The others keep theirs, take last period's or the one their twin has: what the search is meant to cover.
    """
    previous = [cell.previous for cell in neighbourhood.cells]
    shared = {neighbourhood.value[2], neighbourhood.value[3], previous[2], previous[3]}
    own = [{neighbourhood.value[i], previous[i]} for i in (0, 1)]
    best = None
    for a, b, c in itertools.product(range(reach), repeat=3):
        # c and its twin d cannot both take a figure that neither of them nor last period has.
        if a + b != c or c not in shared or (a not in own[0]) + (b not in own[1]) > 1:
            continue
        full = [a, b, c, c]
        cost = sum(
            neighbourhood.change(cell, value)[0]
            for cell, value in enumerate(full)
            if value != neighbourhood.value[cell]
        )
        best = cost if best is None else min(best, cost)
    return best


small = st.integers(0, 9)


@settings(max_examples=40, deadline=None)
@given(st.lists(small, min_size=4, max_size=4), st.lists(small, min_size=4, max_size=4))
@example([8, 2, 7, 4], [6, 7, 0, 7])
@example([8, 7, 2, 4], [6, 0, 7, 7])
def test_no_cheaper_explanation_exists(values: list[int], previous: list[int]) -> None:
    neighbourhood = neighbourhood_of(values, previous)
    if not neighbourhood.violated:
        return
    found, spent = Search(neighbourhood, Effort(window=3.0, max_states=5000)).run()
    assert not spent
    best = cheapest(neighbourhood, 20)
    assert best is None or found[0].cost <= best + 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-50, 2000), min_size=4, max_size=4), st.lists(small, min_size=4, max_size=4))
def test_every_explanation_satisfies_every_constraint(values: list[int], previous: list[int]) -> None:
    neighbourhood = neighbourhood_of(values, previous)
    found, _ = Search(neighbourhood, Effort()).run()
    for one in found:
        full = list(neighbourhood.value)
        for step in one.steps:
            for cell, value in step.changes:
                full[cell] = value
        for constraint, terms in enumerate(neighbourhood.terms):
            assert not neighbourhood.breaks(constraint, sum(factor * full[cell] for cell, factor in terms))


def membership(close: int, total: int, women: int, before: int | None) -> Neighbourhood:
    """A closing that 50 and two flows make, a total that repeats it, and women among the total."""
    cells = [
        Cell("open", 50, 50, fixed=True),
        *(Cell(name, value, None, "flow") for name, value in (("in", 2), ("restored", 0))),
        *(Cell(name, value, before) for name, value in (("close", close), ("total", total), ("women", women))),
    ]
    constraints = [
        Constraint("a part", (("women", 1), ("total", -1)), "<="),
        Constraint("balance", (("close", 1), ("open", -1), ("in", -1), ("restored", -1))),
        Constraint("same", (("total", 1), ("close", -1))),
    ]
    problem = Problem.of(cells, constraints)
    return Neighbourhood(problem, problem.violated, load_weights(), frozenset())


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 90), st.integers(0, 90), st.integers(0, 90), st.none() | st.integers(0, 90))
@example(22, 22, 30, 48)
@example(22, 22, 30, None)
def test_no_explanation_is_dearer_than_its_own_events_without_one(
    close: int, total: int, women: int, before: int | None
) -> None:
    around = membership(close, total, women, before)
    if not around.violated:
        return
    for one in Search(around, Effort()).run()[0]:
        changes = [change for step in one.steps for change in step.changes]
        for left_out in changes:
            kept = {cell: value for cell, value in changes if (cell, value) != left_out}
            true = [kept.get(cell, value) for cell, value in enumerate(around.value)]
            holds = [around.residuals[n] for n in range(len(around.terms))]
            for number, terms in enumerate(around.terms):
                holds[number] += sum(factor * (true[cell] - around.value[cell]) for cell, factor in terms)
            if not any(around.breaks(number, residual) for number, residual in enumerate(holds)):
                assert sum(around.change(*change)[0] for change in kept.items()) >= one.cost
