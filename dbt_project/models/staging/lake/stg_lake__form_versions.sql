with

source as (

    select * from {{ source('lake', 'form_versions') }}

),

renamed as (

    select
        form,
        kind as form_kind,
        domain,
        version as form_version,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        authority,
        sheet,
        label_vi,
        label_en
    from source

)

select * from renamed
