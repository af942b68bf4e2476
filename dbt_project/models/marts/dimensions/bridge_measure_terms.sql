with

terms as (

    select
        measure_code,
        cell_code,
        coefficient
    from {{ ref('int_measure_terms_unioned') }}

)

select * from terms
