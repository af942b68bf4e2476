-- Organizations bound by events, also across committees, over all time: a family keeps what a merger adds, a succession
-- renames or a split parts, so that a province is compared over the years without a share.
with recursive

organizations as (

    select distinct organization_code
    from {{ ref('stg_reference__organizations') }}

),

events as (

    select * from {{ ref('stg_reference__organization_events') }}
    where from_organization_code is not null and to_organization_code is not null

),

links as (

    select
        from_organization_code as organization_code,
        to_organization_code as linked_code
    from events
    union
    select
        to_organization_code as organization_code,
        from_organization_code as linked_code
    from events

),

reached as (

    select
        organization_code,
        organization_code as reached_code
    from organizations
    union
    select
        reached.organization_code,
        links.linked_code as reached_code
    from reached
    inner join links on reached.reached_code = links.organization_code

),

families as (

    select
        organization_code,
        min(reached_code) as family_code
    from reached
    group by all

)

select * from families
