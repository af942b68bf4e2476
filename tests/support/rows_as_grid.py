"""The rows of a sheet as the layouts look at them, for tests that need no workbook."""

from __future__ import annotations

from typing import Any

from ingest.layouts.grid import Grid

Rows = list[list[Any]]


def grid(rows: Rows, name: str = "Trang") -> Grid:
    """The cells of ``rows``, the first of them row 1; None is an empty cell."""
    cells = {
        (row, at): ("number" if isinstance(value, int | float) else "text", str(value))
        for row, values in enumerate(rows, 1)
        for at, value in enumerate(values, 1)
        if value is not None
    }
    return Grid(name, cells)
