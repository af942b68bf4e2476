-- The periods in which a target is looked at, and the periods whose flows count towards it there. A year asked for
-- beside its halves is neither looked at by itself nor a further component: it repeats them. What is asked for by the
-- year alone is found nowhere else, so the year stands among the counted periods, marked, for such measures only.
with

targets as (

    select * from {{ ref('stg_reference__targets') }}

),

committee_periods as (

    select * from {{ ref('int_committee_periods') }}
    where not is_cumulative or period_kind = 'Y'

),

looked_at as (

    select
        targets.target_id,
        targets.committee_code,
        targets.time_window,
        targets.valid_from,
        targets.due_on,
        committee_periods.period_code,
        committee_periods.year,
        committee_periods.period_end
    from targets
    inner join committee_periods
        on
            targets.committee_code = committee_periods.committee_code
            and committee_periods.period_end between targets.valid_from and targets.due_on
    where not committee_periods.is_cumulative

),

windows as (

    select
        looked_at.target_id,
        looked_at.committee_code,
        looked_at.period_code,
        committee_periods.period_code as counted_period_code,
        committee_periods.is_cumulative,
        committee_periods.period_end = looked_at.period_end as is_at_the_end,
        case looked_at.time_window
            when 'period' then true
            when 'year' then extract(month from looked_at.period_end) = 12
            else looked_at.period_end >= looked_at.due_on
        end as is_window_complete
    from looked_at
    inner join committee_periods
        on
            looked_at.committee_code = committee_periods.committee_code
            and looked_at.period_end >= committee_periods.period_end
            and (
                (looked_at.time_window = 'period' and looked_at.period_code = committee_periods.period_code)
                or (looked_at.time_window = 'year' and looked_at.year = committee_periods.year)
                or (
                    looked_at.time_window not in ('period', 'year')
                    and looked_at.valid_from <= committee_periods.period_end
                )
            )

)

select * from windows
