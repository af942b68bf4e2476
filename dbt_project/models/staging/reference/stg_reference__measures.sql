with

source as (

    select * from {{ ref('measures') }}

),

renamed as (

    select
        measure_code,
        label_vi,
        label_en,
        unit_vi,
        unit_en,
        kind,
        aggregation,
        numerator_measure,
        denominator_measure
    from source

)

select * from renamed
