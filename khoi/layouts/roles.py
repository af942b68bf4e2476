"""What figures say of themselves by adding up: an equality of the rule catalogue that holds over the rows of a file."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, replace

import numpy as np

from quality.catalogue import RuleCatalogue

_TRIES = 3
_LIKELY = 0.3
_MOST_COMBINATIONS = 243
_AS_GOOD = 0.15


@dataclass(frozen=True)
class Role:
    """A rule that holds when its cells are these fields: cell code -> number of the field; over ``rows`` rows."""

    rule_id: str
    fields: dict[str, int]
    rows: int
    text: str


def roles(likeness: np.ndarray, cells: list[str], values: np.ndarray, rules: RuleCatalogue, day: dt.date) -> list[Role]:
    """The equalities in force on ``day`` that hold in every row where they can be computed.

    ``likeness``: fields x cells; ``values``: fields x rows. For every cell of a rule the likeliest fields are tried;
    terms that no field resembles are left out, the target and one term are not. Relations of zeros say nothing.
    """
    numbers = {cell: number for number, cell in enumerate(cells)}
    found: list[Role] = []
    for rule in rules.linear:
        expression = rules.expressions[rule.id]
        if expression.operator != "=" or not rule.in_force(day) or any(term.lag for term in expression.terms):
            continue
        signed = [
            (term.cell_code, term.coefficient if term.side == "left" else -term.coefficient)
            for term in expression.terms
        ]
        options = [(cell, sign, _options(likeness, numbers.get(cell))) for cell, sign in signed]
        if options and options[0][2]:
            held = _holding(rule.id, [option for option in options if option[2]], values)
            found += _likeliest(held, likeness, numbers)
    return found


def _likeliest(held: list[Role], likeness: np.ndarray, numbers: dict[str, int]) -> list[Role]:
    """Of the ways in which one equality holds the one whose words fit best, with the fields that all as good agree on.

    An equality reads both ways: opening and closing, increase and decrease can be exchanged without breaking it.
    """
    if not held:
        return []

    def fit(role: Role) -> float:
        return float(sum(likeness[field, numbers[cell]] for cell, field in role.fields.items()))

    best = max(map(fit, held))
    near = [role for role in held if fit(role) >= best - _AS_GOOD]
    first = near[0].fields
    agreed = {cell: at for cell, at in first.items() if all(one.fields.get(cell) == at for one in near)}
    return [replace(max(near, key=fit), fields=agreed)]


def totals_of(rules: RuleCatalogue, day: dt.date) -> dict[str, set[str]]:
    """Cell -> the cells that an equality in force on ``day`` makes it a part of."""
    totals: dict[str, set[str]] = {}
    for rule in rules.linear:
        expression = rules.expressions[rule.id]
        if expression.operator == "=" and rule.in_force(day) and expression.terms:
            target, *parts = expression.terms
            for part in parts:
                totals.setdefault(part.cell_code, set()).add(target.cell_code)
    return totals


def _options(likeness: np.ndarray, cell: int | None) -> list[int]:
    if cell is None:
        return []
    ranked = np.argsort(-likeness[:, cell], kind="stable")[:_TRIES]
    return [int(number) for number in ranked if likeness[number, cell] >= _LIKELY]


def _holding(rule_id: str, options: list[tuple[str, int, list[int]]], values: np.ndarray) -> list[Role]:
    if len(options) < 3:
        return []  # an equality of two columns says only that they repeat each other
    found = []
    combinations = itertools.product(*(numbers for _, _, numbers in options))
    for chosen in itertools.islice(combinations, _MOST_COMBINATIONS):
        if len(set(chosen)) < len(chosen):
            continue
        figures = values[list(chosen)]
        counted = ~np.isnan(figures).any(axis=0)
        telling = counted & (np.nan_to_num(figures[1:]) != 0).any(axis=0) & (np.nan_to_num(figures[0]) != 0)
        signs = np.array([sign for _, sign, _ in options])
        if telling.sum() >= 2 and np.all(signs @ figures[:, counted] == 0):
            cells = [cell for cell, _, _ in options]
            spelled = " ".join(f"{'+' if sign > 0 else '-'} {cell}" for cell, sign, _ in options)
            found.append(Role(rule_id, dict(zip(cells, chosen, strict=True)), int(telling.sum()), f"{spelled} = 0"))
    return found
