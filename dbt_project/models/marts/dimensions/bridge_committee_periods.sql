-- What a committee was called, and which province it belonged to, in a period: its stretch on the period's last day.
-- Before its first stretch the first one stands, in a hole or after the last one the one before.
with

committee_periods as (

    select * from {{ ref('int_committee_periods') }}

),

committees as (

    select * from {{ ref('stg_reference__committees') }}

),

candidates as (

    select
        committee_periods.committee_code,
        committee_periods.period_code,
        committee_periods.period_end,
        committee_periods.is_cumulative,
        committee_periods.reported_before,
        committees.committee_key,
        coalesce(committees.valid_from, date '0001-01-01') as begins_on
    from committee_periods
    inner join committees on committee_periods.committee_code = committees.committee_code

),

named as (

    select
        committee_code,
        period_code,
        is_cumulative,
        reported_before,
        coalesce(
            max_by(committee_key, begins_on) filter (where begins_on <= period_end),
            min_by(committee_key, begins_on)
        ) as committee_key
    from candidates
    group by all

)

select
    committee_code,
    period_code,
    committee_key,
    is_cumulative,
    reported_before
from named
