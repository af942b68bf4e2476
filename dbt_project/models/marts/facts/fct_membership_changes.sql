with

observations as (

    select * from {{ ref('fct_observations') }}
    where form = 'membership_change' and role in ('detail', 'of_which') and {{ is_touched() }}

),

changes as (

    select
        committee_code,
        organization_code,
        organization_key,
        period_code,
        {{ member_of('members', 'change_type') }} as change_type,
        {{ member_of('members', 'member_status') }} as member_status,
        value as members,
        case
            when {{ member_of('members', 'member_status') }} != 'ALL' then 0
            when {{ member_of('members', 'change_type') }} like 'IN%' then value
            else -value
        end as effect_on_closing,
        state,
        file_hash,
        sheet,
        cell
    from observations
    where {{ member_of('members', 'change_type') }} is not null

)

select * from changes
