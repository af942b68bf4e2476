"""The kinds of charts: a waterfall from opening to closing, lines over periods with breaks, shares as stacked bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair

UP, DOWN, LEVEL = "#2f7d4f", "#a4161a", "#4c6a88"
"""More, less, and where it stands; told apart in grey as well, and each bar has its number."""
PALETTE = ("#1f4e79", "#c98a00", "#2f7d4f", "#8a3b8f", "#a4161a", "#5b6875", "#3aa6b9", "#7a5400")
WIDTH = 620


@dataclass(frozen=True)
class Step:
    """One bar of a waterfall: a level (opening, closing) or what was added to the one before."""

    label: str
    value: float
    is_level: bool = False


def waterfall(steps: Sequence[Step], unit: str) -> altair.TopLevelMixin:
    """From the first level through what came and went to the last; steps of 0 are left out."""
    import altair as alt

    rows: list[dict[str, Any]] = []
    at = 0.0
    for step in steps:
        if not step.value and not step.is_level:
            continue
        start, end = (0.0, step.value) if step.is_level else (at, at + step.value)
        kind = "level" if step.is_level else "up" if step.value > 0 else "down"
        sign = "" if step.is_level or step.value < 0 else "+"
        rows.append({"label": step.label, "from": start, "to": end, "kind": kind, "value": step.value, "sign": sign})
        at = end
    base = alt.Chart(alt.Data(values=rows)).encode(y=alt.Y("label:N", sort=None, title=None))
    colours = alt.Scale(domain=["level", "up", "down"], range=[LEVEL, UP, DOWN])
    bars = base.mark_bar(height=16).encode(
        x=alt.X("from:Q", title=unit), x2="to:Q", color=alt.Color("kind:N", scale=colours, legend=None)
    )
    ends = alt.datum.sign + alt.expr.format(alt.datum.value, ",.0f")
    texts = (
        base.transform_calculate(told=ends, right=alt.expr.max(alt.datum["from"], alt.datum.to))
        .mark_text(align="left", dx=5)
        .encode(x="right:Q", text="told:N")
    )
    return (bars + texts).properties(width=WIDTH - 160)


def lines(rows: Sequence[dict[str, Any]], unit: str, breaks: Sequence[str] = ()) -> altair.TopLevelMixin:
    """Series over periods: rows of period, series and value. ``breaks``: periods from which a measure means another."""
    import altair as alt

    periods = sorted({row["period"] for row in rows} | set(breaks))
    axis = alt.X("period:O", sort=periods, title=None, axis=alt.Axis(labelAngle=0))
    names = list(dict.fromkeys(row["series"] for row in rows))
    colour = alt.Color(
        "series:N",
        title=None,
        scale=alt.Scale(domain=names, range=list(PALETTE[: max(1, len(names))])),
        legend=alt.Legend(orient="bottom", columns=2) if len(names) > 1 else None,
    )
    drawn: Any = (
        alt.Chart(alt.Data(values=list(rows)))
        .mark_line(point=True)
        .encode(x=axis, y=alt.Y("value:Q", title=unit, scale=alt.Scale(zero=False)), color=colour)
    )
    drawn = drawn.encode(strokeDash=alt.StrokeDash("series:N", legend=None))
    if breaks:
        marked = [{"period": period} for period in sorted(set(breaks))]
        drawn += alt.Chart(alt.Data(values=marked)).mark_rule(strokeDash=[4, 3], color=DOWN).encode(x=axis)
    return alt.layer(drawn).properties(width=WIDTH, height=220)


def stacked(rows: Sequence[dict[str, Any]], unit: str) -> altair.TopLevelMixin:
    """Bars split into parts: rows of bar, part and value, parts in the order in which they come."""
    import altair as alt

    parts = list(dict.fromkeys(row["part"] for row in rows))
    numbered = [{**row, "order": parts.index(row["part"])} for row in rows]
    return (
        alt.Chart(alt.Data(values=numbered))
        .mark_bar(height=18)
        .encode(
            y=alt.Y("bar:N", sort=None, title=None),
            x=alt.X("sum(value):Q", title=unit),
            order="order:Q",
            color=alt.Color(
                "part:N",
                title=None,
                sort=parts,
                scale=alt.Scale(domain=parts, range=[PALETTE[i % len(PALETTE)] for i in range(len(parts))]),
                legend=alt.Legend(orient="bottom", columns=2),
            ),
        )
        .properties(width=WIDTH - 120)
    )


def signed_bars(rows: Sequence[dict[str, Any]], unit: str) -> altair.TopLevelMixin:
    """Parts of a change, each a bar to the right or left of 0: rows of label and value."""
    import altair as alt

    told = [{**row, "kind": "up" if row["value"] > 0 else "down"} for row in rows if row["value"]]
    base = alt.Chart(alt.Data(values=told)).encode(y=alt.Y("label:N", sort=None, title=None))
    bars = base.mark_bar(height=16).encode(
        x=alt.X("value:Q", title=unit),
        color=alt.Color("kind:N", scale=alt.Scale(domain=["up", "down"], range=[UP, DOWN]), legend=None),
    )
    text = base.mark_text(align="left", dx=4).encode(x=alt.X("right:Q"), text=alt.Text("value:Q", format="+,.2~f"))
    return (bars + text.transform_calculate(right=alt.expr.max(alt.datum.value, 0))).properties(width=WIDTH - 200)
