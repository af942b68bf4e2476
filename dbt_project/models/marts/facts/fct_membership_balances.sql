with

observations as (

    select * from {{ ref('fct_observations') }}
    where form = 'membership_change'

),

register as (

    select * from {{ ref('stg_lake__register_observations') }}

),

committee_periods as (

    select * from {{ ref('int_committee_periods') }}

),

lines as (

    select
        committee_code,
        organization_code,
        organization_key,
        period_code,
        max(value) filter (cell_code = 'membership_change.OPEN') as opening,
        max(value) filter (cell_code = 'membership_change.INC') as increase,
        max(value) filter (cell_code = 'membership_change.DEC') as decrease,
        max(value) filter (cell_code = 'membership_change.CLOSE') as closing
    from observations
    group by all

),

moved as (

    select
        organization_code,
        period_code,
        coalesce({{ exact_sum('value', where="cell_code = 'register.MEMBERS_IN'") }}, 0) as members_in,
        coalesce({{ exact_sum('value', where="cell_code = 'register.MEMBERS_OUT'") }}, 0) as members_out
    from register
    group by all

),

balances as (

    select
        lines.committee_code,
        lines.organization_code,
        lines.organization_key,
        lines.period_code,
        lines.opening,
        lines.increase,
        lines.decrease,
        lines.closing,
        previous.closing as previous_closing,
        coalesce(moved.members_in, 0) as members_in,
        coalesce(moved.members_out, 0) as members_out,
        lines.opening - (previous.closing + coalesce(moved.members_in, 0) - coalesce(moved.members_out, 0))
            as gap_to_previous,
        lines.closing - (lines.opening + lines.increase - lines.decrease) as gap_in_period
    from lines
    left join committee_periods
        on
            lines.committee_code = committee_periods.committee_code
            and lines.period_code = committee_periods.period_code
    left join lines as previous
        on
            lines.organization_code = previous.organization_code
            and committee_periods.reported_before = previous.period_code
    left join moved
        on
            lines.organization_code = moved.organization_code
            and lines.period_code = moved.period_code

)

select * from balances
