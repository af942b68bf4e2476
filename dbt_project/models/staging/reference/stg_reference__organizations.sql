with

source as (

    select * from {{ ref('organizations') }}

),

renamed as (

    select
        organization_code || '@' || valid_from as organization_key,
        organization_code,
        committee_code,
        name,
        organization_type,
        sector,
        industrial_zone,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        authority
    from source

)

select * from renamed
