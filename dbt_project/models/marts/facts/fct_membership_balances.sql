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
        count(*) filter (cell_code = 'register.MEMBERS_IN' and value is null) = 0 as is_in_known,
        count(*) filter (cell_code = 'register.MEMBERS_OUT' and value is null) = 0 as is_out_known,
        {{ exact_sum('value', where="cell_code = 'register.MEMBERS_IN'") }} as members_in,
        {{ exact_sum('value', where="cell_code = 'register.MEMBERS_OUT'") }} as members_out,
        {{ exact_sum('value', where="cell_code = 'register.MEMBERS_PASSED_ON'") }} as members_passed_on
    from register
    group by all

),

paired as (

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
        -- What the register does not know is no 0.
        case when coalesce(moved.is_in_known, true) then coalesce(moved.members_in, 0) end as members_in,
        case when coalesce(moved.is_out_known, true) then coalesce(moved.members_out, 0) end as members_out,
        coalesce(moved.members_passed_on, 0) as members_passed_on
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

),

balances as (

    select
        * exclude (members_passed_on),
        -- What an organization passed on when it ended left it after the last day that its line speaks of.
        opening - (previous_closing + members_in - members_out + members_passed_on) as gap_to_previous,
        closing - (opening + increase - decrease) as gap_in_period
    from paired

)

select * from balances
