with

source as (

    select * from {{ source('lake', 'corrections') }}

),

renamed as (

    select
        concat_ws('/', correction_id, file_hash) as correction_key,
        correction_id,
        committee_code,
        organization_code,
        period_code,
        cell_code,
        file_hash,
        expected_old,
        observed,
        new_value,
        status,
        reason,
        by_role,
        cast(decided_on as date) as decided_on,
        cast(expires as date) as expires
    from source

)

select * from renamed
