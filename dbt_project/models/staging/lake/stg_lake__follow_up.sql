with

source as (

    select * from {{ source('lake', 'follow_up') }}

),

renamed as (

    select
        concat_ws(chr(47), query_id, measure_code) as follow_up_key,
        query_id,
        kind,
        committee_code,
        organization_code,
        period_code,
        rank,
        measure_code,
        low,
        high,
        movement_pct,
        remaining_pct,
        file_hash,
        file_name,
        finding_id,
        rule_id,
        question_vi,
        question_en
    from source

)

select * from renamed
