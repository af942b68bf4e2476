with

source as (

    select * from {{ ref('measure_terms') }}

),

renamed as (

    select
        measure_code,
        cell_code,
        cast(coefficient as double) as coefficient
    from source

)

select * from renamed
