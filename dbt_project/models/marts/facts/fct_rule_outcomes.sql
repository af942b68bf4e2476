with

outcomes as (

    select
        rule_id,
        committee_code,
        period_code,
        passed,
        failed,
        not_assessable
    from {{ ref('stg_lake__rule_outcomes') }}

)

select * from outcomes
