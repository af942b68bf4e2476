with

source as (

    select * from {{ ref('measure_breaks') }}

),

renamed as (

    select
        measure_code,
        cast(changed_on as date) as changed_on,
        bridge_measure_code,
        note_vi,
        note_en,
        authority
    from source

)

select * from renamed
