"""Best-first search over error mechanisms (after Scholtus' generalised Fellegi-Holt paradigm, 2016).

A state is a set of changes. Its cost is the sum of -log P(kind), -log P(observed | true, kind) and the gain in prior
probability. The next constraint to repair is the violated one with the fewest cells still free; a state without
violated constraints is an explanation. The bound adds, over disjoint violated constraints, the cheapest change of
each. The search stops a few log units past the best explanation, or after a bounded number of states.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from quality.localise.following import Following
from quality.localise.lists import RecordList
from quality.localise.multi_cell_errors import MultiCellError, repairing_errors
from quality.localise.neighbourhood import Neighbourhood
from quality.localise.record_errors import record_errors
from quality.localise.runs import runs
from quality.localise.states import AMOUNT, CARRIED, Key, State, Step
from quality.localise.weights import UNIT

LEFT_BROKEN = 12 * UNIT
"""What a rule costs that an explanation of a part leaves as it is."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How far to search: log units past the best explanation, states to expand, events in one explanation; whether
    cells that break no constraint are compared with their history."""

    window: float = 5.0
    max_states: int = 1000
    max_steps: int = 5
    history: bool = True


@dataclass(frozen=True, slots=True)
class Explanation:
    """Changes and what they leave broken: ``accepted``, a bit mask of soft constraints, and of hard ones where not all
    could be explained (`Search.partly`)."""

    cost: int
    steps: tuple[Step, ...]
    accepted: int


_Queued = tuple[int, Key, State]


class Search:
    """One run over one neighbourhood."""

    def __init__(self, neighbourhood: Neighbourhood, effort: Effort, lists: Iterable[RecordList] = ()) -> None:
        self.neighbourhood = neighbourhood
        self.effort = effort
        self.errors_of: dict[int, list[MultiCellError]] = {}
        for error in [*repairing_errors(neighbourhood), *record_errors(neighbourhood, lists)]:
            for constraint in {
                constraint for cell, _ in error.changes for constraint, _ in neighbourhood.constraints_of[cell]
            }:
                self.errors_of.setdefault(constraint, []).append(error)
        self.cost_of = {
            Step(error.kind, error.changes, error.blames): error.cost
            for errors in self.errors_of.values()
            for error in errors
        }
        self.following = Following(neighbourhood, runs(neighbourhood))
        self.expanded = 0
        self.hypotheses = 0
        self.jumps: dict[int, list[int]] = {}
        self.floor: dict[int, int] = {}
        self.masks = [sum(1 << cell for cell, _ in terms) for terms in neighbourhood.terms]

    def run(self) -> tuple[list[Explanation], bool]:
        """(explanations, cheapest first; True where the bounded effort was spent before the search was complete)."""
        start = self._start()
        queue: list[_Queued] = [(self._bound(start), start.key(), start)]
        seen: dict[Key, int] = {start.key(): 0}
        found: list[Explanation] = []
        limit: int | None = None
        while queue:
            bound, key, state = heapq.heappop(queue)
            if limit is not None and bound > limit:
                break
            if state.cost > seen[key]:
                continue
            if not state.violated:
                lean = self._lean(state)
                if lean is None:
                    found.append(Explanation(state.cost, state.steps, state.accepted))
                    limit = min(one.cost for one in found) + round(self.effort.window * UNIT)
                else:
                    self._offer(lean, queue, seen, limit)
                continue
            if self.expanded >= self.effort.max_states:
                return _ranked(found), True
            self.expanded += 1
            for child in self._children(state):
                self.hypotheses += 1
                self._offer(child, queue, seen, limit)
        return _ranked(found), False

    def _start(self) -> State:
        around = self.neighbourhood
        return State(0, {}, (), list(around.residuals), around.violated | around.unusual, 0)

    def _offer(self, state: State, queue: list[_Queued], seen: dict[Key, int], limit: int | None) -> None:
        """Let the search come to the state, unless it is known cheaper or lies beyond the limit."""
        key = state.key()
        if state.cost < seen.get(key, state.cost + 1):
            seen[key] = state.cost
            bound = state.cost + self._bound(state)
            if limit is None or bound <= limit:
                heapq.heappush(queue, (bound, key, state))

    def _lean(self, state: State) -> State | None:
        """The explanation without an event that it does not need, where that is cheaper.

        The search begins with the rule that leaves least to choose: what it changed there may be right after all.
        """
        for step in state.steps:
            if not self._is_needed(state, step):
                lean = self._again(tuple(one for one in state.steps if one is not step), state.accepted)
                if not lean.violated and lean.cost < state.cost:
                    return lean
        return None

    def _is_needed(self, state: State, step: Step) -> bool:
        """True where a rule is broken once the step is taken back."""
        around = self.neighbourhood
        residuals = dict(enumerate(state.residuals))
        for cell, value in step.changes:
            for constraint, factor in around.constraints_of[cell]:
                residuals[constraint] -= factor * (value - around.value[cell])
        return any(around.breaks(*one) and not state.accepted >> one[0] & 1 for one in residuals.items())

    def _again(self, steps: Iterable[Step], accepted: int) -> State:
        """The state that the events lead to, one after the other, each at what it costs there."""
        neighbourhood = self.neighbourhood
        price = sum(cost or 0 for one, cost in enumerate(neighbourhood.accept_cost) if accepted >> one & 1)
        violated = (neighbourhood.violated | neighbourhood.unusual) & ~accepted
        state = State(price, {}, (), list(neighbourhood.residuals), violated, accepted)
        for step in steps:
            if step in self.cost_of:
                state = self._apply(state, step, self.cost_of[step])
            elif step.blames:
                state = self._of_amount(state, step)
            else:
                ((cell, value),) = step.changes
                cost, kind, follows = self._single(state, cell, value)
                state = self._apply(state, Step(kind, step.changes), cost, follows)
        return state

    def partly(self) -> list[Explanation]:
        """What explains a part of the violated constraints and leaves the others broken, cheapest first.

        For contradictions that have no explanation as a whole. Every state reached is one: the search goes on from the
        one that would cost least if nothing more were explained, so that it ends with something however much is wrong.
        """
        start = self._start()
        queue: list[_Queued] = [(self._stopped(start), start.key(), start)]
        seen: dict[Key, int] = {start.key(): 0}
        found: list[Explanation] = []
        expanded = 0
        while queue and expanded <= self.effort.max_states:
            cost, key, state = heapq.heappop(queue)
            if state.cost > seen[key]:
                continue
            expanded += 1
            left = self._broken(state)
            at_first = self.neighbourhood.satisfied_at_first & ~self.neighbourhood.likely
            if not left & at_first:  # Who follows a proposal is not to break another rule.
                found.append(Explanation(cost, state.steps, left))
            for child in self._children(state, LEFT_BROKEN) if state.violated else ():
                child_key = child.key()
                if child.cost < seen.get(child_key, child.cost + 1):
                    seen[child_key] = child.cost
                    heapq.heappush(queue, (self._stopped(child), child_key, child))
        ranked = _ranked(found)
        return [one for one in ranked if one.cost <= ranked[0].cost + round(self.effort.window * UNIT)]

    def _stopped(self, state: State) -> int:
        """What the state costs as an explanation that leaves broken what still is."""
        rules = state.violated & ~self.neighbourhood.likely
        unlike = state.violated & self.neighbourhood.likely
        prices = sum(cost or 0 for one, cost in enumerate(self.neighbourhood.accept_cost) if unlike >> one & 1)
        return state.cost + LEFT_BROKEN * rules.bit_count() + prices

    def _broken(self, state: State) -> int:
        """What the state leaves broken, as a bit mask."""
        left = state.accepted | state.violated
        return sum(
            1 << constraint
            for constraint, residual in enumerate(state.residuals)
            if left >> constraint & 1 and self.neighbourhood.breaks(constraint, residual)
        )

    def _children(self, state: State, leaving: int | None = None) -> Iterator[State]:
        """The next events, and the constraint left as it is: a soft one at its price, a hard one at ``leaving``."""
        constraint = self._branch_on(state)
        price = self.neighbourhood.accept_cost[constraint]
        if price is None and not self.neighbourhood.satisfied_at_first >> constraint & 1:
            price = leaving
        if price is not None:
            violated, accepted = state.violated & ~(1 << constraint), state.accepted | 1 << constraint
            yield State(
                state.cost + price, state.changes, state.steps, state.residuals, violated, accepted, state.events
            )
        if leaving is not None or state.events < self.effort.max_steps:
            yield from self._events(state, constraint)

    def _events(self, state: State, constraint: int) -> Iterator[State]:
        """The state with one event more that changes a cell of the constraint."""
        neighbourhood = self.neighbourhood
        for cell, factor in neighbourhood.terms[constraint]:
            if neighbourhood.free[cell] and cell not in state.changes:
                for value in self._values(state, constraint, cell, factor):
                    cost, kind, follows = self._single(state, cell, value)
                    yield self._apply(state, Step(kind, ((cell, value),)), cost, follows)
        blamed = {blame.key for step in state.steps for blame in step.blames}
        for error in self.errors_of.get(constraint, ()):
            if error.blames:
                possible = blamed.isdisjoint(blame.key for blame in error.blames)
            else:
                possible = not any(cell in state.changes for cell, _ in error.changes)
            if possible:
                yield self._apply(state, Step(error.kind, error.changes, error.blames), error.cost)
                if error.kind == AMOUNT and self.following.is_taken_over(state, error.changes):
                    yield self._of_amount(state, Step(CARRIED, error.changes, error.blames))

    def _of_amount(self, state: State, step: Step) -> State:
        """The state with an amount of a record that was taken over from a wrong figure, if that is still so."""
        if not self.following.is_taken_over(state, step.changes):
            wrong = Step(AMOUNT, step.changes, step.blames)
            return self._apply(state, wrong, self.cost_of[wrong])
        ((cell, value),) = step.changes
        neighbourhood = self.neighbourhood
        price = neighbourhood.follows(cell, value, neighbourhood.taken_over_cost)
        return self._apply(state, step, price, follows=True)

    def _single(self, state: State, cell: int, value: int) -> tuple[int, str, bool]:
        """(cost, kind, True where it follows from an event of the state) of a cell that should be ``value``."""
        neighbourhood = self.neighbourhood
        found = [(*neighbourhood.change(cell, value), False)]
        price = self.following.reckoned(state, cell, value)
        if price is not None:
            found.append((neighbourhood.follows(cell, value, price), CARRIED, True))
        slip = self.following.goes_on(state, cell, value)
        if slip:
            found.append((neighbourhood.follows(cell, value, neighbourhood.goes_on_cost), slip, True))
        return min(found, key=lambda one: one[0])

    def _branch_on(self, state: State) -> int:
        """The violated constraint with the fewest free cells; soft constraints last, then by order."""
        best, constraint, mask = None, -1, state.violated
        while mask:
            low = mask & -mask
            mask ^= low
            candidate = low.bit_length() - 1
            free = sum(
                1
                for cell, _ in self.neighbourhood.terms[candidate]
                if self.neighbourhood.free[cell] and cell not in state.changes
            )
            rank = (self.neighbourhood.accept_cost[candidate] is not None, free, candidate)
            if best is None or rank < best:
                best, constraint = rank, candidate
        return constraint

    def _values(self, state: State, constraint: int, cell: int, factor: int) -> set[int]:
        """True figures worth trying for one cell of a violated constraint."""
        neighbourhood, now = self.neighbourhood, self.neighbourhood.value[cell]
        values: set[int] = set()
        for other, coefficient in neighbourhood.constraints_of[cell]:
            if state.violated >> other & 1 and neighbourhood.equal[other]:
                residual = state.residuals[other]
                if residual % coefficient == 0:
                    values.add(now - residual // coefficient)
        if neighbourhood.equal[constraint]:
            if cell not in self.jumps:
                self.jumps[cell] = neighbourhood.jumps(cell)
            values.update(self.jumps[cell])
        else:
            values.update(self._inside(state, constraint, cell, factor))
        values.discard(now)
        if now >= 0 and neighbourhood.cells[cell].nature != "signed":
            values = {value for value in values if value >= 0}
        return values

    def _inside(self, state: State, constraint: int, cell: int, factor: int) -> list[int]:
        """For an inequality: the two most probable figures that satisfy it, the nearest one, and what others are."""
        neighbourhood = self.neighbourhood
        excess = state.residuals[constraint] - neighbourhood.tolerance[constraint]
        now = neighbourhood.value[cell]
        nearest = now - (-(-excess // factor) if factor > 0 else -(-excess // -factor) * -1)
        others = {neighbourhood.value[other] for other in neighbourhood.alike.get(cell, ())}
        told = (neighbourhood.plausible(cell), others)
        fits, usual = ([value for value in one if factor * (value - now) <= -excess] for one in told)
        return [nearest, *fits[:2], *usual]

    def _apply(self, state: State, step: Step, cost: int, follows: bool = False) -> State:
        neighbourhood = self.neighbourhood
        residuals, violated = list(state.residuals), state.violated
        changes = dict(state.changes)
        for cell, value in step.changes:
            delta = value - neighbourhood.value[cell]
            # Two errors in one list add up in its sums; a figure that somebody wrote is changed once.
            changes[cell] = changes.get(cell, neighbourhood.value[cell]) + delta
            for constraint, factor in neighbourhood.constraints_of[cell]:
                residuals[constraint] += factor * delta
                if neighbourhood.breaks(constraint, residuals[constraint]) and not state.accepted >> constraint & 1:
                    violated |= 1 << constraint
                else:
                    violated &= ~(1 << constraint)
        events = state.events + (not follows)
        return State(state.cost + cost, changes, (*state.steps, step), residuals, violated, state.accepted, events)

    def _bound(self, state: State) -> int:
        """Over greedily chosen disjoint violated constraints, the cheapest change of each."""
        mask, used, total = state.violated, 0, 0
        while mask:
            low = mask & -mask
            mask ^= low
            constraint = low.bit_length() - 1
            if self.masks[constraint] & used:
                continue
            used |= self.masks[constraint]
            total += self._floor(constraint)
        return total

    def _floor(self, constraint: int) -> int:
        """No single change or share of a error in this constraint costs less; never below zero."""
        known = self.floor.get(constraint)
        if known is None:
            neighbourhood = self.neighbourhood
            follows = (neighbourhood.carried_cost, neighbourhood.goes_on_cost, neighbourhood.taken_over_cost)
            cheapest = min(*follows, *neighbourhood.costs.values())
            singles = [
                cheapest - neighbourhood.relief(cell)
                for cell, _ in neighbourhood.terms[constraint]
                if neighbourhood.free[cell]
            ]
            shares = [
                min(error.cost, neighbourhood.taken_over_cost - neighbourhood.relief(error.changes[0][0]))
                if error.kind == AMOUNT
                else error.cost // len(error.changes)
                for error in self.errors_of.get(constraint, ())
            ]
            known = max(0, min([*singles, *shares], default=0))
            price = neighbourhood.accept_cost[constraint]
            if price is not None:
                known = min(known, price)
            self.floor[constraint] = known
        return known


def _ranked(found: list[Explanation]) -> list[Explanation]:
    return sorted(found, key=lambda one: (one.cost, len(one.steps), one.steps and one.steps[0].changes, str(one.steps)))
