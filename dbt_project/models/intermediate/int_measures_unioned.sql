with

declared as (

    select * from {{ ref('stg_reference__measures') }}

),

cells as (

    select * from {{ ref('stg_lake__form_cells') }}

),

terms as (

    select * from {{ ref('int_measure_terms_unioned') }}

),

derived as (

    select
        cells.cell_code as measure_code,
        cells.label_vi,
        cells.label_en,
        cells.unit_vi,
        cells.unit_en,
        'additive' as kind,
        cells.nature as aggregation,
        cast(null as varchar) as numerator_measure,
        cast(null as varchar) as denominator_measure
    from cells
    inner join terms on cells.cell_code = terms.measure_code

),

unioned as (

    select * from declared
    union all by name
    select * from derived

)

select * from unioned
