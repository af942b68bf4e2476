"""Best-first search over edit operations (after Scholtus' generalised Fellegi-Holt paradigm, 2016).

A state is a set of changes. Its cost is the sum of -log P(kind), -log P(observed | true, kind) and the gain in prior
probability. The next edit to repair is the violated one with the fewest cells still free; a state without violated
edits is an explanation. The bound adds, over disjoint violated edits, the cheapest change of each. The search
stops a few log units past the best explanation, or after a bounded number of states.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

from quality.localise.board import Board
from quality.localise.moves import Move, repairing_moves
from quality.localise.weights import UNIT

Change = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Effort:
    """How far to search: log units past the best explanation, states to expand, events in one explanation;
    whether cells that break no edit are compared with their history."""

    window: float = 5.0
    max_states: int = 300
    max_steps: int = 4
    history: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One event of an explanation: its kind and the cells it changed to their probable true values."""

    kind: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Changes after which no hard edit is violated; cost in micro log units; accepted soft edits as a bit mask."""

    cost: int
    steps: tuple[Step, ...]
    accepted: int


@dataclass(slots=True)
class _State:
    cost: int
    changes: dict[int, int]
    steps: tuple[Step, ...]
    residuals: list[int]
    violated: int
    accepted: int

    def key(self) -> tuple[tuple[Change, ...], int]:
        return tuple(sorted(self.changes.items())), self.accepted


class Search:
    """One run over one board."""

    def __init__(self, board: Board, effort: Effort) -> None:
        self.board = board
        self.effort = effort
        self.moves_of: dict[int, list[Move]] = {}
        for move in repairing_moves(board):
            for edit in {edit for cell, _ in move.changes for edit, _ in board.edits_of[cell]}:
                self.moves_of.setdefault(edit, []).append(move)
        self.jumps: dict[int, list[int]] = {}
        self.floor: dict[int, int] = {}
        self.masks = [sum(1 << cell for cell, _ in terms) for terms in board.terms]

    def run(self) -> tuple[list[Explanation], bool]:
        """(explanations, cheapest first; True where the bounded effort was spent before the search was complete)."""
        start = _State(0, {}, (), list(self.board.residuals), self.board.violated, 0)
        queue: list[tuple[int, tuple[tuple[Change, ...], int], _State]] = [(self._bound(start), start.key(), start)]
        seen: dict[tuple[tuple[Change, ...], int], int] = {start.key(): 0}
        found: list[Explanation] = []
        limit: int | None = None
        expanded = 0
        while queue:
            bound, key, state = heapq.heappop(queue)
            if limit is not None and bound > limit:
                break
            if state.cost > seen[key]:
                continue
            if not state.violated:
                found.append(Explanation(state.cost, state.steps, state.accepted))
                best = min(one.cost for one in found)
                limit = best + round(self.effort.window * UNIT)
                continue
            if expanded >= self.effort.max_states:
                return _ranked(found), True
            expanded += 1
            for child in self._children(state):
                child_key = child.key()
                if child.cost < seen.get(child_key, child.cost + 1):
                    seen[child_key] = child.cost
                    child_bound = child.cost + self._bound(child)
                    if limit is None or child_bound <= limit:
                        heapq.heappush(queue, (child_bound, child_key, child))
        return _ranked(found), False

    def _children(self, state: _State) -> Iterator[_State]:
        edit = self._branch_on(state)
        board = self.board
        price = board.accept_cost[edit]
        if price is not None:
            violated, accepted = state.violated & ~(1 << edit), state.accepted | 1 << edit
            yield _State(state.cost + price, state.changes, state.steps, state.residuals, violated, accepted)
        if len(state.steps) >= self.effort.max_steps:
            return
        for cell, factor in board.terms[edit]:
            if board.free[cell] and cell not in state.changes:
                for value in self._values(state, edit, cell, factor):
                    cost, kind = board.change(cell, value)
                    yield self._apply(state, Step(kind, ((cell, value),)), cost)
        for move in self.moves_of.get(edit, ()):
            if not any(cell in state.changes for cell, _ in move.changes):
                yield self._apply(state, Step(move.kind, move.changes), move.cost)

    def _branch_on(self, state: _State) -> int:
        """The violated edit with the fewest free cells; soft edits last, then by order."""
        best, edit, mask = None, -1, state.violated
        while mask:
            low = mask & -mask
            mask ^= low
            candidate = low.bit_length() - 1
            free = sum(
                1 for cell, _ in self.board.terms[candidate] if self.board.free[cell] and cell not in state.changes
            )
            rank = (self.board.accept_cost[candidate] is not None, free, candidate)
            if best is None or rank < best:
                best, edit = rank, candidate
        return edit

    def _values(self, state: _State, edit: int, cell: int, factor: int) -> set[int]:
        """True figures worth trying for one cell of a violated edit."""
        board, now = self.board, self.board.value[cell]
        values: set[int] = set()
        for other, coefficient in board.edits_of[cell]:
            if state.violated >> other & 1 and board.equal[other]:
                residual = state.residuals[other]
                if residual % coefficient == 0:
                    values.add(now - residual // coefficient)
        if board.equal[edit]:
            if cell not in self.jumps:
                self.jumps[cell] = board.jumps(cell)
            values.update(self.jumps[cell])
        else:
            values.update(self._inside(state, edit, cell, factor))
        values.discard(now)
        if now >= 0 and board.cells[cell].nature != "signed":
            values = {value for value in values if value >= 0}
        return values

    def _inside(self, state: _State, edit: int, cell: int, factor: int) -> list[int]:
        """For an inequality: the two most probable figures that satisfy it, and the nearest one."""
        board = self.board
        excess = state.residuals[edit] - board.tolerance[edit]
        now = board.value[cell]
        nearest = now - (-(-excess // factor) if factor > 0 else -(-excess // -factor) * -1)
        fits = [value for value in board.plausible(cell) if factor * (value - now) <= -excess]
        return [nearest, *fits[:2]]

    def _apply(self, state: _State, step: Step, cost: int) -> _State:
        board = self.board
        residuals, violated = list(state.residuals), state.violated
        changes = dict(state.changes)
        for cell, value in step.changes:
            delta = value - board.value[cell]
            changes[cell] = value
            for edit, factor in board.edits_of[cell]:
                residuals[edit] += factor * delta
                if board.breaks(edit, residuals[edit]) and not state.accepted >> edit & 1:
                    violated |= 1 << edit
                else:
                    violated &= ~(1 << edit)
        return _State(state.cost + cost, changes, (*state.steps, step), residuals, violated, state.accepted)

    def _bound(self, state: _State) -> int:
        """Over greedily chosen disjoint violated edits, the cheapest change of each."""
        mask, used, total = state.violated, 0, 0
        while mask:
            low = mask & -mask
            mask ^= low
            edit = low.bit_length() - 1
            if self.masks[edit] & used:
                continue
            used |= self.masks[edit]
            total += self._floor(edit)
        return total

    def _floor(self, edit: int) -> int:
        """No single change or share of a move in this edit costs less; never below zero."""
        known = self.floor.get(edit)
        if known is None:
            board = self.board
            cheapest = min(board.costs.values())
            singles = [cheapest - board.relief(cell) for cell, _ in board.terms[edit] if board.free[cell]]
            shares = [move.cost // len(move.changes) for move in self.moves_of.get(edit, ())]
            known = max(0, min([*singles, *shares], default=0))
            price = board.accept_cost[edit]
            if price is not None:
                known = min(known, price)
            self.floor[edit] = known
        return known


def _ranked(found: list[Explanation]) -> list[Explanation]:
    return sorted(found, key=lambda one: (one.cost, len(one.steps), one.steps and one.steps[0].changes, str(one.steps)))
