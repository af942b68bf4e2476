with

bounds as (

    select
        committee_code,
        period_code,
        measure_code,
        value,
        low,
        high,
        movement_pct,
        tolerance_pct,
        queries,
        questions
    from {{ ref('stg_lake__headline_bounds') }}

)

select * from bounds
