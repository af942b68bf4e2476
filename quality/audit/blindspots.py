"""Per cell: would a single error be noticed, and could it be located?

An error of any size in a cell of an equality is noticed. A cell of inequalities only is noticed beyond the slack,
and only in the watched direction. It is located where no other cell leaves the same mark: the columns of two
cells that are equal up to a factor in all equalities cannot be told apart by any rule (history may still tell).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from quality.localise.problem import Constraint

Sight = Literal["unseen", "beyond_slack", "noticed", "located"]
SIGHTS: tuple[Sight, ...] = ("unseen", "beyond_slack", "noticed", "located")
"""From blind to sharp."""


@dataclass(frozen=True, slots=True)
class BlindSpot:
    """What the rules see of one cell.

    sight: ``unseen`` (in no rule), ``beyond_slack`` (inequalities only), ``noticed`` (but the twins leave the
    same mark) or ``located``; watched: for ``beyond_slack`` the directions that can break a rule (``too_large``,
    ``too_small``).
    """

    cell: str
    sight: Sight
    rules: tuple[str, ...]
    twins: tuple[str, ...]
    watched: tuple[str, ...]


def blind_spots(cells: Iterable[str], constraints: Iterable[Constraint], fixed: Iterable[str] = ()) -> list[BlindSpot]:
    """One row per cell of ``cells``, in order; ``fixed`` cells (registers, accepted past) are never to blame.

    Soft rules count like hard ones: they, too, make somebody look.
    """
    rules = sorted(constraints, key=lambda constraint: constraint.key)
    columns = _columns(rules)
    trusted = set(fixed)
    marks: dict[tuple[tuple[str, Fraction], ...], list[str]] = {}
    for name in sorted(set(columns) - trusted):
        mark = _mark(columns[name])
        if mark:
            marks.setdefault(mark, []).append(name)
    return [_spot(name, columns.get(name, {}), rules, marks) for name in sorted(set(cells))]


def counts(spots: Iterable[BlindSpot]) -> dict[Sight, int]:
    """How many cells there are of each sight."""
    found: dict[Sight, int] = dict.fromkeys(SIGHTS, 0)
    for spot in spots:
        found[spot.sight] += 1
    return found


def _columns(rules: Iterable[Constraint]) -> dict[str, dict[str, tuple[int, bool]]]:
    """cell -> rule -> (coefficient as in ``<=``, whether the rule is an equality)."""
    columns: dict[str, dict[str, tuple[int, bool]]] = {}
    for constraint in rules:
        sign = -1 if constraint.operator == ">=" else 1
        for name, factor in constraint.terms:
            before = columns.setdefault(name, {}).get(constraint.key, (0, False))[0]
            columns[name][constraint.key] = (before + sign * factor, constraint.operator == "=")
    return columns


def _mark(column: Mapping[str, tuple[int, bool]]) -> tuple[tuple[str, Fraction], ...]:
    """The equalities a cell breaks with their coefficients, scaled so that the first is 1."""
    parts = [(rule, factor) for rule, (factor, equal) in sorted(column.items()) if equal and factor]
    return tuple((rule, Fraction(factor, parts[0][1])) for rule, factor in parts)


def _spot(
    name: str,
    column: Mapping[str, tuple[int, bool]],
    rules: list[Constraint],
    marks: Mapping[tuple[tuple[str, Fraction], ...], list[str]],
) -> BlindSpot:
    used = tuple(constraint.key for constraint in rules if column.get(constraint.key, (0, False))[0])
    mark = _mark(column)
    if mark:
        twins = tuple(other for other in marks.get(mark, ()) if other != name)
        return BlindSpot(name, "noticed" if twins else "located", used, twins, ())
    watched = tuple(sorted({"too_large" if column[rule][0] > 0 else "too_small" for rule in used}))
    return BlindSpot(name, "beyond_slack" if used else "unseen", used, (), watched)
