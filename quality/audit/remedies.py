"""The one new rule that would close most blind spots.

Candidates come from people, from clean returns (cells that always agree although no rule says so) or from asking
for a figure a second time; each is tried on the matrix and ranked by what it would let be noticed and located.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from quality.audit.blindspots import SIGHTS, BlindSpot, blind_spots
from quality.localise.problem import Constraint

ASKED_TWICE = "#2"
"""Suffix of a figure asked for a second time on another sheet."""

TOTAL_OF = "sum("
"""How the total of some cells is called that nobody asks for yet."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """A candidate rule and the cells whose sight it sharpens."""

    rule: Constraint
    noticed: tuple[str, ...]
    located: tuple[str, ...]


def remedies(
    cells: Iterable[str], constraints: Iterable[Constraint], candidates: Iterable[Constraint], fixed: Iterable[str] = ()
) -> list[Remedy]:
    """Candidates that help, best first: by cells newly noticed plus newly located, then fewest terms, then id."""
    names, rules, trusted = sorted(set(cells)), list(constraints), set(fixed)
    before = {spot.cell: spot for spot in blind_spots(names, rules, trusted)}
    found = []
    for candidate in candidates:
        after = blind_spots(names, [*rules, candidate], trusted)
        noticed = tuple(spot.cell for spot in after if _rank(before[spot.cell]) < 2 <= _rank(spot))
        located = tuple(spot.cell for spot in after if _rank(before[spot.cell]) < 3 <= _rank(spot))
        if noticed or located:
            found.append(Remedy(candidate, noticed, located))
    return sorted(found, key=lambda one: (-len(one.noticed) - len(one.located), len(one.rule.terms), one.rule.key))


def _rank(spot: BlindSpot) -> int:
    return SIGHTS.index(spot.sight)


def repeat_candidates(cells: Iterable[str]) -> list[Constraint]:
    """For every cell the rule that a second asking for it would allow."""
    return [
        Constraint(f"{name}{ASKED_TWICE}", ((name, 1), (f"{name}{ASKED_TWICE}", -1))) for name in sorted(set(cells))
    ]


def total_candidates(cells: Iterable[str]) -> list[Constraint]:
    """For every form, and every row and column of one, the rule that asking for its total would allow."""
    groups: dict[str, set[str]] = {}
    for name in set(cells):
        form, *rest = name.split(".")
        groups.setdefault(f"{form}.*", set()).add(name)
        if len(rest) > 1:
            groups.setdefault(f"{form}.{rest[0]}.*", set()).add(name)
            groups.setdefault(f"{form}.*.{rest[1]}", set()).add(name)
    return [
        Constraint(f"{TOTAL_OF}{shape})", ((f"{TOTAL_OF}{shape})", 1), *((name, -1) for name in sorted(parts))))
        for shape, parts in sorted(groups.items())
        if len(parts) > 1
    ]


def mined_equalities(
    returns: pd.DataFrame, constraints: Iterable[Constraint], least: int = 30, variety: int = 5
) -> list[Constraint]:
    """Pairs of cells that agree in every clean return although no single rule says so.

    ``returns``: one row per clean return, one column per cell (nullable). A pair needs ``least`` returns with
    both cells and ``variety`` different figures, else agreement is chance. A person decides whether it is a rule.
    """
    said = {
        frozenset(name for name, _ in constraint.terms)
        for constraint in constraints
        if constraint.operator == "=" and len(constraint.terms) == 2
    }
    names = sorted(name for name in returns.columns if returns[name].nunique() >= variety)
    values = returns[names].to_numpy(float)
    found = []
    for i, first in enumerate(names):
        rest = values[:, i + 1 :]
        both = ~np.isnan(values[:, [i]]) & ~np.isnan(rest)
        agree = ((values[:, [i]] == rest) | ~both).all(axis=0) & (both.sum(axis=0) >= least)
        for j in np.flatnonzero(agree):
            second = names[i + 1 + int(j)]
            if frozenset((first, second)) not in said:
                found.append(Constraint(f"{first}={second}", ((first, 1), (second, -1))))
    return found
