with

source as (

    select * from {{ source('lake', 'form_cells') }}

),

renamed as (

    select
        cell_code,
        form,
        domain,
        item,
        "column" as column_code,
        source as cell_source,
        role,
        measure,
        members,
        nature,
        level,
        unit_vi,
        unit_en,
        label_vi,
        label_en
    from source

)

select * from renamed
