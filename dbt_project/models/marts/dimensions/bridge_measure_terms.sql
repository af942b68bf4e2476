with

terms as (

    select
        measure_code,
        cell_code,
        coefficient
    from {{ ref('stg_reference__measure_terms') }}

)

select * from terms
