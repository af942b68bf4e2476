"""What a difference is made of: the parts of one measure, and of a ratio in points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

REMAINDER, COVERAGE = "remainder", "coverage"


@dataclass(frozen=True)
class Part:
    """One part of a change, in the measure's unit; of a ratio, in points."""

    part: str
    group: str
    label_vi: str
    label_en: str
    value: float


def summed_parts(
    connection: duckdb.DuckDBPyConnection, committee: str, measure: str, pairs: Sequence[tuple[str, str]]
) -> tuple[Part, ...]:
    """The parts of ``measure`` added over ``pairs`` of reporting periods, in their declared order."""
    rows = connection.execute(
        """
        select parts.part_code, any_value(part_group), any_value(label_vi), any_value(label_en), sum(value)
        from (select unnest($earlier) as period_from, unnest($later) as period_to) as pairs
        inner join rpt_change_parts as parts using (period_from, period_to)
        where parts.committee_code = $committee and parts.measure_code = $measure
        group by parts.part_code, sort_order order by sort_order, parts.part_code
        """,
        {
            "committee": committee,
            "measure": measure,
            "earlier": [earlier for earlier, _ in pairs],
            "later": [later for _, later in pairs],
        },
    ).fetchall()
    return tuple(Part(*row) for row in rows)


def parts_in_points(
    numerators: Sequence[Part], denominators: Sequence[Part], numerator: float, denominator: float
) -> tuple[Part, ...]:
    """What each part does to the ratio (percent), one after the other from the earlier ``numerator / denominator``.

    The parts of both are walked in their declared order, each from where the one before has led; so they add up to
    the ratio's own change exactly. A step at which the denominator is zero leaves the ratio where it was.
    """
    over = {part.part: part for part in numerators}
    under = {part.part: part for part in denominators}
    order = list(dict.fromkeys([*over, *under]))
    ratio = 100 * numerator / denominator
    points = []
    for code in order:
        numerator += over[code].value if code in over else 0
        denominator += under[code].value if code in under else 0
        before, ratio = ratio, (100 * numerator / denominator if denominator else ratio)
        points.append(replace(over.get(code) or under[code], value=ratio - before))
    return tuple(points)


def with_remainder(parts: tuple[Part, ...], difference: float) -> tuple[Part, ...]:
    """``parts``, and what they do not explain of ``difference`` as one more."""
    rest = round(difference - sum(part.value for part in parts), 6)
    if not rest:
        return parts
    known = {part.part: part for part in parts}
    if REMAINDER in known:
        return tuple(replace(p, value=p.value + rest) if p.part == REMAINDER else p for p in parts)
    return (*parts, Part(REMAINDER, REMAINDER, "Chưa giải thích được", "Not explained", rest))
