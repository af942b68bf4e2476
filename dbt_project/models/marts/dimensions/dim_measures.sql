with

measures as (

    select
        measure_code,
        label_vi,
        label_en,
        unit_vi,
        unit_en,
        kind,
        aggregation,
        numerator_measure,
        denominator_measure,
        is_additive,
        source
    from {{ ref('int_measures_described') }}

)

select * from measures
