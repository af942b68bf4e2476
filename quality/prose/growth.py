"""How something moved, beside its ends: ``6.177 đảng viên, tăng 66 (1,08 %) so với 6.111``; ``tăng từ 40 lên 52``."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

from quality.prose.percentages import share_of, verdict_on
from quality.prose.quantities import Quantity, quantities, written
from quality.prose.relations import Relation
from quality.prose.words import pattern

_MOVE = pattern(r"(?P<verb><moves>)[^\d;:.()]{0,25}$", moves="counted_moves")
_DOWN = pattern("<down>", down="downward")
_FROM = re.compile(r"\btừ\s*$", re.IGNORECASE)
_TO = re.compile(r"\b(?:lên(?: đến| tới| thành)?|xuống(?: còn)?|còn|thành|đến|tới)\s*$", re.IGNORECASE)
_EARLIER = pattern(r"<earlier>[^\d;,.]{0,30}$", earlier="earlier")
_OF_EARLIER = pattern(r"^(?:\s+[^\s\d,;:.()%]+){0,3}\s+của\s+<earlier>", earlier="earlier")
_THAN = re.compile(r"\bso(?: với)?\b[^;:.,()]{0,60}\(?\s*(?:là|có)?\s*$", re.IGNORECASE)


def growth_relations(sentence: str, page: int) -> list[Relation]:
    """Every movement of a sentence whose ends are printed too."""
    found = [one for one in quantities(sentence) if one.sort in ("count", "percent") and not one.is_time]
    told: list[Relation | None] = []
    for at, moved in enumerate(found):
        match = _MOVE.search(sentence[: moved.start])
        if not match or moved.about:
            continue
        sign = Decimal(-1 if _DOWN.search(match["verb"]) else 1)
        span = _ends(sentence, found, at)
        if span is None:
            told += _with_its_share(sentence, page, found, at, sign)
            continue
        start, end, certainty = span
        if moved.sort == "count":
            told.append(_absolute(sentence, page, moved, start, end, sign, certainty))
            behind = found[at + 1] if at + 1 < len(found) else None
            if (
                behind is not None
                and behind.sort == "percent"
                and not re.search(r"[;.]", sentence[moved.end : behind.start])
            ):
                told.append(_relative(sentence, page, behind, start, end, sign, certainty))
        else:
            told.append(_relative(sentence, page, moved, start, end, sign, certainty))
    return [one for one in told if one is not None]


def _ends(sentence: str, found: list[Quantity], at: int) -> tuple[Decimal, Decimal, float] | None:
    """The value before and after a movement, where both are printed."""
    from_to = _from_to(sentence, found, at)
    if from_to is not None:
        return (*from_to, 0.85)
    behind = [one for one in found[at + 1 :] if one.sort == "count" and not one.about]
    behind = [one for one in behind if not re.search(r"[;.](?:\s|$)", sentence[found[at].end : one.start])]
    ahead = [one for one in found[:at] if one.sort == "count" and not one.about]
    ahead = [one for one in ahead if not re.search(r"[;.](?:\s|$)", sentence[one.end : found[at].start])]
    if not behind or not ahead:
        return _then_and_now(sentence, found, at)
    earlier = next((one for one in behind if _THAN.search(sentence[found[at].end : one.start])), None)
    now = ahead[-1]
    if earlier is None or (earlier.unit and now.unit and earlier.unit[0] != now.unit[0]):
        return _then_and_now(sentence, found, at)
    if any(one.sort == "count" and one.start > found[at].end and one.start < earlier.start for one in found[at + 1 :]):
        return None
    return earlier.value, now.value, 0.8


def _then_and_now(sentence: str, found: list[Quantity], at: int) -> tuple[Decimal, Decimal, float] | None:
    """``đầu năm có A, đến nay có B``: of two numbers of one kind in the clause, the one that is told to be earlier."""
    others = [
        one
        for place, one in enumerate(found)
        if place != at
        and one.sort == "count"
        and not (one.about or one.money)
        and not re.search(r"[;.](?:\s|$)", sentence[min(one.end, found[at].end) : max(one.start, found[at].start)])
    ]
    if len(others) != 2 or not all((one.unit and others[0].unit[:1] == one.unit[:1]) or not one.unit for one in others):
        return None
    earlier = [
        one for one in others if _EARLIER.search(sentence[: one.start]) or _OF_EARLIER.match(sentence[one.end :])
    ]
    if len(earlier) != 1:
        return None
    now = others[1 - others.index(earlier[0])]
    return earlier[0].value, now.value, 0.7


def _from_to(sentence: str, found: list[Quantity], at: int) -> tuple[Decimal, Decimal] | None:
    """``từ A … lên B`` around the movement, in the same clause."""
    counts = [one for one in found if (one.sort == "count" and not one.about) or _FROM.search(sentence[: one.start])]
    for first, second in pairwise(counts):
        if second.sort != "count" or first.sort != "count":
            continue
        between = sentence[first.end : second.start]
        if _FROM.search(sentence[: first.start]) and _TO.search(between) and not re.search(r"[;.]\s", between):
            low, high = min(first.start, found[at].start), max(second.end, found[at].end)
            if not re.search(r"[;.]\s", sentence[low:high]) and found[at].start not in (first.start, second.start):
                return first.value, second.value
    return None


def _absolute(
    sentence: str, page: int, moved: Quantity, start: Decimal, end: Decimal, sign: Decimal, certainty: float
) -> Relation:
    computed = (end - start) * sign
    return Relation(
        "growth",
        sentence,
        page,
        written(moved.value),
        written(computed),
        "holds" if computed == moved.value else "contradicts",
        certainty,
        f"từ {written(start)} đến {written(end)} là {written(end - start)}, văn bản ghi {written(moved.value * sign)}",
        f"from {start} to {end} is {end - start}, printed is {moved.value * sign}",
    )


def _relative(
    sentence: str, page: int, percent: Quantity, start: Decimal, end: Decimal, sign: Decimal, certainty: float
) -> Relation | None:
    if start == 0:
        return None
    return _share(sentence, page, percent, (end - start) * sign, start, certainty)


def _share(sentence: str, page: int, percent: Quantity, part: Decimal, whole: Decimal, certainty: float) -> Relation:
    rounded, verdict = share_of(part, whole, percent.digits), verdict_on(percent, part, whole)
    return Relation(
        "growth",
        sentence,
        page,
        percent.text.strip(),
        f"{written(rounded)}%",
        verdict,
        certainty,
        f"thay đổi {written(part)} trên {written(whole)} là {written(rounded)}%, văn bản ghi {percent.text.strip()}",
        f"a change of {part} from {whole} is {rounded} %, printed is {percent.text.strip()}",
    )


def _with_its_share(sentence: str, page: int, found: list[Quantity], at: int, sign: Decimal) -> list[Relation]:
    """``6.177 đảng viên, tăng 66 (1,08 %)``: the former value follows from the two."""
    moved = found[at]
    if moved.sort != "count" or at == 0 or at + 1 >= len(found) or found[at + 1].sort != "percent":
        return []
    now, percent = found[at - 1], found[at + 1]
    if now.sort != "count" or now.about or now.money or re.search(r"[;.]\s", sentence[now.end : percent.start]):
        return []
    if not re.match(r"[^\d;.]{0,25}\(?\s*$", sentence[moved.end : percent.start]) or (
        now.unit and moved.unit and now.unit[0] != moved.unit[0]
    ):
        return []
    former = now.value - sign * moved.value
    return [] if former <= 0 else [_share(sentence, page, percent, moved.value, former, 0.6)]
