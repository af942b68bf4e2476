with

source as (

    select * from {{ ref('codes') }}

),

renamed as (

    select
        code_list,
        code,
        label_vi,
        label_en,
        aliases,
        parent_code,
        cast(sort_order as integer) as sort_order,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        authority
    from source

)

select * from renamed
