"""What to ask first: the open queries of a published warehouse in their order, and the headlines with their bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from khoi.figures.names import known_committee, known_period

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_CHOSEN = """
    with last_open as (
        select committee_code, max(period_code) as period_code from marts.rpt_headline_bounds
        where queries > 0 group by all
    ),
    chosen as (
        select distinct committee_code, period_code from marts.rpt_headline_bounds
        where committee_code = coalesce($committee, committee_code)
            and case when $period is not null then period_code = $period
                else (committee_code, period_code) in (select (committee_code, period_code) from last_open) end
    )
"""
# All chosen ones are asked for at once: hundreds of committees asked one by one take seconds.
_HEADLINES = f"""
    {_CHOSEN}
    select bounds.*, measures.label_vi, measures.label_en, measures.unit_vi, not measures.is_additive as is_percentage
    from marts.rpt_headline_bounds as bounds
    inner join marts.dim_measures as measures using (measure_code)
    where (bounds.committee_code, bounds.period_code) in (select (committee_code, period_code) from chosen)
    order by bounds.committee_code, bounds.period_code, bounds.questions desc,
        bounds.movement_pct / bounds.tolerance_pct desc nulls first, measure_code
"""
# The headline that a query moves furthest beyond its tolerance stands for it.
_QUERIES = f"""
    {_CHOSEN}
    select queries.rank, queries.query_id, queries.kind, queries.committee_code, queries.period_code,
        queries.organization_code, queries.file_name, queries.finding_id, queries.rule_id,
        queries.measure_code, measures.label_vi, measures.label_en, queries.low, queries.high,
        queries.movement_pct, queries.remaining_pct, not measures.is_additive as is_percentage,
        queries.question_vi, queries.question_en
    from marts.rpt_follow_up as queries
    left join marts.rpt_headline_bounds as bounds using (committee_code, period_code, measure_code)
    left join marts.dim_measures as measures on queries.measure_code = measures.measure_code
    where (queries.committee_code, queries.period_code) in (select (committee_code, period_code) from chosen)
    qualify row_number() over (
        partition by queries.committee_code, queries.period_code, queries.query_id
        order by
            case when queries.movement_pct is null and queries.low is not null then 0 else 1 end,
            queries.movement_pct / bounds.tolerance_pct desc nulls last, queries.measure_code
    ) = 1
    order by queries.committee_code, queries.period_code, queries.rank
"""


@dataclass(frozen=True)
class FollowUp:
    """One committee and period.

    ``headlines``: one row per headline with value, low, high, movement_pct, tolerance_pct and questions (how many
    of the first queries settle it). ``queries``: one row per open query by rank, with the headline it moves furthest.
    ``questions``: after so many answers no headline can move by more than its tolerance.
    """

    committee: str
    period: str
    questions: int
    headlines: pd.DataFrame
    queries: pd.DataFrame


def follow_up(
    connection: duckdb.DuckDBPyConnection, committee: str | None = None, period: str | None = None
) -> list[FollowUp]:
    """The follow-up of every chosen committee; without ``period`` its last period with open queries.

    Raises WarehouseError where the committee or the period is unknown.
    """
    if committee is not None:
        committee = known_committee(connection, committee)
    if period is not None:
        period = known_period(connection, period)
    given = {"committee": committee, "period": period}
    chosen = connection.execute(f"{_CHOSEN} select * from chosen order by all", given).fetchall()
    all_headlines = connection.execute(_HEADLINES, given).df()
    all_queries = connection.execute(_QUERIES, given).df()
    by_subject = ["committee_code", "period_code"]
    headlines_of = all_headlines.groupby(by_subject).indices
    queries_of = all_queries.groupby(by_subject).indices
    found = []
    for code, during in chosen:
        subject = (code, during)
        headlines = all_headlines.take(headlines_of.get(subject, [])).reset_index(drop=True)
        queries = all_queries.take(queries_of.get(subject, [])).reset_index(drop=True)
        questions = int(headlines["questions"].max()) if len(headlines) else 0
        found.append(FollowUp(code, during, questions, headlines, queries))
    return found
