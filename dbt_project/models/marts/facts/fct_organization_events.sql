with

events as (

    select
        event_key,
        event_id,
        event_type,
        effective_on,
        committee_code,
        from_organization_code,
        to_organization_code,
        external_body,
        unit,
        cells_moved,
        members_moved,
        authority,
        note
    from {{ ref('stg_reference__organization_events') }}

)

select * from events
