"""Published figures against the warehouse, one line each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from khoi.figures.provenance import provenances

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

STATUSES = {
    "equal": ("khớp", "equal"),
    "within_bound": ("nằm trong mức đã công bố", "within the published bound"),
    "published_inconsistent": ("số công bố tự mâu thuẫn", "the publication contradicts itself"),
    "differs": ("lệch", "differs"),
    "not_covered": ("chưa có biểu thu thập", "no form asks for it yet"),
    "out_of_scope": ("ngoài phạm vi", "out of scope"),
}
"""What a status is called before people, in both languages."""


def told_statuses(counts: Mapping[str, int]) -> str:
    """The counts by status as one sentence in both languages, in the order given."""
    vi, en = (", ".join(f"{STATUSES[code][n]} {count}" for code, count in counts.items()) for n in (0, 1))
    return f"{vi} / {en}"


def reconcile(connection: duckdb.DuckDBPyConnection, all: bool = False) -> pd.DataFrame:
    """One row per published figure, those that differ first.

    Columns: figure_id, committee_code, domain, measure_vi, published, warehouse (as people write them:
    value / denominator, percentage), status, provenance (where the warehouse's number comes from,
    `khoi.figures.provenance`; None without one), reason_vi, reason_en and the numbers behind them. Without
    ``all`` only the figures that somebody has defined; with it every published figure.
    """
    frame = connection.execute(
        f"""
        select
            figure_id, committee_code, domain, published_measure, measure_vi, measure_code,
            {_shown("published")} as published,
            {_shown("warehouse")} as warehouse,
            status, agreement, reason_vi, reason_en,
            published_value, published_denominator, published_pct,
            warehouse_value, warehouse_denominator, warehouse_pct
        from rpt_published_figures
        order by status != 'differs', figure_id
        """
    ).df()
    known = provenances(connection).set_index("figure_id")["provenance"].astype(object)
    found = frame["figure_id"].map(known).astype(object)
    frame.insert(frame.columns.get_loc("reason_vi"), "provenance", found.where(found.notna(), None))
    if all:
        return frame
    defined = connection.execute("select figure_id from rpt_published_figures where is_defined").df()["figure_id"]
    return frame[frame["figure_id"].isin(defined)].reset_index(drop=True)


def _shown(side: str) -> str:
    """SQL for a figure as text (``76/82 = 92.67 %``, ``6177``), in the parts that were published."""
    number = "regexp_replace(round({}, 2)::varchar, '[.]0+$', '')"
    value, denominator, percent = (number.format(f"{side}_{part}") for part in ("value", "denominator", "pct"))
    return f"""nullif(concat(
        case when published_value is not null then {value} end,
        case when published_denominator is not null then '/' || {denominator} end,
        case when published_pct is not null and published_value is not null then ' = ' || {percent} || ' %'
             when published_pct is not null then {percent} || ' %' end
    ), '')"""
