"""Whether a printed percentage is the computed one: rounded, cut, or another number.

Reports cut the last digit as often as they round it, and a hundredth beside the rounded value is nobody's error
(the tolerance of rule R028).
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from quality.prose.quantities import Quantity, written
from quality.prose.relations import Relation, Verdict

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


def share_told(
    sentence: str, page: int, part: Quantity, percent: Quantity, whole: Decimal, certainty: float
) -> Relation:
    """A printed percentage as the share that ``part`` is of ``whole``, with what was computed."""
    share = share_of(part.value, whole, percent.digits)
    return Relation(
        "share",
        sentence,
        page,
        percent.text.strip(),
        f"{written(share)}%",
        verdict_on(percent, part.value, whole),
        certainty,
        f"{written(part.value)}/{written(whole)} là {written(share)}%, văn bản ghi {percent.text.strip()}",
        f"{part.value}/{whole} is {share} %, printed is {percent.text.strip()}",
    )
