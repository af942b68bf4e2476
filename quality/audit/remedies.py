"""The one new rule that would close most blind spots.

Candidates come from people, from clean returns (cells that always agree although no rule says so) or from asking
for a figure a second time; each is tried on the matrix and ranked by what it would let be noticed and located.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ingest.catalogue import Catalogue, Form
from ingest.catalogue.model import VALUE_COLUMN, Column, Item
from quality.audit.blindspots import SIGHTS, BlindSpot, blind_spots
from quality.localise.problem import Constraint

ASKED_TWICE = "#2"
"""Suffix of a figure asked for a second time on another sheet."""

UNLIKE = frozenset({"rating_subject", "inspection_count", "change_type"})
"""Dimensions whose codes are never added: organizations and members, turns and persons, who came and who went."""

_NO_UNIT = "số lượng"
"""What a form says that declares no unit."""

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


def total_candidates(cells: Iterable[str], catalogue: Catalogue) -> list[Constraint]:
    """For lines of a column, and columns of a line, that count alike the rule that asking for their total allows.

    Only what may be added is: details of a matrix form that declares one unit, or of one measure along one dimension.
    A sum over staff, posts and cells would notice their slips, and nobody could reckon or check it.
    """
    groups: dict[str, set[str]] = {}
    for name in set(cells):
        code, *rest = name.split(".")
        form = next((one for one in catalogue.forms if one.form == code and one.kind == "matrix"), None)
        if form is None or not rest or rest[0] not in form.items:
            continue
        item, column = form.items[rest[0]], form.columns.get(rest[-1] if len(rest) > 1 else VALUE_COLUMN)
        if (lines := _adds_up(item, form)) is not None:
            groups.setdefault(f"{'.'.join((code, '*', *rest[1:]))}{lines}", set()).add(name)
        if column is not None and len(rest) > 1 and (columns := _adds_up(column, form)) is not None:
            groups.setdefault(f"{code}.{rest[0]}.*{columns}", set()).add(name)
    return [
        Constraint(f"{TOTAL_OF}{shape})", ((f"{TOTAL_OF}{shape})", 1), *((name, -1) for name in sorted(parts))))
        for shape, parts in sorted(groups.items())
        if len(parts) > 1
    ]


def _adds_up(axis: Item | Column, form: Form) -> str | None:
    """With what a line or column may be added: along which dimension, in words behind the cells; None: with nothing."""
    if not UNLIKE.isdisjoint(axis.members):
        return None
    if axis.members and axis.role in ("detail", "of_which"):
        measure = axis.measure or form.measure or form.form
        return f" [{measure}: {', '.join(sorted(axis.members))}]"
    one_unit = form.unit.vi != _NO_UNIT and "," not in form.unit.vi
    return "" if isinstance(axis, Item) and axis.role == "detail" and one_unit else None


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
