with

register as (

    select
        committee_code,
        organization_code,
        period_code,
        cell_code,
        event_id,
        value
    from {{ ref('stg_lake__register_observations') }}

)

select * from register
