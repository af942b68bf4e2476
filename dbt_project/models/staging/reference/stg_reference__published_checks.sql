with

source as (

    select * from {{ ref('published_checks') }}

),

renamed as (

    select
        check_id,
        total_figure_id,
        part_figure_ids,
        note_vi,
        note_en
    from source

)

select * from renamed
