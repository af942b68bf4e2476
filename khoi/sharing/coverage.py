"""Which coverage may stand beside shared figures: numbers of organizations are counts like others.

A small number of organizations is not told, nor one that differs by a small number from another told for the same
place, period and measure: the difference is the few organizations that moved.
"""

from __future__ import annotations

from dataclasses import replace

from khoi.sharing.layer import Figure, Group


def with_told_coverage(figures: tuple[Figure, ...], below: float) -> tuple[Figure, ...]:
    """``figures`` with ``counted`` and ``expected`` None where they are not told; the first ones given are told first,
    sums only where all that they add up is."""
    told: dict[tuple[str, str, str], list[int]] = {}
    hidden: set[tuple[Group, str]] = set()
    found = []
    for figure in figures:
        numbers = [figure.counted, figure.expected]
        others = told.setdefault((figure.area, figure.period, figure.measure), [])
        is_sum = figure.kind in ("year", "province")
        is_told = not any((group, figure.measure) in hidden for group in figure.groups) and all(
            number is not None and not 0 < number < below for number in numbers
        )
        if not is_sum:
            is_told = is_told and all(not 0 < abs((figure.counted or 0) - other) < below for other in others)
        if is_told and not is_sum and figure.counted is not None:
            others.append(figure.counted)
        elif not is_told:
            hidden.update((group, figure.measure) for group in figure.groups)
        found.append(figure if is_told else replace(figure, counted=None, expected=None))
    return tuple(found)
