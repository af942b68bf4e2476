"""Whether a printed percentage is the computed one: rounded, cut, or another number.

Reports cut the last digit as often as they round it, and a hundredth beside the rounded value is nobody's error
(the tolerance of rule R028).
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from quality.prose.quantities import Quantity
from quality.prose.relations import Verdict

_HUNDRED = Decimal(100)
_HUNDREDTH = Decimal("0.01")


def share_of(part: Decimal, whole: Decimal, digits: int) -> Decimal:
    """``part`` of ``whole`` in percent, rounded half up to ``digits`` decimals."""
    return (part * _HUNDRED / whole).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def verdict_on(percent: Quantity, part: Decimal, whole: Decimal) -> Verdict:
    """What becomes of ``percent`` when it is held against ``part`` of ``whole``; a whole of 0 contradicts."""
    if not whole:
        return "contradicts"
    rounded = share_of(part, whole, percent.digits)
    if percent.value == rounded:
        return "holds"
    cut = (part * _HUNDRED / whole).quantize(Decimal(1).scaleb(-percent.digits), ROUND_DOWN)
    near = percent.digits >= 2 and abs(percent.value - rounded) <= _HUNDREDTH
    return "cut" if percent.value == cut or near else "contradicts"
