"""What follows from a wrong figure: reckoned from it, taken over from it, the same slip going on beside it.

Belongs here: whether a cell follows from what a state of the search says already, and the price. Does not belong here:
slips that begin something (`single_cell_errors`, `multi_cell_errors`, `record_errors`).
"""

from __future__ import annotations

from collections.abc import Iterable

from quality.localise.neighbourhood import Neighbourhood
from quality.localise.runs import COPIED, Runs
from quality.localise.single_cell_errors import likelihoods
from quality.localise.states import CARRIED, Change, State


class Following:
    """The cells of one neighbourhood that may follow from others."""

    def __init__(self, neighbourhood: Neighbourhood, runs: Runs) -> None:
        self.neighbourhood = neighbourhood
        self.runs = runs

    def reckoned(self, state: State, cell: int, value: int) -> int | None:
        """The price of the figure having been reckoned from a wrong one, or taken over from another form with it.

        An equality held as written, and would again. None where none says so.
        """
        neighbourhood = self.neighbourhood
        step = value - neighbourhood.value[cell]
        possible = state.violated & neighbourhood.satisfied_at_first & ~self._not_reckoned(state)
        prices = [
            self._price_of_following(state, constraint, cell)
            for constraint, factor in neighbourhood.constraints_of[cell]
            if possible >> constraint & 1
            and neighbourhood.equal[constraint]
            and state.residuals[constraint] + factor * step == 0
        ]
        if self.is_taken_over(state, ((cell, value),)):
            prices.append(neighbourhood.taken_over_cost)
        return min(prices, default=None)

    def _price_of_following(self, state: State, constraint: int, cell: int) -> int:
        """What it costs that the figure was taken over from another form, reckoned, or makes up for another part."""
        around = self.neighbourhood
        if len(around.terms[constraint]) == 2:
            return around.taken_over_cost
        total = around.total_of(constraint)
        makes_up = total is not None and total != cell and total not in state.changes
        return around.made_up_for_cost if makes_up else around.carried_cost

    def goes_on(self, state: State, cell: int, value: int) -> str:
        """The slip of the state that goes on in the cell; empty where none does."""
        one = self.neighbourhood.cells[cell]
        there = {
            step.kind
            for step in state.steps
            if len(step.changes) == 1 and cell in self.runs.get(step.kind, {}).get(step.changes[0][0], ())
        }
        here = {kind for kind, chance in likelihoods(one.observed, value, one.previous) if chance == 1.0}
        return min(there & (here | {COPIED}), default="")

    def _not_reckoned(self, state: State) -> int:
        """Rules between a form and lists from which it was not reckoned, as a bit mask.

        An error in a record that mends one line of a form says that this line was not taken from the list; then no
        other was taken from it with its error.
        """
        neighbourhood, found = self.neighbourhood, 0
        for changes in (step.changes for step in state.steps if step.blames):
            links = {link for cell, _ in changes for link, _ in neighbourhood.constraints_of[cell]}
            if any(neighbourhood.violated >> link & 1 and neighbourhood.equal[link] for link in links):
                found |= sum(1 << link for link in links)
        return found

    def is_taken_over(self, state: State, changes: Iterable[Change]) -> bool:
        """True where another figure that counts the same people was the same and is to become the same.

        Forms are not filled in from lists: an error that began in a record goes on nowhere.
        """
        value, ((cell, true), *others) = self.neighbourhood.value, changes
        if others or cell not in self.neighbourhood.alike:
            return False
        begun = {change for step in state.steps if not step.blames or step.kind == CARRIED for change in step.changes}
        return any((other, true) in begun and value[other] == value[cell] for other in self.neighbourhood.alike[cell])
