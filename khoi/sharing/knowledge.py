"""What an attacker knows: every published figure, the rules of the forms, what was shared before; and what is secret.

An unknown is one cell of some organizations of a committee in a period; what was corrected between two shares is a new
unknown, what was not stays the same one. Everything known is a row over the unknowns, written as what a
deviation from the truth must keep: ``row * deviation = 0`` or ``<= slack``. So the truth itself is always possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from khoi.sharing.layer import SAME, Figure, Group, Layer

if TYPE_CHECKING:
    from quality.localise.problem import Constraint

Row = tuple[tuple[int, float], ...]
"""Coefficients by the number of the unknown, in that order."""
Rules = Callable[[str, frozenset[str], frozenset[str]], Iterable["Constraint"]]
"""Of a period, the cells of a group and those of the period before: the rules that hold."""
PREVIOUS = "prev."


@dataclass
class Knowledge:
    """Rows over the unknowns. ``figures`` are of the layer that is to be shared, in its order; its secrets and those
    of earlier shares are rows whose value is above 0 and below the threshold."""

    values: list[float] = field(default_factory=list)
    signed: set[int] = field(default_factory=set)
    equal: set[Row] = field(default_factory=set)
    at_most: dict[Row, float] = field(default_factory=dict)
    figures: list[Row] = field(default_factory=list)
    secrets: dict[Row, None] = field(default_factory=dict)
    masked_before: set[Row] = field(default_factory=set)
    numbers: dict[tuple[str, str, str, float], int] = field(default_factory=dict)

    def value(self, row: Row) -> float:
        """What ``row`` comes to in truth."""
        return sum(factor * self.values[number] for number, factor in row)

    def number(self, group: Group, cell: str, value: float) -> int:
        """The unknown of a cell, a new one where it is not known yet.

        Where two groups of one place and period agree in a cell, an attacker is given that they do: who knows which
        organizations moved, and that they had nothing of it, knows it anyway.
        """
        key = (group.area, group.period, cell, round(value, 4))
        if key not in self.numbers:
            self.numbers[key] = len(self.values)
            self.values.append(value)
            if value < 0:
                self.signed.add(self.numbers[key])
        return self.numbers[key]


@dataclass(frozen=True)
class Earlier:
    """What was shared before: its layer and the keys of the figures that were masked."""

    layer: Layer
    masked: frozenset[tuple[str, ...]]


def known(layer: Layer, earlier: Sequence[Earlier], rules: Rules, below: float) -> Knowledge:
    """What is known of ``layer`` and of ``earlier`` ones."""
    found = Knowledge()
    found.figures = _figures(found, layer, below)
    _add(found, layer, list(layer.cells), rules, below)
    for one in earlier:
        changed = {group.area for group, cells in one.layer.cells.items() if layer.cells.get(group) != cells}
        rows = _figures(found, one.layer, below)
        for figure, row in zip(one.layer.figures, rows, strict=True):
            if figure.key in one.masked:
                found.masked_before.add(row)
            else:
                found.equal.add(row)
        _add(found, one.layer, [group for group in one.layer.cells if group.area in changed], rules, below)
    return found


def _figures(found: Knowledge, layer: Layer, below: float) -> list[Row]:
    """The rows of the figures of ``layer``, in their order; small counts among them become secrets."""
    rows = [_figure_row(found, layer, figure) for figure in layer.figures]
    counts = _counts(layer)
    for figure, row in zip(layer.figures, rows, strict=True):
        if figure.measure in counts and SAME < figure.value < below - SAME:
            found.secrets[row] = None
        if figure.counted is not None and abs(figure.value - figure.counted) < SAME:
            # The coverage beside the figure says the same: masking the figure would hide nothing.
            found.equal.add(row)
    return rows


def _counts(layer: Layer) -> set[str]:
    """The measures that count something: they only add up. A balance or an amount of money is no small count."""
    return {measure for measure, terms in layer.terms.items() if all(factor == 1 for _, factor in terms)}


def _add(found: Knowledge, layer: Layer, groups: list[Group], rules: Rules, below: float) -> None:
    for group in groups:
        _add_rules(found, layer, group, rules)
    _add_perimeters(found, layer, groups, below)


def _figure_row(found: Knowledge, layer: Layer, figure: Figure) -> Row:
    """The row of a figure; one unknown of its own where its cells do not add up to it (some are not declared)."""
    terms = [(group, *term) for group in figure.groups for term in layer.terms.get(figure.measure, ())]
    inside = [(group, cell, factor) for group, cell, factor in terms if cell in layer.cells.get(group, {})]
    if abs(sum(factor * layer.cells[group][cell] for group, cell, factor in inside) - figure.value) < SAME:
        return _row(found, layer, inside)
    own = Group(f"{figure.kind} {figure.area}", figure.period)
    return ((found.number(own, figure.measure, figure.value), 1.0),)


def _row(found: Knowledge, layer: Layer, terms: Iterable[tuple[Group, str, float]]) -> Row:
    total: dict[int, float] = {}
    for group, cell, factor in terms:
        number = found.number(group, cell, layer.cells[group][cell])
        total[number] = total.get(number, 0.0) + factor
    return tuple(sorted((number, factor) for number, factor in total.items() if factor))


def _add_rules(found: Knowledge, layer: Layer, group: Group, rules: Rules) -> None:
    """The rules over the cells of ``group``: what holds in every workbook holds in their sum.

    Where it does not (a workbook left a cell empty), nobody can rely on it, and it is left out; so is what compares
    with a fixed number, which stands for one workbook.
    """
    for before in _before(layer, group):
        earlier = frozenset(layer.cells[before]) if before else frozenset()
        for rule in rules(group.period, frozenset(layer.cells[group]), earlier):
            terms = [_term(name, factor, group, before) for name, factor in rule.terms]
            row = _row(found, layer, [term for term in terms if term[1] in layer.cells[term[0]]])
            if row and not rule.constant:
                _add_rule(found, row, rule.operator)


def _term(name: str, factor: float, group: Group, before: Group | None) -> tuple[Group, str, float]:
    if before and name.startswith(PREVIOUS):
        return before, name.removeprefix(PREVIOUS), factor
    return group, name, factor


def _add_rule(found: Knowledge, row: Row, operator: str) -> None:
    value = found.value(row)
    if operator == "=" and abs(value) < SAME:
        found.equal.add(row)
    elif operator == "<=" and value < SAME:
        found.at_most[row] = max(0.0, -value)
    elif operator == ">=" and value > -SAME:
        found.at_most[tuple((number, -factor) for number, factor in row)] = max(0.0, value)


def _before(layer: Layer, group: Group) -> list[Group | None]:
    """The groups of the period before, None where there is none. Which are the same organizations the rules show: only
    then they hold."""
    before = layer.before.get((group.area, group.period))
    return [one for one in layer.cells if (one.area, one.period) == (group.area, before)] or [None]


def _add_perimeters(found: Knowledge, layer: Layer, groups: list[Group], below: float) -> None:
    """Comparable organizations are a part of those that reported: the rest has no figure below 0, and its small ones
    are secrets, since a difference of two published figures shows them."""
    by_place: dict[tuple[str, str], list[Group]] = {}
    for group in groups:
        by_place.setdefault((group.area, group.period), []).append(group)
    counts = sorted(_counts(layer))
    for inside in by_place.values():
        for part, whole in _nested(inside, layer.cells):
            for cell in layer.cells[part]:
                row = _row(found, layer, [(part, cell, 1.0), (whole, cell, -1.0)])
                found.at_most[row] = max(0.0, -found.value(row))
            for measure in counts:
                cells = [cell for cell, _ in layer.terms[measure] if cell in layer.cells[part]]
                difference = [(group, cell, sign) for group, sign in ((whole, 1.0), (part, -1.0)) for cell in cells]
                row = _row(found, layer, difference)
                if SAME < found.value(row) < below - SAME:
                    found.secrets[row] = None


def _nested(groups: list[Group], cells: Mapping[Group, Mapping[str, float]]) -> Iterator[tuple[Group, Group]]:
    """Every pair of a part and a whole, by their cells."""
    for part in groups:
        for whole in groups:
            if part is not whole and part.compared_with and _within(cells[part], cells[whole]):
                yield part, whole


def _within(part: Mapping[str, float], whole: Mapping[str, float]) -> bool:
    return all(cell in whole and value <= whole[cell] + SAME for cell, value in part.items())
