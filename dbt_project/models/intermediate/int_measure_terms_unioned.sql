-- The declared terms, and one term for every cell that no declared measure stands for alone.
with

declared as (

    select * from {{ ref('stg_reference__measure_terms') }}

),

cells as (

    select * from {{ ref('stg_lake__form_cells') }}

),

measures_of_one_cell as (

    select
        measure_code,
        any_value(cell_code) as cell_code
    from declared
    group by measure_code
    having count(*) = 1 and max(coefficient) = 1

),

derived as (

    select
        cells.cell_code as measure_code,
        cells.cell_code,
        cast(1 as double) as coefficient
    from cells
    left join measures_of_one_cell on cells.cell_code = measures_of_one_cell.cell_code
    where measures_of_one_cell.cell_code is null

),

unioned as (

    select * from declared
    union all by name
    select * from derived

)

select * from unioned
