with

definitions as (

    select * from {{ ref('stg_reference__figure_definitions') }}
    where scope = 'covered'

),

measures as (

    select * from {{ ref('int_measures_described') }}

),

-- Numerator and denominator of a figure are computed alike; a ratio measure brings both.
sides as (

    select
        definitions.figure_id,
        definitions.committee_code,
        definitions.aggregate,
        definitions.period_from,
        definitions.period_to,
        definitions.comparison,
        definitions.note,
        'value' as side,
        coalesce(measures.numerator_measure, definitions.measure_code) as measure_code
    from definitions
    left join measures on definitions.measure_code = measures.measure_code
    union all
    select
        definitions.figure_id,
        definitions.committee_code,
        definitions.aggregate,
        definitions.period_from,
        definitions.period_to,
        definitions.comparison,
        definitions.note,
        'denominator' as side,
        coalesce(definitions.denominator_measure_code, measures.denominator_measure) as measure_code
    from definitions
    left join measures on definitions.measure_code = measures.measure_code
    where coalesce(definitions.denominator_measure_code, measures.denominator_measure) is not null

)

select * from sides
