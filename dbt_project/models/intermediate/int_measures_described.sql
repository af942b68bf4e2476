with

measures as (

    select * from {{ ref('int_measures_unioned') }}

),

terms as (

    select
        measure_code,
        bool_and(starts_with(cell_code, 'register.')) as is_register_only
    from {{ ref('int_measure_terms_unioned') }}
    group by all

),

described as (

    select
        measures.measure_code,
        measures.label_vi,
        measures.label_en,
        measures.unit_vi,
        measures.unit_en,
        measures.kind,
        measures.aggregation,
        measures.numerator_measure,
        measures.denominator_measure,
        measures.numerator_measure is null as is_additive,
        case
            when measures.numerator_measure is not null then 'ratio'
            when terms.is_register_only then 'register'
            else 'submitted'
        end as source
    from measures
    left join terms on measures.measure_code = terms.measure_code

)

select * from described
