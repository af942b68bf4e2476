with

source as (

    select * from {{ ref('committees') }}

),

renamed as (

    select
        committee_code || '@' || coalesce(valid_from, '') as committee_key,
        committee_code,
        name_vi,
        name_en,
        province,
        block,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        authority
    from source

)

select * from renamed
