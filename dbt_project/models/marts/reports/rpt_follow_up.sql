with

follow_up as (

    select
        follow_up_key,
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
    from {{ ref('stg_lake__follow_up') }}

)

select * from follow_up
