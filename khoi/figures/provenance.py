"""Where a reconciled figure comes from: a sum over organizations proves more than what one sender wrote.

A committee sends a workbook of its own work too; a published figure that stands in it alone is an echo, not a proof
that the organizations add up to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

PROVENANCES = {
    "organizations": ("tổng của các tổ chức", "sum over organizations"),
    "organizations_and_committee": ("các tổ chức và đảng ủy cấp trên", "organizations and the committee itself"),
    "committee": ("biểu của chính đảng ủy cấp trên", "the committee's own workbook (an echo)"),
    "register": ("sổ đăng ký", "register"),
    "one_organization": ("một tổ chức", "one organization"),
    "nothing": ("không nơi nào phát sinh (0)", "nothing of it anywhere (0)"),
}
"""What a figure can come from: code -> Vietnamese, English."""

_SQL = """
with asked as (
    select
        figures.figure_id, figures.committee_code, periods.period_code,
        unnest([
            coalesce(measures.numerator_measure, figures.measure_code),
            coalesce(figures.denominator_measure_code, measures.denominator_measure)
        ]) as measure_code
    from rpt_published_figures as figures
    inner join bridge_figure_periods as periods on figures.figure_id = periods.figure_id
    left join dim_measures as measures on figures.measure_code = measures.measure_code
    where figures.warehouse_value is not null or figures.warehouse_pct is not null
),

committees as (select distinct organization_code from rpt_completeness where is_committee_itself),

given as (
    select
        asked.figure_id, facts.organization_code, facts.source = 'register' as is_registered,
        committees.organization_code is not null as is_committee
    from asked
    left join fct_measure_values as facts
        on asked.committee_code = facts.committee_code and asked.period_code = facts.period_code
        and asked.measure_code = facts.measure_code and facts.value <> 0
    left join committees on facts.organization_code = committees.organization_code
    where asked.measure_code is not null
)

select
    figure_id,
    case
        when count(organization_code) = 0 then 'nothing'
        when bool_and(is_registered) filter (organization_code is not null) then 'register'
        when bool_and(is_committee) filter (organization_code is not null) then 'committee'
        when bool_or(is_committee) then 'organizations_and_committee'
        when count(distinct organization_code) = 1 then 'one_organization'
        else 'organizations'
    end as provenance
from given
group by figure_id
"""


def provenances(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """One row per published figure that the warehouse has a number for: figure_id and provenance (`PROVENANCES`)."""
    return connection.execute(_SQL).df()


def counted_by_provenance(frame: pd.DataFrame, statuses: tuple[str, ...] = ("equal", "within_bound")) -> dict[str, int]:
    """How many of the figures of ``frame`` (status, provenance) that agree come from where, in the order declared."""
    counts = frame.loc[frame["status"].isin(statuses), "provenance"].value_counts()
    return {code: int(counts[code]) for code in PROVENANCES if code in counts}


def told_counts(counts: dict[str, int]) -> str:
    """The counts as one sentence in both languages."""
    vi = ", ".join(f"{PROVENANCES[code][0]} {count}" for code, count in counts.items())
    en = ", ".join(f"{PROVENANCES[code][1]} {count}" for code, count in counts.items())
    return f"{vi} / {en}"
