"""What a stock should be: the last period's figure times the record's own growth.

An organization that grew by a tenth has about a tenth more women, more certificates, more members to rate. The
growth is the median over its stocks, so a few wrong cells do not move it.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import replace

from quality.localise.problem import Cell

TELLING = 10
"""Stocks below this say little about growth."""
ENOUGH = 4
LEAST, GREATEST = 0.2, 5.0
"""A growth beyond these is not believed."""


def with_growth(cells: Iterable[Cell]) -> list[Cell]:
    """The cells of one record, its stocks with an expected figure; unchanged where too few stocks tell."""
    given = list(cells)
    ratios = [
        (cell.observed + 1) / (cell.previous + 1)
        for cell in given
        if cell.nature == "stock" and cell.observed and cell.previous and cell.previous >= TELLING
    ]
    if len(ratios) < ENOUGH:
        return given
    growth = min(GREATEST, max(LEAST, statistics.median(ratios)))
    return [
        replace(cell, expected=cell.previous * growth)
        if cell.nature == "stock" and cell.previous is not None and cell.expected is None
        else cell
        for cell in given
    ]
