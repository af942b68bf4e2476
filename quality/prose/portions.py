"""Parts with their percentages under one total: ``2.712 đảng viên, trong đó nữ 1.076 (39,68 %), dự bị 101 (3,72 %)``.

The whole is not printed beside each part, so it has to be found: it is the larger number ahead that explains most of
the percentages. Where none explains any, nothing is said: the whole may stand in another sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from quality.prose.percentages import share_told, verdict_on
from quality.prose.quantities import Quantity, quantities
from quality.prose.relations import Relation
from quality.prose.words import pattern

_LINKED = pattern(
    r"^(?:\s++[^\s\d,;:()%]+){0,7}\s*+[,(]?\s*+(?:<links>\s*+){0,3}[(]?\s*+$"
    # A longer way is gone only where a word says that the percentage is one of the part.
    r"|^(?:\s++[^\s\d,;:()%]+){8,16}\s*+[,(]\s*+(?:<links>\s*+){1,3}$",
    links="links",
)
_MOVED = pattern("<moves>|<plan>", moves="moves", plan="of_a_plan")
_DIVIDES = pattern("<divides>|[:;]", divides="divides")


def portion_relations(sentence: str, before: str, page: int, taken: Iterable[str] = ()) -> list[Relation]:
    """Every part of a sentence that prints its percentage of a whole ahead of it.

    ``before`` is the sentence ahead, in which the whole may stand; ``taken`` are percentages whose whole stands right
    beside them and that are told elsewhere.
    """
    found = [one for one in quantities(sentence) if not one.is_time]
    known = set(taken)
    pairs = [
        (part, percent)
        for part, percent in pairwise(found)
        if part.sort == "count"
        and percent.sort == "percent"
        and not (part.about or part.money or percent.about)
        and percent.text.strip() not in known
        and _LINKED.match(sentence[part.end : percent.start])
        and not _MOVED.search(sentence[max(0, part.start - 25) : part.start])
        and not _MOVED.search(sentence[part.end : percent.end + 22])
    ]
    if not pairs:
        return []
    wholes = _wholes(sentence, before, found, pairs[0][0])
    if not wholes:
        return []
    explained = {
        whole: sum(verdict_on(percent, part.value, whole.value) != "contradicts" for part, percent in pairs)
        for whole in wholes
    }
    whole = max(explained, key=lambda one: (explained[one], one.sort == "count"))
    if explained[whole] == 0 and not (len(wholes) == 1 and _DIVIDES.search(sentence[whole.end : pairs[0][0].start])):
        return []
    sure = 0.6 if explained[whole] == 0 else 0.7 if explained[whole] * 2 <= len(pairs) else 0.85
    return [
        share_told(sentence, page, part, percent, whole.value, sure)
        for part, percent in pairs
        if part.value <= whole.value
    ]


def _wholes(sentence: str, before: str, found: list[Quantity], first: Quantity) -> list[Quantity]:
    """Numbers that may be the whole: those ahead in the sentence, else the total the sentence before speaks of."""
    ahead = [
        one
        for one in found
        if one.sort == "count"
        and one.end <= first.start
        and one.value >= first.value
        and not one.about
        and not one.money
    ]
    if ahead:
        return ahead
    earlier = [one for one in quantities(before) if one.sort == "count" and not (one.is_time or one.about or one.money)]
    earlier = [
        one for one in earlier if one.value >= first.value and re.search(r"tổng số|toàn", before[: one.start], re.I)
    ]
    return earlier[:1]
