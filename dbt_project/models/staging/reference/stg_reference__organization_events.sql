with

source as (

    select * from {{ ref('organization_events') }}

),

renamed as (

    select
        concat_ws('/', event_id, from_organization_code, to_organization_code) as event_key,
        event_id,
        event_type,
        cast(effective_on as date) as effective_on,
        committee_code,
        from_organization_code,
        to_organization_code,
        external_body,
        unit,
        cast(cells_moved as integer) as cells_moved,
        cast(members_moved as integer) as members_moved,
        authority,
        note
    from source

)

select * from renamed
