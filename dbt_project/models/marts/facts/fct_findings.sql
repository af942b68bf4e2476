with

findings as (

    select
        finding_id,
        rule_id,
        engine,
        severity,
        outcome,
        committee_code,
        organization_code,
        period_code,
        file_hash,
        file_name,
        sheet,
        cell,
        cell_code,
        cells,
        observed,
        expected,
        suggested,
        message_vi,
        message_en,
        finding_key,
        answer_state
    from {{ ref('stg_lake__findings') }}

)

select * from findings
