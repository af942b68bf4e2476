"""What the search goes through: events, and what they leave of a neighbourhood."""

from __future__ import annotations

from dataclasses import dataclass

from quality.localise.multi_cell_errors import Blame

Change = tuple[int, int]
CARRIED, AMOUNT = "carried", "wrong_amount"
"""The kind of a figure that is wrong because another one is; that of an amount of a record."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event of an explanation: its kind and the cells it changed to their probable true values."""

    kind: str
    changes: tuple[Change, ...]
    blames: tuple[Blame, ...] = ()


Key = tuple[tuple[Change, ...], int, tuple[str, ...]]


@dataclass(slots=True)
class State:
    """Events so far, what they change and cost, and the rules that are broken then."""

    cost: int
    changes: dict[int, int]
    steps: tuple[Step, ...]
    residuals: list[int]
    violated: int
    accepted: int
    events: int = 0

    def key(self) -> Key:
        blamed = tuple(sorted(blame.key for step in self.steps for blame in step.blames))
        return tuple(sorted(self.changes.items())), self.accepted, blamed
