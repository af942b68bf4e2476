"""Stated against true probability as a picture: one panel a family, as SVG text.

A circle is a band of stated probability: its place the mean stated and the share in which it was so indeed, its area
the number of cells. On the diagonal what is said is true; below it too much is claimed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from xml.sax.saxutils import escape

BANDS = (0.0, 0.1, 0.3, 0.5, 0.65, 0.8, 0.95, 1.01)
SIDE, MARGIN, ACROSS = 150, 30, 6
LARGEST = 12.0

Pairs = list[tuple[float, bool]]


def calibration_svg(families: Mapping[str, Pairs]) -> str:
    """The picture; ``families`` are (stated probability, it was so indeed) of every cell shown, by family."""
    step = SIDE + MARGIN
    rows = -(-len(families) // ACROSS)
    panels = "".join(
        f'<g transform="translate({MARGIN + step * (n % ACROSS)},{MARGIN + step * (n // ACROSS)})">{_panel(*one)}</g>'
        for n, one in enumerate(families.items())
    )
    width, height = step * ACROSS + MARGIN, step * rows + MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="11"><rect width="100%" height="100%" fill="white"/>{panels}</svg>\n'
    )


def _panel(family: str, pairs: Pairs) -> str:
    frame = (
        f'<text x="0" y="-6">{escape(family)} ({len(pairs)})</text>'
        f'<rect width="{SIDE}" height="{SIDE}" fill="none" stroke="#999"/>'
        f'<line x1="0" y1="{SIDE}" x2="{SIDE}" y2="0" stroke="#bbb" stroke-dasharray="3"/>'
    )
    most = max((count for _, _, count in _points(pairs)), default=1)
    return frame + "".join(
        f'<circle cx="{stated * SIDE:.1f}" cy="{(1 - true) * SIDE:.1f}" r="{2 + LARGEST * (count / most) ** 0.5:.1f}" '
        f'fill="#2b6cb0" fill-opacity="0.5"><title>{count}: {stated:.2f} / {true:.2f}</title></circle>'
        for stated, true, count in _points(pairs)
    )


def _points(pairs: Pairs) -> Iterator[tuple[float, float, int]]:
    """(mean stated, share that was so indeed, cells) of every band that has cells."""
    for low, high in pairwise(BANDS):
        inside = [pair for pair in pairs if low <= pair[0] < high]
        if inside:
            stated = sum(probability for probability, _ in inside) / len(inside)
            yield stated, sum(so for _, so in inside) / len(inside), len(inside)
