"""Figures that count the same people on several forms although no rule may say that they are equal.

How many were to study, to sign or to be rated is nearly always how many members there are; a rule can only say that
they are no more than the members and those who left. That a figure is what the others are speaks for it, and one that
is the same wrong number was taken over from them. Belongs here: which figures, read from the shape of the rules.
Does not belong here: what breaking the likeness costs (`mechanisms.yaml`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from quality.localise.problem import Cell, Constraint

MARK = "~"
"""Behind the key of a rule: what is usual of its cells, not what must be."""


def usual(constraints: Iterable[Constraint], cells: Mapping[str, Cell]) -> Iterator[Constraint]:
    """By rule ``figure <= whole + some`` that the figure is usually the whole.

    The whole is the one of the two that stands on another form as well, so that an equality says so; where nothing was
    counted, nothing is usual.
    """
    rules = list(constraints)
    written_twice = {name for one in rules for name in _twins(one, cells)}
    for one in rules:
        alone = [name for name, factor in one.terms if factor == _sign(one)]
        others = [name for name, factor in one.terms if factor == -_sign(one)]
        wholes = [name for name in others if name in written_twice]
        if one.operator == "=" or (len(alone), len(others), len(wholes), len(one.terms)) != (1, 2, 1, 3):
            continue
        if all(name in cells and cells[name].observed for name in (alone[0], wholes[0])):
            yield Constraint(f"{one.key}{MARK}", ((alone[0], 1), (wholes[0], -1)))


def _sign(rule: Constraint) -> int:
    return -1 if rule.operator == ">=" else 1


def _twins(rule: Constraint, cells: Mapping[str, Cell]) -> set[str]:
    names = {name for name, _ in rule.terms}
    return names if rule.operator == "=" and len(names) == 2 and names <= cells.keys() else set()
