"""A total and its parts: ``20 văn bản: công văn 11, kế hoạch 05, báo cáo 04``.

What introduces the parts says what must hold. *Gồm, chia ra, cụ thể* announce all of them: they add up. *Trong đó,
có, riêng* announce some: none exceeds the whole. Brackets that list two or more of the same thing are read as all of
them, less surely. A sentence that begins with an aspect and a colon (*Cấp thi hành kỷ luật: …*) divides the total of
the sentence before once more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from quality.prose.quantities import Quantity, quantities, written
from quality.prose.relations import Relation
from quality.prose.words import any_of, pattern

_OPENS_ALL = pattern(r"<all>[^\d;.]{0,40}$|:\s*$|:[^\d;.:]{0,40}$", all="all_parts")
_OPENS_SOME = pattern(r"<some>[^\d;.]{0,40}$", some="some_parts")
_ASPECT = re.compile(r"^[-+\s]*(?:Về\s+|Theo\s+|Phân theo\s+)?(?P<aspect>[A-ZĐÀ-Ỹ][^\d:;.]{2,60}):\s*(?P<list>.+)$")
_TOGETHER = pattern(r"<sum>\s*(?:là\s*)?$", sum="together")
_PERHAPS_TOGETHER = pattern(r"<sum>[^\d,;:.()]{0,40}$", sum="perhaps_together")
# What is told one after the other is parted by commas; the cells of a table are not.
_PARTED = re.compile(r"[,()]|\bvà\b", re.IGNORECASE)
_REMAINDER = pattern(r"<rest>(?:\s+(?:lại|là|có))?\s*$", rest="remainder")
_LIST_ENDS = pattern("<ends>", ends="list_ends")
_ASPECT_WORDS = pattern("<aspects>", aspects="aspects")
_STATUS = pattern("<state>", state="other_state")
NEARLY = 15
"""Brackets whose numbers come so near to the total, in percent, are read as its parts whatever they are called."""
_SURE_ALL, _SURE_BRACKETS, _SURE_ASPECT, _SURE_COLON = 0.9, 0.72, 0.75, 0.8


@dataclass(frozen=True)
class _Division:
    """A total and the parts that are to add up to it."""

    total: Quantity
    parts: tuple[Quantity, ...]
    certainty: float


def part_relations(sentence: str, before: str, page: int) -> list[Relation]:
    """Every division of a total into parts that ``sentence`` makes; ``before`` is the sentence ahead of it."""
    found = [
        one for one in quantities(sentence) if one.sort in ("count", "fraction") and not one.is_time and not one.money
    ]
    told = []
    for division in [*_bracketed(sentence, found), *_listed(sentence, found), *_by_aspect(sentence, before)]:
        told.append(_added(sentence, page, division))
    told += _summed_behind(sentence, found, page)
    told += _of_which(sentence, found, page)
    told += _remainders(sentence, found, page)
    return _without_doubles(told)


def _bracketed(sentence: str, found: list[Quantity]) -> list[_Division]:
    """``32 lớp học (20 lớp ban ngày và 12 lớp buổi tối)``."""
    divisions = []
    for match in re.finditer(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)", sentence):
        inner = _items(sentence, _outermost([one for one in found if match.start() < one.start < match.end()]))
        outer = [one for one in found if one.end <= match.start()]
        if len(inner) < 2 or not outer:
            continue
        total = outer[-1]
        gap = sentence[total.end : match.start()]
        if re.search(r"[;.:]", gap) or len(gap) > 110 or total.depth != inner[0].depth - 1:
            continue
        opening = sentence[match.start() + 1 : inner[0].start]
        if _OPENS_SOME.search(opening) or re.match(r"\s*(?:có|riêng|kể cả|tăng|giảm|đạt)\b", opening, re.IGNORECASE):
            continue
        complete = bool(re.search(any_of("all_parts"), opening, re.IGNORECASE))
        parts = _of_one_kind(total, inner, complete=complete, text=sentence[match.start() : match.end()])
        if parts:
            divisions.append(_Division(total, parts, _SURE_ALL if complete else _SURE_BRACKETS))
    return divisions


def _listed(sentence: str, found: list[Quantity]) -> list[_Division]:
    """``20 văn bản thuộc các loại: công văn 11, …``; the list ends with the sentence or its clause."""
    divisions = []
    flat = [one for one in found if one.depth == 0]
    for at, total in enumerate(flat[:-1]):
        opening = sentence[total.end : flat[at + 1].start]
        if _OPENS_SOME.search(opening) or "(" in opening or not _OPENS_ALL.search(opening) or len(opening) > 130:
            continue
        if re.search(r"[;.]", opening):
            continue
        keyword = bool(re.search(any_of("all_parts"), opening, re.IGNORECASE))
        parts = _run_of_parts(sentence, total, flat[at + 1 :], over_semicolons=":" in opening)
        if len(parts) >= 2:
            divisions.append(_Division(total, parts, _SURE_ALL if keyword else _SURE_COLON))
    return divisions


def _run_of_parts(
    sentence: str, total: Quantity, behind: list[Quantity], *, over_semicolons: bool
) -> tuple[Quantity, ...]:
    """The parts of a list from its first number on: until the clause ends or another thing begins to be counted."""
    parts: list[Quantity] = []
    for one in behind:
        gap = sentence[parts[-1].end : one.start] if parts else ""
        if parts and ((";" in gap and not over_semicolons) or re.search(r"[.](?:\s|$)", gap) or _leaves_the_list(gap)):
            break
        parts.append(one)
    return _of_one_kind(total, _items(sentence, parts), complete=True, text=sentence)


def _leaves_the_list(gap: str) -> bool:
    return bool(_LIST_ENDS.search(gap))


def _by_aspect(sentence: str, before: str) -> list[_Division]:
    """``Cấp thi hành kỷ luật: … 03, … 07`` behind a sentence that divided the same total."""
    match = _ASPECT.match(sentence)
    if not match or not before:
        return []
    earlier = [one for one in quantities(before) if one.sort == "count" and one.depth == 0 and not one.is_time]
    parts = [one for one in quantities(match["list"]) if one.sort == "count" and not one.is_time and not one.money]
    parts = [one for one in parts if one.depth == 0]
    if not earlier or len(parts) < 2 or any(one.about for one in parts):
        return []
    divided = [
        one for one in earlier if any(division.total.start == one.start for division in _listed(before, earlier))
    ]
    aspect = _ASPECT_WORDS.search(match["aspect"])
    if (divided or (len(earlier) == 1 and aspect)) and aspect:
        total = (divided or earlier)[0]
        return [_Division(total, tuple(parts), _SURE_ASPECT if divided else 0.6)]
    return []


def _of_one_kind(total: Quantity, parts: list[Quantity], *, complete: bool, text: str) -> tuple[Quantity, ...]:
    """The parts where they count what the total counts; nothing where they plainly count something else.

    Items that carry no words of their own (``khiển trách 07, cảnh cáo 03``) count what the total does.
    """
    if total.about or (total.sort == "fraction" and total.whole is None) or any(one.about for one in parts):
        return ()
    counted = [one for one in parts if one.sort == "count"]
    if len(counted) != len(parts) or len(counted) < 2:
        return ()
    if complete:
        return tuple(counted)
    named = set(total.unit[:2])
    if all(not one.unit or named & set(one.unit) for one in counted):
        return tuple(counted)
    # Other words, but nearly the total: kinds of documents in a number of documents.
    added = sum((one.value for one in counted), Decimal(0))
    return tuple(counted) if abs(added - total.value) * 100 <= NEARLY * total.value else ()


def _outermost(inner: list[Quantity]) -> list[Quantity]:
    """Of the numbers of brackets, those that stand in no further brackets: parts of parts are not counted again."""
    depth = min((one.depth for one in inner), default=0)
    return [one for one in inner if one.depth == depth]


def _items(text: str, parts: list[Quantity]) -> list[Quantity]:
    """The numbers that begin an item: ``202 chi bộ trực thuộc 27 đảng bộ`` is one item, its second number explains."""
    items: list[Quantity] = []
    last: Quantity | None = None
    for one in parts:
        gap = text[last.end : one.start] if last else ","
        if re.search(r"[,;:()]|\bvà\b|\bcùng\b|\s[-–+]\s", gap):
            items.append(one)
        last = one
    return items


def _added(sentence: str, page: int, division: _Division) -> Relation:
    added = sum((one.value for one in division.parts), Decimal(0))
    listed = " + ".join(written(one.value) for one in division.parts)
    holds = added == division.total.value or division.total.whole == added
    return Relation(
        "parts",
        sentence,
        page,
        written(division.total.value),
        written(added),
        "holds" if holds else "contradicts",
        division.certainty,
        f"các phần cộng lại là {listed} = {written(added)}, tổng ghi {written(division.total.value)}",
        f"the parts add up to {added}, printed is {division.total.value}",
    )


def _summed_behind(sentence: str, found: list[Quantity], page: int) -> list[Relation]:
    """``khiển trách 05, cảnh cáo 02, tổng cộng 07 trường hợp``."""
    told = []
    for at, total in enumerate(found):
        surely = bool(_TOGETHER.search(sentence[: total.start]))
        if at < 2 or total.about or not (surely or _PERHAPS_TOGETHER.search(sentence[: total.start])):
            continue
        if re.search(r"nâng tổng số[^\d]*$", sentence[: total.start], re.IGNORECASE):
            continue
        in_brackets = int(found[at - 1].depth < total.depth)
        parts: list[Quantity] = []
        for one in reversed(found[:at]):
            gap = sentence[one.end : (parts[0] if parts else total).start]
            # What is told one after the other is parted by commas; the cells of a table are not.
            if (
                re.search(r"[.;]", gap)
                or not _PARTED.search(gap)
                or one.depth != total.depth - in_brackets
                or one.about
            ):
                break
            parts.insert(0, one)
        added = sum((one.value for one in parts), Decimal(0))
        near = abs(added - total.value) * 100 <= NEARLY * total.value
        if len(parts) >= 2 and (surely or near):
            told.append(_added(sentence, page, _Division(total, tuple(parts), 0.8 if surely else 0.65)))
    return told


def _of_which(sentence: str, found: list[Quantity], page: int) -> list[Relation]:
    """``85 đảng viên (trong đó có 24 cấp ủy viên)``: what is inside a total does not exceed it."""
    told = []
    for at, nearest in enumerate(found[:-1]):
        inside = found[at + 1]
        opening = sentence[nearest.end : inside.start]
        if not _OPENS_SOME.search(opening) or re.search(r"[.;]", opening) or inside.sort != "count" or inside.about:
            continue
        ahead = [one for one in found[: at + 1] if not re.search(r"[.;]\s", sentence[one.end : nearest.start])]
        alike = [one for one in ahead if one.unit and inside.unit and one.unit[0] == inside.unit[0]]
        total = (alike or [nearest])[-1]
        if total.about:
            continue
        holds = inside.value <= total.value
        told.append(
            Relation(
                "of_which",
                sentence,
                page,
                written(inside.value),
                f"≤ {written(total.value)}",
                "holds" if holds else "contradicts",
                0.7 if alike or _comparable(total, inside) else 0.4,
                f"phần “trong đó” {written(inside.value)} lớn hơn tổng {written(total.value)}",
                f"the part of which, {inside.value}, exceeds the whole {total.value}",
            )
        )
    return told


def _comparable(total: Quantity, inside: Quantity) -> bool:
    """Whether a part can be of the total's kind: organizations hold more people than they are many."""
    people = {"đảng", "đồng", "người", "cán", "cấp", "đoàn", "hội", "lượt", "nữ", "công"}
    bodies = {"tổ", "chi", "đơn", "cơ", "cuộc", "lớp", "buổi", "hội"}
    first, second = set(total.unit[:1]), set(inside.unit[:1])
    return not (first & bodies and second & people and not first & second)


def _remainders(sentence: str, found: list[Quantity], page: int) -> list[Relation]:
    """``07/10 nhiệm vụ đã xong, 03 nhiệm vụ đang thực hiện``; ``… còn lại 03``."""
    told = []
    for at, fraction in enumerate(found[:-1]):
        rest = found[at + 1]
        if fraction.sort != "fraction" or rest.sort != "count" or rest.about or rest.depth != fraction.depth:
            continue
        gap = sentence[fraction.end : rest.start]
        if re.search(r"[.;%]", gap) or len(gap) > 90 or not fraction.whole:
            continue
        behind = sentence[rest.end : rest.end + 45]
        same = bool(rest.unit and fraction.unit and rest.unit[0] == fraction.unit[0])
        remainder = bool(_REMAINDER.search(sentence[: rest.start]))
        if not (remainder and (same or not rest.unit)) and not (same and _STATUS.search(behind)):
            continue
        added = fraction.value + rest.value
        told.append(
            Relation(
                "parts",
                sentence,
                page,
                f"{fraction.text}, {rest.text}",
                written(fraction.whole - fraction.value),
                "holds" if added == fraction.whole else "contradicts",
                0.75 if remainder or same else 0.5,
                f"{written(fraction.value)} + {written(rest.value)} = {written(added)}, "
                f"tổng ghi {written(fraction.whole)}",
                f"{fraction.value} + {rest.value} = {added}, the whole is {fraction.whole}",
            )
        )
    return told


def _without_doubles(told: list[Relation]) -> list[Relation]:
    """One relation a total and sum: brackets and lists may see the same parts."""
    seen: dict[tuple[str, str, str], Relation] = {}
    for one in told:
        key = (one.kind, one.printed, one.computed)
        if key not in seen or seen[key].certainty < one.certainty:
            seen[key] = one
    return list(seen.values())
