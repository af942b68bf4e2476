"""The percentages of a printed form, recomputed from the figures beside them: a percentage is never trusted or kept.

Belongs here: one sheet by itself. Does not belong here: whether last year's figure is the one that was accepted then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.layouts.fit import Fit
from ingest.normalise.values import parse_count

_NUMBER = re.compile(r"-?\d{1,9}(?:[.,]\d{1,15})?")
_MOST_DECIMALS = 6
_NOISE = 1e-6


@dataclass(frozen=True)
class Ratio:
    """A percentage that is not what the figures of its line give; both as numbers of per cent."""

    sheet: str
    row_no: int
    columns: tuple[int, int, int]
    """Of the percentage, of the period's figure and of the one a year before."""
    label: str
    observed: str
    expected: str


def differing_ratios(fit: Fit) -> Iterator[Ratio]:
    """The percentages of a table that disagree with the share of last year's figure, or with the growth over it.

    Which of the two a column gives, more of its own cells say. Rounded or cut off at its last decimal is right.
    """
    places = fit.column("percent"), fit.column("value"), fit.column("former")
    if None in places or not fit.is_printed:
        return
    percent, value, former = (int(place or 0) for place in places)
    told = []
    for row, line in sorted(fit.lines.items()):
        now, before = (_count(fit, row, column) for column in (value, former))
        said = _said(fit, row, percent)
        if now is not None and before and said is not None:
            told.append((row, line.label, said, now / before * 100))
    share, growth = (sum(_agrees(said, one - less) for _, _, said, one in told) for less in (0, 100))
    less = 100 if growth > share else 0
    for row, label, said, one in told:
        if not _agrees(said, one - less):
            observed, expected = said[0], f"{one - less:.2f}"
            yield Ratio(fit.grid.sheet, row, (percent, value, former), label, _shown(observed), _shown(expected))


def _count(fit: Fit, row: int, column: int) -> float | None:
    kind, text = fit.grid.cells.get((row, column), (None, None))
    return None if kind is None or text is None else parse_count(kind, text).value


def _said(fit: Fit, row: int, column: int) -> tuple[str, float] | None:
    """The percentage as it is written, and as a number; None where the cell says none."""
    kind, text = fit.grid.cells.get((row, column), ("", ""))
    written = text.strip().rstrip("%").strip() if kind in ("number", "text") else ""
    if _NUMBER.fullmatch(written) is None:
        return None
    return written, float(written.replace(",", "."))


def _agrees(said: tuple[str, float], expected: float) -> bool:
    written, number = said
    decimals = min(len(re.split("[.,]", written)[1]) if re.search("[.,]", written) else 0, _MOST_DECIMALS)
    # A cell in the format of percentages holds the share itself: 1.0345 shows as 103.45 %.
    as_share = 10.0 ** (2 - decimals) if decimals > 2 else 0.0
    near = abs(number - expected) < 10.0**-decimals + _NOISE
    return near or abs(number * 100 - expected) < as_share + _NOISE


def _shown(number: str) -> str:
    """With a comma, as people here write it, and without noise behind it."""
    return f"{round(float(number.replace(',', '.')), 2):g}".replace(".", ",")
