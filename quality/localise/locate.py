"""The localiser's one entrance: a problem in, a diagnosis out. Pure and deterministic.

The answer depends on the content of the problem alone: not on a seed, nor on the order of cells, constraints or files.
Nothing is ever corrected here; the rule's own finding stands whatever the outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from quality.localise.calibration import Calibration, load_calibration
from quality.localise.components import components, in_line, meeting, merge, of_the_same
from quality.localise.diagnosis import Component, Diagnosis
from quality.localise.history import unlikely_cells
from quality.localise.neighbourhood import Neighbourhood
from quality.localise.posterior import alternatives, probabilities, suspects
from quality.localise.problem import Problem
from quality.localise.repeated_sheets import beside, repeated_sheets, told
from quality.localise.search import LEFT_BROKEN, Effort, Explanation, Search
from quality.localise.weights import UNIT, Weights, load_weights

SHOWN_FROM_HISTORY = 0.5
WORTH_JOINING = 0.05
"""Explanations below this probability do not make two components one."""


WORTH_LESS = 0.5
"""Log units by which one story must cost less than two to make two components one."""


def localise(
    problem: Problem,
    weights: Weights | None = None,
    calibration: Calibration | None = None,
    effort: Effort | None = None,
) -> Diagnosis:
    """Every contradiction of ``problem`` with its suspects; empty where no constraint is violated."""
    weights = weights or load_weights()
    calibration = calibration or load_calibration()
    effort = effort or Effort()
    solved = _solved(problem, weights, effort)
    whole = sum(part.cost() for part in solved)

    def mended(sheet: str) -> float:
        return whole - sum(part.cost() for part in _solved(beside(problem, {sheet}), weights, effort))

    repeated = repeated_sheets(problem, weights, calibration.temperature, mended)
    sheets = list(told(problem, repeated, weights, calibration))
    if repeated:
        problem = beside(problem, {one.sheet for one in repeated})
        solved = _solved(problem, weights, effort)
    answers = [answer for part in solved for answer in part.answers(problem, calibration)]
    if solved and effort.history:
        answers += _from_history(problem, solved, weights, calibration)
    answers += [Component((key,), "no_explanation", (), ()) for key in problem.unexplained]
    return Diagnosis((*sheets, *answers))


def _solved(problem: Problem, weights: Weights, effort: Effort) -> list[_Solved]:
    """The components of the problem with their explanations; components whose explanations meet are one."""
    parts = components(problem)
    solved: dict[tuple[int, ...], _Solved] = {}

    def of(part: tuple[int, ...]) -> _Solved:
        if part not in solved:
            solved[part] = _Solved(problem, part, weights, effort)
        return solved[part]

    while True:
        joined = meeting(problem, [of(part).touched() for part in parts], parts)
        if not joined:
            joined = _one_story(problem, parts, of)
        if not joined:
            return [of(part) for part in parts]
        parts = merge(parts, joined)  # Each round leaves fewer, so this ends.


def _one_story(
    problem: Problem, parts: list[tuple[int, ...]], of: Callable[[tuple[int, ...]], _Solved]
) -> list[tuple[int, int]]:
    """The first two components beside each other that one story explains for less than two."""
    for first, second in dict.fromkeys([*in_line(problem, parts), *of_the_same(problem, parts)]):
        apart = of(parts[first]).cost() + of(parts[second]).cost()
        both = of(merge([parts[first], parts[second]], [(0, 1)])[0])
        if not both.spent and both.cost() < apart - WORTH_LESS:
            return [(first, second)]
    return []


def _from_history(
    problem: Problem, parts: list[_Solved], weights: Weights, calibration: Calibration
) -> list[Component]:
    """Cells that break no constraint but speak against the last period; their components name no constraint."""
    neighbourhood = Neighbourhood(problem, range(len(problem.constraints)), weights, frozenset())
    repairs = [repair for part in parts for repair in part.best()]
    known = {key for part in parts for key in part.touched()} | {key for key, _ in repairs}
    neighbourhood.repaired(repairs)
    numbers = {number for number, cell in enumerate(neighbourhood.cells) if cell.key in known}
    answers = []
    for found in unlikely_cells(neighbourhood, numbers):
        named = suspects(neighbourhood, found, calibration)
        if named and named[0].probability >= SHOWN_FROM_HISTORY:
            outcome = _outcome(calibration, named[0].probability)
            answers.append(Component((), outcome, named, alternatives(neighbourhood, found, calibration)))
    return answers


def _outcome(calibration: Calibration, probability: float) -> str:
    names = {"near_certain": "located", "likely": "likely"}
    return names.get(calibration.band(probability).name, "cannot_tell")


class _Solved:
    """One component with its explanations."""

    def __init__(self, problem: Problem, part: tuple[int, ...], weights: Weights, effort: Effort) -> None:
        self.part = part
        others = frozenset(problem.violated) - frozenset(part)
        self.neighbourhood = Neighbourhood(problem, part, weights, others, problem.usual)
        self.found: list[Explanation]
        search = Search(self.neighbourhood, effort, problem.lists)
        self.found, self.spent = search.run()
        self.partly = not self.found
        if self.partly:
            self.found = search.partly()
        self.tried = search.hypotheses

    def cost(self) -> float:
        """What the best explanation costs, log units."""
        explained = self.found[0].cost / UNIT if self.found else len(self.part) * LEFT_BROKEN / UNIT
        return explained - self.neighbourhood.paid

    def touched(self) -> set[str]:
        """Cells that a noteworthy explanation changes."""
        if not self.found:
            return set()
        chances = probabilities(self.found, 1.0)
        return {
            self.neighbourhood.cells[cell].key
            for one, chance in zip(self.found, chances, strict=True)
            if chance >= WORTH_JOINING
            for step in one.steps
            for cell, _ in step.changes
        }

    def best(self) -> list[tuple[str, int]]:
        """The repairs of the best explanation."""
        if not self.found:
            return []
        return [
            (self.neighbourhood.cells[cell].key, value) for step in self.found[0].steps for cell, value in step.changes
        ]

    def answers(self, problem: Problem, calibration: Calibration) -> Iterator[Component]:
        """The component as an answer; the rules that its best explanation leaves broken are an answer of their own."""
        left = self._left()
        keys = {number: problem.constraints[number].key for number in self.part}
        explained = tuple(key for key in keys.values() if key not in left)
        if explained:
            # What is not known here can have happened at every contradiction that stands apart.
            events = max(1, self.neighbourhood.apart)
            weights = self.neighbourhood.weights
            unknown = weights.unknown * events + weights.agreement * self._agreeing() + len(left) * LEFT_BROKEN / UNIT
            unknown += self.neighbourhood.paid
            named = suspects(self.neighbourhood, self.found, calibration, unknown)
            outcome = _outcome(calibration, named[0].probability if named else 0.0)
            told = alternatives(self.neighbourhood, self.found, calibration, unknown)
            yield Component(explained, outcome, named, told, self.tried)
        if left:
            keys_left = tuple(key for key in keys.values() if key in left)
            yield Component(keys_left, "too_much" if self.spent else "no_explanation", (), (), self.tried)

    def _agreeing(self) -> int:
        """How many broken equalities the best explanation mends beyond one for each of its steps."""
        around = self.neighbourhood
        broken = sum(
            around.equal[number] and around.accept_cost[number] is None
            for number in range(len(around.equal))
            if around.violated >> number & 1
        )
        if self.partly or not self.found:
            return 0
        return max(0, broken - sum(not around.only_alike(step.changes) for step in self.found[0].steps))

    def _left(self) -> set[str]:
        """The rules that the best explanation of a part leaves as they are."""
        around = self.neighbourhood
        if not self.partly:
            return set()
        left = self.found[0].accepted & ~around.likely
        return {key for number, key in enumerate(around.constraint_keys) if left >> number & 1}
