"""How probable a figure is before any rule is looked at: from the last period, or from its size alone."""

from __future__ import annotations

import math

from quality.localise.problem import Cell
from quality.localise.weights import UNIT, Spread

ANSCOMBE = 0.375
"""Makes square roots of counts spread alike at every size (Anscombe 1948)."""

WIDE_SHARE, WIDER = 0.25, 4.0
"""Share of stocks that move further than usual, and how much further."""


def prior_cost(value: int, cell: Cell, spread: Spread) -> int:
    """-log P(value | history), micro log units; without any history the figure's size alone.

    Laplace bells on square roots around the expected figure, which is the last period's unless something better is
    known. Both are mixed with a tail that is uniform on the logarithm, because some clean figures do jump.
    """
    penalty = spread.negative if value < 0 else 0.0
    tail = 1 / (12.0 * (abs(value) + 1))
    centre = cell.expected if cell.expected is not None else cell.previous
    if centre is None:
        return round((penalty - math.log(tail)) * UNIT)
    core = _bells(value, centre, spread.scale)
    return round((penalty - math.log((1 - spread.tail) * core + spread.tail * tail)) * UNIT)


def _bells(value: int, centre: float, scale: float) -> float:
    """Two Laplace bells on square roots: most figures keep near the expected one, some move WIDER times as far."""
    root = _root(value)
    distance = abs(root - _root(centre))
    narrow = math.exp(-distance / scale) / scale
    wide = math.exp(-distance / scale / WIDER) / scale / WIDER
    return ((1 - WIDE_SHARE) * narrow + WIDE_SHARE * wide) / 2 / (2 * abs(root))


def _root(value: float) -> float:
    return math.copysign(math.sqrt(abs(value) + ANSCOMBE), value)
