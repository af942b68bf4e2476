with

source as (

    select * from {{ source('lake', 'aggregate_conditions') }}

),

renamed as (

    select
        cell_code,
        form,
        sum_field,
        field,
        code
    from source

)

select * from renamed
