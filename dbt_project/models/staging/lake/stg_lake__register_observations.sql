with

source as (

    select * from {{ source('lake', 'register_observations') }}

),

renamed as (

    select
        committee_code,
        organization_code,
        period_code,
        cell_code,
        value,
        event_id
    from source

)

select * from renamed
