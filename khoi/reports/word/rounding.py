"""How a figure is printed: one rule for every report.

A count is printed whole, an amount with two decimals where it has any; a share is computed from the two printed figures
and rounded half up to two decimals. So what a reader works out from the printed figures is what is printed.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from ingest.numerals import number_vi

_CENT = Decimal("0.01")


def rounded(value: float) -> Decimal:
    """The figure as it is printed: to two decimals, half up, from its shortest decimal form."""
    return Decimal(repr(float(value))).quantize(_CENT, ROUND_HALF_UP)


def rounded_sum(values: Iterable[float]) -> Decimal:
    """What several figures make together, as it is printed: added exactly, rounded once."""
    return sum((Decimal(repr(float(value))) for value in values), Decimal()).quantize(_CENT, ROUND_HALF_UP)


def printed(value: Decimal) -> str:
    """6.177; 12,50."""
    return number_vi(value)


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    """The percentage that the printed figures give; None where there is no whole or the part is more than it."""
    if whole <= 0 or not 0 <= part <= whole:
        return None
    return (100 * part / whole).quantize(_CENT, ROUND_HALF_UP)
