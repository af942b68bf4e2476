-- What the workbooks declare and what the register's events moved, as signed numbers of members. A year asked for
-- beside its halves declares again what they say; the first period of all has nothing it moved from.
with

committee_periods as (

    select * from {{ ref('int_committee_periods') }}
    where reported_before is not null

),

parts as (

    select * from {{ ref('change_parts') }}

),

observations as (

    select * from {{ ref('fct_observations') }}

),

register as (

    select * from {{ ref('stg_lake__register_observations') }}

),

-- An event with several partners has several rows and one type.
events as (

    select distinct
        event_id,
        event_type
    from {{ ref('int_organization_events_bounded') }}

),

flows as (

    select
        observations.committee_code,
        observations.period_code,
        observations.organization_code,
        parts.part_code,
        observations.submitted_value * cast(parts.coefficient as double) as value
    from observations
    inner join parts on observations.cell_code = parts.cell_code
    where observations.submitted_value is not null

),

moves as (

    select
        register.committee_code,
        register.period_code,
        register.organization_code,
        coalesce(parts.part_code, 'other_event') as part_code,
        case register.cell_code when 'register.MEMBERS_IN' then register.value else -register.value end as value
    from register
    inner join events on register.event_id = events.event_id
    left join parts on events.event_type = parts.event_type
    where register.cell_code in ('register.MEMBERS_IN', 'register.MEMBERS_OUT')

),

unioned as (

    select * from flows
    union all by name
    select * from moves

),

of_the_steps as (

    select unioned.*
    from unioned
    inner join committee_periods
        on
            unioned.committee_code = committee_periods.committee_code
            and unioned.period_code = committee_periods.period_code

)

select * from of_the_steps
