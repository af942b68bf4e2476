"""A part and its whole beside a percentage: ``82/85 …, đạt 96,47 %``; ``82 trong tổng số 85 …, chiếm 96,47 %``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from quality.prose.percentages import share_of, verdict_on
from quality.prose.quantities import Quantity, quantities, written
from quality.prose.relations import Relation
from quality.prose.words import pattern

# A percentage behind one of these tells how something moved, not what part it is.
_MOVES = pattern(r"<moves>[^,;()]{0,25}$", moves="moves")
_OF_ANOTHER = pattern(r"^\s*<plan>", plan="of_a_plan")
_AIM = pattern(r"<aims>[^,;()\d]{0,20}$", aims="aims")
# Between a percentage and the fraction behind it: a bracket, or a word that explains it.
_POINTS_AT = pattern(
    r"\s*+[,:–-]?+\s*+\(?+\s*+(?:<links>)?\s*+|(?:\s++[^\s\d,;:.()%]++){0,8}+\s*+\(\s*+(?:<links>)?\s*+", links="links"
)
_OUT_OF = re.compile(
    r"(?P<part>\d[\d.]*)(?P<words>(?:\s+(?!và\b|hoặc\b)[^\s\d,;:.()%]+){0,8}?)\s*,?\s*(?:(?:trên|trong)\s+(?:tổng\s+)?(?:số\s+)?|/\s*(?:tổng\s+số\s+)?)"
    r"(?P<whole>\d+(?:\.\d{3})*)(?=\s+[^\W\d]|\s*[,;).])(?!\s*[,.]\d)"
)
_TOTAL_THEN_PART = re.compile(
    r"(?:tổng số|trong số|trong tổng số|có tổng số)\s+(?P<whole>\d[\d.]*)\s+[^;:.()%]{3,90}?,?\s*"
    r"\b(?:đã\s+)?(?:có|thì|chỉ có)\s+"
    r"(?P<part>\d[\d.]*)\s",
    re.IGNORECASE,
)


def share_relations(sentence: str, page: int) -> list[Relation]:
    """Every percentage of a sentence that stands beside its own part and whole."""
    found = quantities(sentence)
    fractions = [one for one in found if one.sort == "fraction"]
    fractions += _spelled_out(sentence, fractions)
    fractions.sort(key=lambda one: one.start)
    percents = [one for one in found if one.sort == "percent"]
    taken: set[int] = set()
    told = []
    for percent in percents:
        if percent.about or _is_of_something_else(sentence, percent):
            continue
        fraction, certainty = _its_fraction(sentence, percent, fractions, percents, taken)
        if fraction is not None and fraction.whole:
            taken.add(fraction.start)
            told.append(_recomputed(sentence, page, fraction, percent, certainty))
    return told


def _spelled_out(sentence: str, known: list[Quantity]) -> list[Quantity]:
    """Fractions in words, as quantities that reach from the part to the whole."""
    counts = {one.start: one for one in quantities(sentence) if one.sort == "count" and not one.money}
    spelled = []
    for wording, sure in ((_OUT_OF, True), (_TOTAL_THEN_PART, False)):
        for match in wording.finditer(sentence):
            part, whole = counts.get(match.start("part")), counts.get(match.start("whole"))
            if part is None or whole is None or part.value > whole.value or part.is_time or part.about:
                continue
            end = max(part.end, whole.end)
            if not any(one.start <= part.start < one.end for one in known):
                spelled.append(replace(part, sort="fraction", whole=whole.value, end=end, about=not sure))
    return spelled


def _is_of_something_else(sentence: str, percent: Quantity) -> bool:
    before, after = sentence[: percent.start], sentence[percent.end :]
    return bool(_MOVES.search(before) or _AIM.search(before) or re.match(r"^\s*trở (?:lên|xuống)", after))


def _its_fraction(
    sentence: str, percent: Quantity, fractions: list[Quantity], percents: list[Quantity], taken: set[int]
) -> tuple[Quantity | None, float]:
    """The fraction a percentage belongs to, and how sure that is."""
    ahead = [one for one in fractions if one.end <= percent.start and one.start not in taken]
    ahead = [one for one in ahead if not any(one.end <= other.start < percent.start for other in percents)]
    of_plan = bool(_OF_ANOTHER.match(sentence[percent.end :].lstrip(" )")))
    for fraction in reversed(ahead):
        between = sentence[fraction.end : percent.start]
        if fraction.depth > percent.depth and ")" in between:
            continue  # a fraction inside brackets that closed before
        if ";" in re.sub(r"\([^()]*\)", " ", between) and fraction.depth == percent.depth:
            break
        between = re.sub(r"\([^()]*\)", " ", between)
        counted = [one for one in quantities(between) if one.sort == "count" and not one.is_time]
        sure = 0.95 if not counted else 0.75
        if fraction.about:
            sure -= 0.1
        if of_plan and _disagrees(fraction, percent):
            sure = 0.45  # the plan is another number than the whole
        return fraction, sure
    behind = [one for one in fractions if one.start >= percent.end and one.start not in taken]
    if behind and _POINTS_AT.fullmatch(sentence[percent.end : behind[0].start]):
        return behind[0], 0.9
    return None, 0.0


def _disagrees(fraction: Quantity, percent: Quantity) -> bool:
    assert fraction.whole is not None
    return verdict_on(percent, fraction.value, fraction.whole) == "contradicts"


def _recomputed(sentence: str, page: int, fraction: Quantity, percent: Quantity, certainty: float) -> Relation:
    assert fraction.whole is not None
    verdict = verdict_on(percent, fraction.value, fraction.whole)
    computed = share_of(fraction.value, fraction.whole, percent.digits)
    what = f"{written(fraction.value)}/{written(fraction.whole)}"
    return Relation(
        "share",
        sentence,
        page,
        percent.text.strip(),
        f"{written(computed)}%",
        verdict,
        certainty,
        f"{what} là {written(computed)}%, văn bản ghi {percent.text.strip()}",
        f"{what} is {computed} %, printed is {percent.text.strip()}",
    )


def part_above_whole(sentence: str, page: int) -> Iterator[Relation]:
    """Fractions whose part exceeds the whole although nothing says that a plan was exceeded."""
    for one in quantities(sentence):
        if one.sort != "fraction" or not one.whole or one.value <= one.whole or one.about:
            continue
        around = sentence[max(0, one.start - 60) : one.end + 60]
        if re.search(r"kế hoạch|chỉ tiêu|nghị quyết|vượt|chỉ số|lần|mục tiêu", around, re.IGNORECASE):
            continue
        yield Relation(
            "share",
            sentence,
            page,
            one.text,
            f"≤ {written(one.whole)}",
            "contradicts",
            0.6,
            f"phần {written(one.value)} lớn hơn tổng {written(one.whole)}",
            f"the part {one.value} exceeds the whole {one.whole}",
        )
