"""How the results and the aims of targets are said, on pages and in reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

RESULTS = {
    "met": ("đạt", "met"),
    "exceeded": ("vượt", "exceeded"),
    "not_met": ("chưa đạt", "not met"),
    "incomplete": ("chưa đủ biểu để kết luận", "not enough workbooks to conclude"),
    "not_assessable": ("không xét được", "not assessable"),
    "not_yet_due": ("chưa đến hạn", "not due yet"),
}
"""Status of `rpt_targets` -> what it is called in Vietnamese and English, in the order in which reports tell them."""
_AIMS = {">=": "từ {} trở lên", "<=": "không quá {}", "=": "đúng {}", ">": "trên {}", "<": "dưới {}"}


def aim_vi(row: Mapping[str, Any], number: Callable[[float], str]) -> str:
    """What a target asks for, as a report says it; ``row`` has operator, threshold_low and threshold_high."""
    ends = [number(row[name]) for name in ("threshold_low", "threshold_high") if row[name] is not None]
    if len(ends) == 2:
        return f"từ {ends[0]} đến {ends[1]}"
    told = _AIMS.get(str(row["operator"] or ""), "{}")
    return told.format(ends[0]) if ends else ""
