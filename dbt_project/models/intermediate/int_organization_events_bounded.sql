-- An event as its committee sees it: an organization of another committee is outside.
with

events as (

    select * from {{ ref('stg_reference__organization_events') }}

),

organizations as (

    select distinct
        committee_code,
        organization_code
    from {{ ref('stg_reference__organizations') }}

),

bounded as (

    select
        events.*
        replace (
            origins.organization_code as from_organization_code,
            targets.organization_code as to_organization_code
        )
    from events
    left join organizations as origins
        on
            events.committee_code = origins.committee_code
            and events.from_organization_code = origins.organization_code
    left join organizations as targets
        on
            events.committee_code = targets.committee_code
            and events.to_organization_code = targets.organization_code

)

select * from bounded
