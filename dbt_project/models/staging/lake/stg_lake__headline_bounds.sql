with

source as (

    select * from {{ source('lake', 'headline_bounds') }}

),

renamed as (

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
    from source

)

select * from renamed
