"""Which violated constraints belong to one problem: those that share a cell or list, or that one event may have broken.

Each component is searched alone, so effort grows with the number of errors and not with its power. Where the
explanations of two components meet, they are joined and searched again.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from quality.localise.problem import Problem

LINKED = 2
"""Rows or columns apart at which two cells are taken for one event's work when components are formed."""


def components(problem: Problem) -> list[tuple[int, ...]]:
    """Violated constraints in groups, each sorted, the groups in order of their first constraint."""
    parent = {constraint: constraint for constraint in problem.violated}
    owner: dict[str, int] = {}
    for constraint in problem.violated:
        for name, _ in problem.constraints[constraint].terms:
            if name in owner:
                join(parent, owner[name], constraint)
            owner.setdefault(name, constraint)
    _join_neighbours(problem, parent, owner)
    _join_lists(problem, parent, owner)
    return groups(parent)


def _join_neighbours(problem: Problem, parent: dict[int, int], owner: dict[str, int]) -> None:
    """Join constraints whose cells stand beside each other on one sheet (an exchange breaks both)."""
    places: dict[tuple[str, int, int], str] = {}
    for name in owner:
        cell = problem.by_key[name]
        if cell.sheet and not cell.fixed:
            places[cell.sheet, cell.row, cell.column] = name
    for (sheet, row, column), name in places.items():
        for step in range(1, LINKED + 1):
            for other in ((sheet, row + step, column), (sheet, row, column + step)):
                if other in places:
                    join(parent, owner[name], owner[places[other]])


def _join_lists(problem: Problem, parent: dict[int, int], owner: dict[str, int]) -> None:
    """Join constraints that take from one list: an error in one record can break all of them."""
    for one in problem.lists:
        counted = [owner[each.cell_code] for each in one.aggregates if each.cell_code in owner]
        for other in counted[1:]:
            join(parent, counted[0], other)


def merge(parts: list[tuple[int, ...]], joined: Iterable[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Components with the given pairs of them (by position) made one."""
    parent = {number: number for number in range(len(parts))}
    for first, second in joined:
        join(parent, first, second)
    return sorted(
        tuple(sorted(constraint for number in group for constraint in parts[number])) for group in groups(parent)
    )


def meeting(problem: Problem, touched: list[set[str]], parts: list[tuple[int, ...]]) -> list[tuple[int, int]]:
    """Pairs of components whose explanations change one cell, cells of one constraint, or of the other's violated
    constraints."""
    reach = [{constraint for name in names for constraint in problem.constraints_of[name]} for names in touched]
    own = [set(part) for part in parts]
    return [
        (first, second)
        for first, second in combinations(range(len(parts)), 2)
        if touched[first] & touched[second]
        or reach[first] & own[second]
        or reach[second] & own[first]
        or reach[first] & reach[second]
    ]


def in_line(problem: Problem, parts: list[tuple[int, ...]]) -> list[tuple[int, int]]:
    """Pairs of components with cells in one row or column of a sheet: one slip may have gone over both."""
    names = [{name for index in part for name, _ in problem.constraints[index].terms} for part in parts]
    places = [
        {
            place
            for cell in (problem.by_key[name] for name in own)
            if cell.sheet and not cell.fixed
            for place in ((cell.sheet, "row", cell.row), (cell.sheet, "column", cell.column))
        }
        for own in names
    ]
    return [pair for pair in combinations(range(len(parts)), 2) if places[pair[0]] & places[pair[1]]]


def of_the_same(problem: Problem, parts: list[tuple[int, ...]]) -> list[tuple[int, int]]:
    """Pairs of components with figures that usually are the same (`alike.py`): one may have been taken over."""
    names = [{name for index in part for name, _ in problem.constraints[index].terms} for part in parts]
    usual = [{key for key, _ in one.terms} for one in problem.usual]
    wholes = [set().union(*(one for one in usual if own & one)) for own in names]
    return [(one, other) for one, other in combinations(range(len(parts)), 2) if wholes[one] & wholes[other]]


def groups(parent: dict[int, int]) -> list[tuple[int, ...]]:
    """The classes of a union-find forest, each sorted, in order."""
    found: dict[int, list[int]] = {}
    for member in sorted(parent):
        found.setdefault(_root(parent, member), []).append(member)
    return sorted(tuple(members) for members in found.values())


def _root(parent: dict[int, int], member: int) -> int:
    while parent[member] != member:
        parent[member] = parent[parent[member]]
        member = parent[member]
    return member


def join(parent: dict[int, int], first: int, second: int) -> None:
    """Put two members of a union-find forest into one class, the smaller root on top."""
    a, b = _root(parent, first), _root(parent, second)
    parent[max(a, b)] = min(a, b)
