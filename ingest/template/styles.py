"""The look of official forms: Times New Roman, thin borders, light fill where something is to be typed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

_BASE: dict[str, Any] = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
_BOXED: dict[str, Any] = {**_BASE, "border": 1, "text_wrap": True}
_INPUT: dict[str, Any] = {**_BOXED, "locked": False, "bg_color": "#FFFFF0"}

# Filled in from what is known already; open like any other input.
_KNOWN: dict[str, Any] = {"bg_color": "#E2F0E4"}

FORMATS: dict[str, dict[str, Any]] = {
    "plain": _BASE,
    "left_head": {**_BASE, "align": "center", "text_wrap": True},
    "left_head_bold": {**_BASE, "align": "center", "bold": True, "text_wrap": True},
    "right_head": {**_BASE, "align": "center", "bold": True, "underline": 1},
    "place_date": {**_BASE, "align": "center", "italic": True},
    "title": {**_BASE, "font_size": 14, "bold": True, "align": "center", "text_wrap": True},
    "period": {**_BASE, "align": "center", "italic": True},
    "unit": {**_BASE, "align": "right", "italic": True, "font_size": 11},
    "header": {**_BOXED, "bold": True, "align": "center", "bg_color": "#DDE7F0"},
    "numbering": {**_BOXED, "italic": True, "align": "center", "font_size": 10},
    "ordinal": {**_BOXED, "align": "center"},
    "label": {**_BOXED, "align": "left"},
    "label_strong": {**_BOXED, "align": "left", "bold": True},
    "help": {**_BOXED, "italic": True, "font_size": 10, "font_color": "#595959"},
    "note": {**_BASE, "italic": True, "font_size": 11, "text_wrap": True},
    "sign": {**_BASE, "align": "center", "bold": True, "text_wrap": True},
    "sign_note": {**_BASE, "align": "center", "italic": True, "font_size": 11},
    "input_count": {**_INPUT, "align": "right", "indent": 1, "num_format": "#,##0"},
    "input_text": {**_INPUT, "align": "left", "num_format": "@"},
    "input_code": {**_INPUT, "align": "left"},
    "input_date": {**_INPUT, "align": "center", "num_format": "dd/mm/yyyy"},
    "mark": {**_INPUT, "align": "center", "bold": True},
    "mark_label": {**_BASE, "align": "right", "italic": True, "font_size": 11},
    "fixed_text": {**_BASE, "border": 1, "shrink": True, "align": "left", "num_format": "@", "bold": True},
    "link": {**_BOXED, "align": "left", "font_color": "#0563C1", "underline": 1},
    "number": {**_BOXED, "align": "right", "num_format": "#,##0"},
    "result": {**_BOXED, "align": "center", "bold": True},
    "red": {"bg_color": "#F8B4B4", "font_color": "#9C0006"},
    "amber": {"bg_color": "#FFE08A", "font_color": "#7F4F00"},
    "green": {"bg_color": "#D8EFD3", "font_color": "#1E5B1E"},
}
FORMATS["total_count"] = {**FORMATS["input_count"], **_KNOWN, "bold": True}
FORMATS |= {name.replace("input_", "known_"): {**FORMATS[name], **_KNOWN} for name in FORMATS if "input_" in name}


class Styles:
    """The formats of one workbook, made when first asked for."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[str, Format] = {}

    def __getitem__(self, name: str) -> Format:
        if name not in self._made:
            self._made[name] = self._workbook.add_format(FORMATS[name])
        return self._made[name]


@cache
def input_style(value_type: str, is_known: bool = False) -> str:
    """The format name of an input cell for a field type; ``is_known``: filled in from what is known already."""
    look = {"count": "count", "date": "date", "code": "code", "flag": "code"}.get(value_type, "text")
    return f"known_{look}" if is_known else f"input_{look}"
