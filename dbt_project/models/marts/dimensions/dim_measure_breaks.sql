with

breaks as (

    select
        measure_code,
        changed_on,
        bridge_measure_code,
        note_vi,
        note_en,
        authority
    from {{ ref('stg_reference__measure_breaks') }}

)

select * from breaks
