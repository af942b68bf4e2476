with

versions as (

    select
        form,
        form_version,
        form_kind,
        domain,
        valid_from,
        valid_to,
        authority,
        sheet,
        label_vi,
        label_en
    from {{ ref('stg_lake__form_versions') }}

)

select * from versions
