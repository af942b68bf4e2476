with

cells as (

    select
        cell_code,
        form,
        domain,
        item,
        column_code,
        cell_source,
        role,
        measure as cell_measure,
        members,
        level,
        label_vi,
        label_en
    from {{ ref('stg_lake__form_cells') }}

)

select * from cells
