"""A percentage whose whole stands behind it or is a plan: ``96 chi bộ, bằng 80 % tổng số 120 chi bộ``.

Belongs here: percentages that say themselves of what they are. Those beside a fraction are `shares`, those of a whole
ahead of a list are `portions`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from quality.prose.percentages import share_told
from quality.prose.quantities import Quantity, quantities
from quality.prose.relations import Relation
from quality.prose.words import pattern

_OF_A_TOTAL = re.compile(
    r"^\s*+\)?+\s*+(?:(?:của|trong|trên|so với|so)\s++)?(?:tổng số|trong số|số|tổng)\s+(?:[^\s\d,;:.()%]+\s+){0,3}$",
    re.IGNORECASE,
)
_OF_A_PLAN = pattern(r"^\s*+\)?+\s*+(?:(?:của|so với|so)\s++)?(?:<plan>)\b[^\d;.%]{0,40}$", plan="plans")
_IS_THE_PLAN = pattern(r"(?:<plan>)[^\d;.,()%]{0,30}$", plan="plans")
_IS_A_SHARE = pattern(r"(?:<links>)\s*\(?\s*$|\(\s*$", links="links")
_PLAN_BEHIND = pattern(r"^\s*+\)?+\s*+(?:(?:của|so với|so)\s++)?(?:<plan>)\b", plan="plans")
_ENDS = re.compile(r"[;.](?:\s|$)")


def whole_relations(sentence: str, page: int, taken: Iterable[str] = ()) -> list[Relation]:
    """Every percentage that names its whole behind it or is of a plan that is printed; ``taken`` are told elsewhere."""
    known = set(taken)
    found = [one for one in quantities(sentence) if not (one.is_time or one.money)]
    told = []
    for at, percent in enumerate(found):
        if percent.sort != "percent" or percent.about or percent.text.strip() in known:
            continue
        pair = _of_a_whole_behind(sentence, found, at) or _of_a_plan_ahead(sentence, found, at)
        if pair and pair[1].value:
            part, whole, certainty = pair
            told.append(share_told(sentence, page, part, percent, whole.value, certainty))
    return told


def _of_a_whole_behind(sentence: str, found: list[Quantity], at: int) -> tuple[Quantity, Quantity, float] | None:
    """``96 chi bộ, bằng 80 % (của) tổng số 120 chi bộ``, ``đạt 80 % chỉ tiêu (chỉ tiêu 120)``."""
    part, percent, whole = _neighbours(found, at)
    if part is None or whole is None or _ENDS.search(sentence[part.end : whole.start]):
        return None
    if not _IS_A_SHARE.search(sentence[: percent.start]) or (part.unit and whole.unit and not _one_kind(part, whole)):
        return None
    between = sentence[percent.end : whole.start]
    if _OF_A_TOTAL.match(between) and part.value <= whole.value:
        return part, whole, 0.85
    return (part, whole, 0.75) if _OF_A_PLAN.match(between) else None


def _of_a_plan_ahead(sentence: str, found: list[Quantity], at: int) -> tuple[Quantity, Quantity, float] | None:
    """``Chỉ tiêu giao 120 đảng viên, đã kết nạp 96 đảng viên, đạt 80 % (chỉ tiêu)``."""
    percent = found[at]
    ahead = [one for one in found[:at] if not _ENDS.search(sentence[one.end : percent.start])]
    if len(ahead) != 2 or any(one.sort != "count" or one.about for one in ahead):
        return None
    plan, part = ahead
    if not _IS_THE_PLAN.search(sentence[: plan.start]) or not _IS_A_SHARE.search(sentence[: percent.start]):
        return None
    names_it = bool(_PLAN_BEHIND.match(sentence[percent.end :]))
    return (part, plan, 0.75 if names_it else 0.6) if _one_kind(part, plan) else None


def _neighbours(found: list[Quantity], at: int) -> tuple[Quantity | None, Quantity, Quantity | None]:
    part = found[at - 1] if at and found[at - 1].sort == "count" and not found[at - 1].about else None
    behind = found[at + 1] if at + 1 < len(found) else None
    whole = behind if behind and behind.sort == "count" and not behind.about else None
    return part, found[at], whole


def _one_kind(part: Quantity, whole: Quantity) -> bool:
    return not part.unit or not whole.unit or part.unit[0] == whole.unit[0]
