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
        min(cast(valid_from as date)) over (partition by code_list, code) as valid_from,
        cast(valid_to as date) as valid_to,
        authority
    from source
    -- A code that was renamed is told by its last name.
    qualify row_number() over (partition by code_list, code order by cast(valid_from as date) desc nulls last) = 1

)

select * from renamed
