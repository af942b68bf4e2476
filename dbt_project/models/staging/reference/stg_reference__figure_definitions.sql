with

source as (

    select * from {{ ref('figure_definitions') }}

),

renamed as (

    select
        figure_id,
        scope,
        reason_vi,
        reason_en,
        committee_code,
        measure_code,
        denominator_measure_code,
        aggregate,
        period_from,
        period_to,
        comparison,
        note
    from source

)

select * from renamed
