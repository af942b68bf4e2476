"""The sheets of a blank workbook that check what its sender writes. They say nothing of their own and are never read.

Both together mark a workbook of ours: a form of others may have a sheet of the visible one's name.
"""

from __future__ import annotations

from collections.abc import Collection

CHECK_SHEET = "Kiểm tra"
FIGURES_SHEET = "_kiem_tra"


def sheets_to_read(names: Collection[str]) -> list[str]:
    """Those of a workbook's sheet ``names`` that may hold something a sender wrote, in order."""
    ours = {CHECK_SHEET, FIGURES_SHEET} if FIGURES_SHEET in names else set()
    return [name for name in names if name not in ours]
