-- One row per committee, period, measure and organization of the tree as of a day: what the organizations of the period
-- come to, walked step by step along the register's events; 'outside' is what left, or had not yet entered.
-- Parameters: $measures and $periods, lists of the same length; $as_of, a day.
with recursive

asked as (

    select
        unnest($measures) as measure_code,
        unnest($periods) as period_code

),

figures as (

    select
        figures.committee_code,
        figures.period_code,
        figures.measure_code,
        figures.organization_code,
        -- One that ended within the period is walked from its own last day: its flows go to its successors.
        least(periods.period_end, coalesce(organizations.valid_to, periods.period_end)) as last_day,
        figures.value
    from asked
    inner join fct_measure_values as figures
        on
            asked.measure_code = figures.measure_code
            and asked.period_code = figures.period_code
    inner join dim_periods as periods on figures.period_code = periods.period_code
    left join dim_organizations as organizations
        on
            figures.organization_key = organizations.organization_key
            and figures.source <> 'register'
    where figures.value is not null

),

steps as (

    select distinct
        committee_code,
        step_no,
        effective_on
    from bridge_reorganisation_shares

),

origins as (

    select distinct
        committee_code,
        period_code,
        organization_code,
        last_day
    from figures

),

starts as (

    select
        origins.committee_code,
        origins.period_code,
        origins.organization_code,
        periods.period_end <= cast($as_of as date) as is_forward,
        coalesce(max(steps.step_no), 0) as steps_before
    from origins
    inner join dim_periods as periods on origins.period_code = periods.period_code
    left join steps
        on
            origins.committee_code = steps.committee_code
            and origins.last_day >= steps.effective_on
    group by all

),

-- A step that belongs to the walk: forward up to the day, backward down to the day after it.
walkable as (

    select
        *,
        direction = 'forward' as is_forward,
        coalesce(walk_order_before, -1000000000) as after_order
    from bridge_reorganisation_shares
    where (direction = 'forward') = (effective_on <= cast($as_of as date))

),

walked as (

    select
        committee_code,
        period_code,
        organization_code as origin_code,
        organization_code,
        is_forward,
        case when is_forward then steps_before else -steps_before - 1 end as walk_order,
        cast(1 as double) as share
    from starts
    union all
    select
        walked.committee_code,
        walked.period_code,
        walked.origin_code,
        walkable.becomes_code as organization_code,
        walked.is_forward,
        walkable.walk_order,
        walked.share * walkable.share as share
    from walked
    inner join walkable
        on
            walked.committee_code = walkable.committee_code
            and walked.is_forward = walkable.is_forward
            and walked.organization_code = walkable.organization_code
            and walked.walk_order >= walkable.after_order
            and walked.walk_order < walkable.walk_order

),

arrived as (

    select
        walked.committee_code,
        walked.period_code,
        walked.origin_code,
        walked.organization_code,
        sum(walked.share) as share
    from walked
    anti join walkable
        on
            walked.committee_code = walkable.committee_code
            and walked.is_forward = walkable.is_forward
            and walked.organization_code = walkable.organization_code
            and walked.walk_order >= walkable.after_order
            and walked.walk_order < walkable.walk_order
    group by all

)

select
    figures.committee_code,
    figures.period_code,
    figures.measure_code,
    arrived.organization_code,
    round(sum(figures.value * arrived.share), 6) as value
from figures
inner join arrived
    on
        figures.committee_code = arrived.committee_code
        and figures.period_code = arrived.period_code
        and figures.organization_code = arrived.origin_code
group by all
order by 1, 2, 3, 4
