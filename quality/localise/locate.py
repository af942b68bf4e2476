"""The localiser's one entrance: a problem in, a diagnosis out. Pure and deterministic.

The answer depends on the content of the problem alone: not on a seed, nor on the order of cells, constraints or files.
Nothing is ever corrected here; the rule's own finding stands whatever the outcome.
"""

from __future__ import annotations

from quality.localise.calibration import Calibration, load_calibration
from quality.localise.components import components, meeting, merge
from quality.localise.diagnosis import Component, Diagnosis
from quality.localise.history import unlikely_cells
from quality.localise.neighbourhood import Neighbourhood
from quality.localise.posterior import alternatives, probabilities, suspects
from quality.localise.problem import Problem
from quality.localise.search import Effort, Explanation, Search
from quality.localise.weights import Weights, load_weights

ROUNDS = 3
SHOWN_FROM_HISTORY = 0.5
WORTH_JOINING = 0.05
"""Explanations below this probability do not make two components one."""


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
    parts = components(problem)
    solved: dict[tuple[int, ...], _Solved] = {}
    for _ in range(ROUNDS):
        for part in parts:
            if part not in solved:
                solved[part] = _Solved(problem, part, weights, effort)
        touched = [solved[part].touched() for part in parts]
        joined = meeting(problem, touched, parts) if len(parts) > 1 else []
        if not joined:
            break
        parts = merge(parts, joined)
    for part in parts:
        if part not in solved:
            solved[part] = _Solved(problem, part, weights, effort)
    answers = [solved[part].component(problem, calibration) for part in parts]
    if parts and effort.history:
        answers += _from_history(problem, [solved[part] for part in parts], weights, calibration)
    answers += [Component((key,), "no_explanation", (), ()) for key in problem.unexplained]
    return Diagnosis(tuple(answers))


def _from_history(
    problem: Problem, parts: list[_Solved], weights: Weights, calibration: Calibration
) -> list[Component]:
    """Cells that break no constraint but speak against the last period; their components name no constraint."""
    neighbourhood = Neighbourhood(problem, range(len(problem.constraints)), weights, frozenset())
    known = {key for part in parts for key in part.touched()}
    neighbourhood.repaired(repair for part in parts for repair in part.best())
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
        self.neighbourhood = Neighbourhood(problem, part, weights, frozenset(problem.violated) - frozenset(part))
        self.found: list[Explanation]
        search = Search(self.neighbourhood, effort, problem.lists)
        self.found, self.spent = search.run()
        self.tried = search.hypotheses

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

    def component(self, problem: Problem, calibration: Calibration) -> Component:
        """The component as an answer."""
        keys = tuple(problem.constraints[constraint].key for constraint in self.part)
        if not self.found:
            return Component(keys, "too_much" if self.spent else "no_explanation", (), (), self.tried)
        unknown = self.neighbourhood.weights.unknown
        named = suspects(self.neighbourhood, self.found, calibration, unknown)
        best = named[0].probability if named else 0.0
        told = alternatives(self.neighbourhood, self.found, calibration, unknown)
        return Component(keys, _outcome(calibration, best), named, told, self.tried)
