"""Which figures to leave out so that no secret can be told to within less than the threshold.

For each secret a linear programme looks for a world that an attacker cannot tell from the true one, in which the secret
is larger by the threshold, and that contradicts as little of what is published as possible: the figures it contradicts
are masked. The world then fits all that stays published, so the secret lies somewhere in a range at least as wide as
the threshold; and it goes on fitting, since masking more only allows more. One programme a secret, so it always ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from khoi.sharing.knowledge import Knowledge, Row

_MOVED = 1e-6
"""A figure that a world changes by less is the same in it."""


@dataclass(frozen=True)
class Masking:
    """``masked``: numbers of figures left out. ``first``: how many of them are small themselves. ``given_back``:
    secrets that what cannot be masked any more (shared before) gives back."""

    masked: frozenset[int]
    first: int
    secrets: int
    given_back: int


def mask(known: Knowledge, weights: Sequence[float], below: float, masked: Iterable[int] = ()) -> Masking:
    """The figures of ``known`` to leave out; those in ``masked`` are left out whatever they are.

    ``weights``: what it costs to leave out each figure; dear ones stay as long as others do.
    """
    first = {number for number, row in enumerate(known.figures) if row in known.secrets}
    left_out = first | set(masked)
    given_back = 0
    for part in _parts(known, weights):
        given_back += part.protect(left_out, below)
    return Masking(frozenset(left_out), len(first), len(known.secrets), given_back)


@dataclass
class _Part:
    """Unknowns that hang together, with the rows over them; ``figure_numbers`` are those of the whole."""

    values: np.ndarray
    signed: np.ndarray
    equal: sparse.csr_matrix
    at_most: sparse.csr_matrix
    slack: np.ndarray
    figures: sparse.csr_matrix
    figure_numbers: np.ndarray
    weights: np.ndarray
    secrets: sparse.csr_matrix

    def protect(self, left_out: set[int], below: float) -> int:
        """Add to ``left_out`` what each secret needs; how many secrets cannot be protected."""
        open_secrets = np.ones(self.secrets.shape[0], dtype=bool)
        given_back = 0
        for number in range(self.secrets.shape[0]):
            if not open_secrets[number]:
                continue
            world = self._world(self.secrets[number], left_out, below)
            if world is None:
                given_back += 1
                continue
            moves = np.abs(self.figures @ world) > _MOVED
            left_out |= {int(one) for one in self.figure_numbers[np.any(moves, axis=1)]}
            # The same worlds hide every other secret between them.
            moved = self.secrets @ world
            width = np.maximum(moved.max(axis=1), 0) - np.minimum(moved.min(axis=1), 0)
            open_secrets &= width < below - _MOVED
        return given_back

    def _world(self, secret: sparse.csr_matrix, left_out: set[int], below: float) -> np.ndarray | None:
        """Deviations from the truth, a column a world, that put the secret ``below`` apart; None where none can."""
        shown = np.array([number not in left_out for number in self.figure_numbers], dtype=bool)
        upwards = self._solve(secret, shown, below, worlds=1)
        return upwards if upwards is not None else self._solve(secret, shown, below, worlds=2)

    def _solve(self, secret: sparse.csr_matrix, shown: np.ndarray, below: float, worlds: int) -> np.ndarray | None:
        """The cheapest worlds: of each the deviations, then how far each figure is over and under what is shown."""
        unknowns, count = self.values.size, int(shown.sum())
        unit = sparse.identity(count)
        kept = sparse.bmat([[self.figures[shown], -unit, unit], [self.equal, None, None]])
        bounded = sparse.hstack([self.at_most, _blank(self.at_most.shape[0], 2 * count)])
        asked = sparse.hstack([secret, _blank(1, 2 * count)])
        each = sparse.identity(worlds)
        lowest = np.where(self.signed, -np.inf, -np.maximum(self.values, 0.0))
        found = linprog(
            np.tile(np.concatenate([np.zeros(unknowns), self.weights[shown], self.weights[shown]]), worlds),
            A_ub=sparse.kron(each, bounded, format="csr"),
            b_ub=np.tile(self.slack, worlds),
            A_eq=sparse.vstack([sparse.kron(each, kept), sparse.kron([[1.0, -1.0][:worlds]], asked)], format="csr"),
            b_eq=np.append(np.zeros(kept.shape[0] * worlds), below),
            bounds=[(low, None) for low in np.tile(np.concatenate([lowest, np.zeros(2 * count)]), worlds)],
            method="highs",
        )
        return found.x.reshape(worlds, -1)[:, :unknowns].T if found.status == 0 else None


def _parts(known: Knowledge, weights: Sequence[float]) -> Iterable[_Part]:
    """The parts that hold a secret; what lies in no row with another is a part of its own."""
    unknowns = len(known.values)
    tables: dict[str, list[Row]] = {
        "figures": known.figures,
        "equal": sorted(row for row in known.equal if row),
        "at_most": sorted(row for row in known.at_most if row),
        "secrets": sorted(known.secrets),
    }
    rows = {name: _matrix(table, unknowns) for name, table in tables.items()}
    links = sparse.vstack(list(rows.values()))
    _, label = connected_components(abs(links.T) @ abs(links), directed=False)
    slack = np.array([known.at_most[row] for row in tables["at_most"]])
    signed = np.isin(np.arange(unknowns), sorted(known.signed))
    of_rows = {name: np.array([label[row[0][0]] if row else -1 for row in table]) for name, table in tables.items()}
    for one in sorted(set(of_rows["secrets"].tolist())):
        inside = np.flatnonzero(label == one)
        chosen = {name: np.flatnonzero(of_rows[name] == one) for name in tables}
        cut = {name: rows[name][chosen[name]][:, inside] for name in tables}
        yield _Part(
            np.array(known.values)[inside],
            signed[inside],
            cut["equal"],
            cut["at_most"],
            slack[chosen["at_most"]],
            cut["figures"],
            chosen["figures"],
            np.array(weights, dtype=float)[chosen["figures"]],
            cut["secrets"],
        )


def _blank(rows: int, columns: int) -> sparse.csr_matrix:
    return sparse.csr_matrix((rows, columns))


def _matrix(rows: Sequence[Row], unknowns: int) -> sparse.csr_matrix:
    entries = [(number, unknown, factor) for number, row in enumerate(rows) for unknown, factor in row]
    if not entries:
        return sparse.csr_matrix((len(rows), unknowns))
    number, unknown, factor = zip(*entries, strict=True)
    return sparse.csr_matrix((factor, (number, unknown)), shape=(len(rows), unknowns))
