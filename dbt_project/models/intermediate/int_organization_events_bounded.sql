-- An event as its committee sees it: an organization of another committee is outside. Which committee an organization
-- belongs to is a matter of the day: the one it comes from on the eve, the one it goes to on the day itself, so that
-- an organization that changes its committee and keeps its code is outside on one side of the event. Where the register
-- has no stretch of it on that day at all, any stretch in the committee makes it its own.
with

events as (

    select * from {{ ref('stg_reference__organization_events') }}

),

organizations as (

    select * from {{ ref('stg_reference__organizations') }}

),

sides as (

    select
        event_key,
        'from' as side,
        committee_code,
        from_organization_code as organization_code,
        effective_on - 1 as looked_at_on
    from events
    where from_organization_code is not null
    union all
    select
        event_key,
        'to' as side,
        committee_code,
        to_organization_code as organization_code,
        effective_on as looked_at_on
    from events
    where to_organization_code is not null

),

memberships as (

    select
        sides.event_key,
        sides.side,
        organizations.committee_code = sides.committee_code as is_own,
        organizations.valid_from <= sides.looked_at_on
        and coalesce(organizations.valid_to, date '9999-12-31') >= sides.looked_at_on as is_in_force
    from sides
    inner join organizations on sides.organization_code = organizations.organization_code

),

judged as (

    select
        event_key,
        side,
        case
            when bool_or(is_in_force) then bool_or(is_own and is_in_force)
            else bool_or(is_own)
        end as is_own
    from memberships
    group by all

),

bounded as (

    select
        events.*
        replace (
            case when origins.is_own then events.from_organization_code end as from_organization_code,
            case when targets.is_own then events.to_organization_code end as to_organization_code
        )
    from events
    left join judged as origins
        on
            events.event_key = origins.event_key
            and origins.side = 'from'
    left join judged as targets
        on
            events.event_key = targets.event_key
            and targets.side = 'to'

)

select * from bounded
