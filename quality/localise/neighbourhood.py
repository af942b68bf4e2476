"""A problem compiled for searching: one neighbourhood as plain lists of integers.

The neighbourhood of a set of violated constraints: their cells, the constraints over these cells, and so on for a few
hops. A cell all of whose constraints are inside may change; a cell at the rim may not, because what it would break
could not be seen. The other cells of the sheets that the violated constraints are about belong to it with all that
they would break, also those that no constraint names: they do not change by themselves, but what goes along a line or
exchanges its cells leaves none out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from quality.localise.prior import prior_cost
from quality.localise.problem import Cell, Constraint, Problem
from quality.localise.single_cell_errors import explain, inverses
from quality.localise.weights import UNIT, Weights

HOPS = 3
JUMPS_KEPT = 4
JUMP_GAIN = 2 * UNIT
NEVER = (1_000 * UNIT, "any")
"""What has not happened costs more than anything."""


class Neighbourhood:
    """Cells and constraints by index, residuals at the observed values, and the cost of changes."""

    def __init__(
        self,
        problem: Problem,
        seeds: Iterable[int],
        weights: Weights,
        ignored: frozenset[int],
        usual: Iterable[Constraint] = (),
    ) -> None:
        """``seeds`` are the constraints to start from; ``ignored`` are violated constraints that others explain.

        ``usual``: equalities of the problem that hold as a rule; they are known where all their cells are.
        """
        self.weights = weights
        self.costs = {name: weights.kind_cost(name) for name in weights.kinds}
        self.shape_costs = {name: weights.share_cost(name) for name in weights.kinds}
        constraints, open_cells, in_line, rim = _neighbourhood(problem, tuple(seeds), ignored)
        self.cells: list[Cell] = [problem.by_key[name] for name in sorted(open_cells | in_line | rim)]
        index = {cell.key: number for number, cell in enumerate(self.cells)}
        self.lines_by_way = [
            (way, line) for way, keys in problem.lines if len(line := [index[key] for key in keys if key in index]) > 1
        ]
        self.beside = [problem.beside[cell.key] for cell in self.cells]
        self.value = [cell.observed or 0 for cell in self.cells]
        self.free = [cell.key in open_cells and not cell.fixed for cell in self.cells]
        self.movable = [free or cell.key in in_line for free, cell in zip(self.free, self.cells, strict=True)]
        known = [one for one in usual if all(name in index for name, _ in one.terms)]
        rules = [*(problem.constraints[one] for one in constraints), *known]
        self._rules(problem, rules, index)
        broken = [number for number, residual in enumerate(self.residuals) if self.breaks(number, residual)]
        self._usually(len(constraints), broken)
        self.apart = self._apart(broken)
        self._prices_of_following()
        self.form_of_list = self._form_of_list()
        self._prior: dict[tuple[int, int], int] = {}
        self._change: dict[tuple[int, int], tuple[int, str]] = {}

    def _rules(self, problem: Problem, rules: list[Constraint], index: dict[str, int]) -> None:
        """The rules by number, with what is left over of each at the observed values."""
        self.constraint_keys = [one.key for one in rules]
        self.terms = [[(index[name], factor) for name, factor in one.terms] for one in rules]
        self.equal = [one.operator == "=" for one in rules]
        self.tolerance = [one.tolerance for one in rules]
        self.accept_cost = [None if one.weight is None else round(one.weight * UNIT) for one in rules]
        self.residuals = [problem.residual(one) for one in rules]
        self.constraints_of: list[list[tuple[int, int]]] = [[] for _ in self.cells]
        for number, terms in enumerate(self.terms):
            for cell, factor in terms:
                self.constraints_of[cell].append((number, factor))

    def _prices_of_following(self) -> None:
        self.carried_cost = round(-math.log(self.weights.rated_kinds["carried"].rate) * UNIT)
        self.made_up_for_cost = round(-math.log(self.weights.made_up_for) * UNIT)
        self.taken_over_cost = round(-math.log(self.weights.taken_over) * UNIT)
        self.goes_on_cost = round(-math.log(self.weights.goes_on) * UNIT)

    def _usually(self, first: int, broken: list[int]) -> None:
        """Tell the rules from the equalities that only hold as a rule, which stand behind them from ``first`` on.

        ``violated``: the broken rules, ``unusual``: the broken likenesses, which contradict nothing and cost a
        price that every explanation pays or saves (``paid``). A figure that is what the others were when they were
        wrong is so by chance far more seldom (``same_wrong``).
        """
        at_first = sum(1 << number for number in broken)
        self.likely = -1 << first & (1 << len(self.terms)) - 1
        self.violated, self.unusual = at_first & ~self.likely, at_first & self.likely
        self.satisfied_at_first = ~at_first
        price = self.weights.unlike
        for number in range(first, len(self.terms)):
            differs = self.unusual >> number & 1
            self.accept_cost[number] = round((price if differs else price + self.weights.same_wrong) * UNIT)
        self.paid = price * self.unusual.bit_count()
        self.alike: dict[int, set[int]] = {}
        for terms in self.terms[first:]:
            of_whole = {cell for whole, _ in terms for cell in (whole, *self._twins(whole))}
            for cell in of_whole:
                self.alike.setdefault(cell, set()).update(of_whole)
        for cell, others in list(self.alike.items()):
            self.alike[cell] = set().union(*(self.alike[other] for other in others)) - {cell}

    def _twins(self, cell: int) -> list[int]:
        """The cells that must be what this one is."""
        return [
            other
            for constraint, _ in self.constraints_of[cell]
            if self.equal[constraint] and len(self.terms[constraint]) == 2 and self.accept_cost[constraint] is None
            for other, _ in self.terms[constraint]
            if other != cell
        ]

    def only_alike(self, changes: Iterable[tuple[int, int]]) -> bool:
        """True of figures that no broken rule looks at: they are only what others were that count the same people."""
        return all(
            cell in self.alike and not any(self.violated >> rule & 1 for rule, _ in self.constraints_of[cell])
            for cell, _ in changes
        )

    def asked(self, cell: int) -> set[int]:
        """What broken equalities would have the figure be."""
        return {
            self.value[cell] - self.residuals[constraint] // factor
            for constraint, factor in self.constraints_of[cell]
            if self.violated >> constraint & 1 and self.equal[constraint] and self.residuals[constraint] % factor == 0
        }

    def _apart(self, broken: list[int]) -> int:
        """How many of the broken hard constraints share no cell: no fewer single cells can be wrong."""
        used: set[int] = set()
        count = 0
        for number in sorted(broken, key=lambda one: (len(self.terms[one]), one)):
            cells = {cell for cell, _ in self.terms[number] if self.free[cell]}
            if self.accept_cost[number] is None and used.isdisjoint(cells):
                used |= cells
                count += 1
        return count

    def breaks(self, constraint: int, residual: int) -> bool:
        """True where ``residual`` contradicts the constraint beyond its tolerance."""
        tolerance = self.tolerance[constraint]
        return residual > tolerance or (self.equal[constraint] and residual < -tolerance)

    def repaired(self, changes: Iterable[tuple[str, int]]) -> None:
        """Take the given figures (by key) for the observed ones; cells outside the neighbourhood are skipped."""
        index = {cell.key: number for number, cell in enumerate(self.cells)}
        for key, value in changes:
            cell = index.get(key)
            if cell is None:
                continue
            delta = value - self.value[cell]
            self.value[cell] = value
            for constraint, factor in self.constraints_of[cell]:
                self.residuals[constraint] += factor * delta
                bit = 1 << constraint
                broken = self.breaks(constraint, self.residuals[constraint])
                self.violated = self.violated | bit if broken else self.violated & ~bit

    def prior(self, cell: int, value: int) -> int:
        """-log P(value) of the cell before any rule is looked at, micro log units."""
        known = self._prior.get((cell, value))
        if known is None:
            one = self.cells[cell]
            known = prior_cost(value, one, self.weights.spread[one.nature])
            self._prior[cell, value] = known
        return known

    def gain(self, cell: int, value: int) -> int:
        """How much less probable the figure becomes when the cell is set to ``value`` (negative: more probable)."""
        return self.prior(cell, value) - self.prior(cell, self.value[cell])

    def change(self, cell: int, value: int) -> tuple[int, str]:
        """Cost of the hypothesis that the true figure is ``value``, and the kind of error that explains it best."""
        known = self._change.get((cell, value))
        if known is None:
            one = self.cells[cell]
            cost, kind = min(
                explain(one.observed, value, one.previous, self.costs),
                self._counted_inside(cell, value),
                self._copied_beside(cell),
                self._summed(cell, value),
                self._in_percent(cell, value),
            )
            known = (cost + self.gain(cell, value) + round(one.trust * UNIT), kind)
            self._change[cell, value] = known
        return known

    def _counted_inside(self, cell: int, value: int) -> tuple[int, str]:
        """Cost of the hypothesis that the figure holds a part of the same sum that stands in another cell as well."""
        parts = [self.value[other] for other in self.siblings(cell) if self.value[other]]
        if not value >= 0 or self.value[cell] - value not in parts:
            return NEVER
        ways = len(parts) / parts.count(self.value[cell] - value)
        return self.costs["counted_inside"] + round(math.log(ways) * UNIT), "counted_inside"

    def _copied_beside(self, cell: int) -> tuple[int, str]:
        """Cost of the hypothesis that the figure is that of a cell beside."""
        now, around = self.value[cell], self.beside[cell].values()
        alike = sum(figure == now for figure in around)
        if not now or not alike:
            return NEVER
        return self.costs["copied_beside"] + round(math.log(len(around) / alike) * UNIT), "copied_beside"

    def _summed(self, cell: int, value: int) -> tuple[int, str]:
        """Cost of the hypothesis that the figure is a sum in which one part is missing or counted twice."""
        lost = abs(value - self.value[cell])
        parts = [self.value[other] for other in self._parts(cell) if self.value[other]]
        if not lost or lost not in parts:
            return NEVER
        return self.costs["summed"] + round(math.log(2 * len(parts) / parts.count(lost)) * UNIT), "summed"

    def _in_percent(self, cell: int, value: int) -> tuple[int, str]:
        """Cost of the hypothesis that the figure is the share in percent of what contains it."""
        wholes = self._wholes(cell)
        if not any(round(100 * value / whole) == self.value[cell] for whole in wholes):
            return NEVER
        return self.costs["percent"] + round(math.log(len(wholes)) * UNIT), "percent"

    def _wholes(self, cell: int) -> list[int]:
        """The figures, not zero, that the cell is at most: rules of two figures."""
        return [
            self.value[other]
            for constraint, factor in self.constraints_of[cell]
            if not self.equal[constraint] and factor > 0 and len(self.terms[constraint]) == 2
            for other, coefficient in self.terms[constraint]
            if coefficient == -factor and self.value[other] > 0
        ]

    def totals(self, cell: int) -> set[int]:
        """The totals of the sums that the cell is a part of."""
        found: set[int] = set()
        for constraint, factor in self.constraints_of[cell]:
            others = [other for other, coefficient in self.terms[constraint] if coefficient != factor]
            if self.equal[constraint] and len(others) == 1 and len(self.terms[constraint]) > 2:
                found.update(others)
        return found

    def list_of(self, constraint: int) -> str:
        """The sheet of the list whose records the constraint counts; empty where it counts none."""
        sheets = {self.cells[cell].sheet for cell, _ in self.terms[constraint] if self.cells[cell].fixed}
        return max(sheets, default="")

    def _form_of_list(self) -> dict[str, str]:
        """By sheet of a list the other one that most rules hold it against."""
        held: dict[str, list[str]] = {}
        for constraint, terms in enumerate(self.terms):
            name = self.list_of(constraint)
            if name:
                others = [self.cells[cell].sheet for cell, _ in terms if self.cells[cell].sheet not in ("", name)]
                held.setdefault(name, [""]).extend(sorted(set(others)))
        return {name: max(on, key=lambda sheet: (sheet != "", on.count(sheet))) for name, on in held.items()}

    def total_of(self, constraint: int) -> int | None:
        """The total of the sum that the constraint is; None where it is none."""
        terms = self.terms[constraint]
        for sign in (1, -1):
            alone = [cell for cell, factor in terms if factor * sign > 0]
            if self.equal[constraint] and len(alone) == 1 and len(terms) > 2:
                return alone[0]
        return None

    def _parts(self, cell: int) -> set[int]:
        """The parts of the sums that the cell is the total of."""
        found: set[int] = set()
        for constraint, factor in self.constraints_of[cell]:
            parts = {other for other, coefficient in self.terms[constraint] if coefficient == -factor}
            if self.equal[constraint] and len(self.terms[constraint]) == len(parts) + 1 > 2:
                found |= parts
        return found

    def siblings(self, cell: int) -> set[int]:
        """The other parts of the sums that the cell is a part of; a sum has one term on its other side, the total."""
        found: set[int] = set()
        for constraint, factor in self.constraints_of[cell]:
            parts = {other for other, coefficient in self.terms[constraint] if coefficient == factor}
            if self.equal[constraint] and len(self.terms[constraint]) == len(parts) + 1:
                found |= parts - {cell}
        return found

    def follows(self, cell: int, value: int, price: int) -> int:
        """Cost at ``price`` of the hypothesis that the figure is wrong because another one is."""
        return price + self.gain(cell, value) + round(self.cells[cell].trust * UNIT)

    def relief(self, cell: int) -> int:
        """The most that the prior can gain by changing the cell."""
        one = self.cells[cell]
        centre = one.expected if one.expected is not None else one.previous
        options = {0, int(centre or 0), one.previous or 0}
        return max(0, self.prior(cell, self.value[cell]) - min(self.prior(cell, value) for value in options))

    def jumps(self, cell: int) -> list[int]:
        """Figures to try that need not satisfy a constraint alone: last period's, and plain errors undone where that
        gains much.

        With them several errors inside one constraint are found: all but one take such a figure, the last is solved.
        """
        familiar = self.familiar(cell) - {self.value[cell]}
        undone = set(inverses(self.value[cell])) - familiar - {self.value[cell]}
        likely = [value for value in undone if self.gain(cell, value) <= -JUMP_GAIN]
        likely.sort(key=lambda value: (self.change(cell, value)[0], value))
        return [*sorted(familiar), *likely[:JUMPS_KEPT]]

    def familiar(self, cell: int) -> set[int]:
        """Last period's figure and the expected one."""
        one = self.cells[cell]
        familiar = set() if one.previous is None else {one.previous}
        return familiar if one.expected is None else familiar | {round(one.expected)}

    def plausible(self, cell: int) -> list[int]:
        """Figures to try where an inequality leaves the value open, ranked: plain errors undone, last period, zero."""
        candidates = set(inverses(self.value[cell])) | self.familiar(cell)
        candidates |= {round(self.value[cell] * whole / 100) for whole in self._wholes(cell)}
        candidates.discard(self.value[cell])
        return sorted(candidates, key=lambda value: (self.change(cell, value)[0], value))


def _in_line(problem: Problem, seeds: Iterable[int]) -> set[str]:
    """The cells of the sheets on which the seeds' cells stand: an error that goes along a line leaves none out."""
    sheets = {problem.by_key[name].sheet for one in seeds for name, _ in problem.constraints[one].terms} - {""}
    return {key for _, line in problem.lines for key in line if problem.by_key[key].sheet in sheets}


def _neighbourhood(
    problem: Problem, seeds: tuple[int, ...], ignored: frozenset[int]
) -> tuple[list[int], set[str], set[str], set[str]]:
    """(constraints in order, cells that may change, cells that may with their line, cells at the rim)."""
    constraints = set(seeds)
    open_cells: set[str] = set()
    for _ in range(HOPS):
        open_cells = {name for one in constraints for name, _ in problem.constraints[one].terms}
        # An error in one record of a list can touch every count and sum of it.
        open_cells |= {name for counts in problem.counted for name in counts if not counts.isdisjoint(open_cells)}
        constraints |= {one for name in open_cells for one in problem.constraints_of[name] if one not in ignored}
    in_line = _in_line(problem, seeds)
    constraints |= {one for name in in_line for one in problem.constraints_of[name] if one not in ignored}
    rim = {name for one in constraints for name, _ in problem.constraints[one].terms} - open_cells - in_line
    return sorted(constraints), open_cells, in_line, rim
