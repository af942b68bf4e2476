"""From a chart to a picture: SVG for pages, PNG for Word; the same specification is drawn once."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair

FONT = "Segoe UI, Noto Sans, DejaVu Sans, Arial, sans-serif"
_VIETNAMESE = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " đ"]}
_ENGLISH = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", " VND"]}
_TEXT = {"labelFontSize": 12, "titleFontSize": 12, "labelLimit": 320}
_LOOK = {
    "font": FONT,
    "background": "white",
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 12,
        "titleFontSize": 12,
        "labelColor": "#1d2733",
        "gridColor": "#e3e8ed",
        "labelLimit": 320,
    },
    "legend": {"labelFontSize": 12, "titleFontSize": 12, "labelLimit": 320},
    "text": {"fontSize": 12, "color": "#1d2733"},
}


def as_svg(chart: altair.TopLevelMixin, language: str = "vi") -> str:
    """The chart as the text of an SVG file; numbers are written as ``language`` (vi, en) writes them."""
    return _drawn_svg(_specification(chart), language)


def as_png(chart: altair.TopLevelMixin, language: str = "vi", scale: float = 2.0) -> bytes:
    """The chart as a PNG file, ``scale`` times the size of its pixels."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(_specification(chart), scale=scale, format_locale=_locale(language)))


def _specification(chart: Any) -> str:
    return json.dumps(chart.configure(**_LOOK).to_dict(), sort_keys=True)


@lru_cache(maxsize=512)
def _drawn_svg(specification: str, language: str) -> str:
    import vl_convert

    return str(vl_convert.vegalite_to_svg(specification, format_locale=_locale(language)))


def _locale(language: str) -> dict[str, Any]:
    return _VIETNAMESE if language == "vi" else _ENGLISH
