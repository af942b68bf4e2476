with

conditions as (

    select
        cell_code,
        form,
        sum_field,
        field,
        code
    from {{ ref('stg_lake__aggregate_conditions') }}

)

select * from conditions
