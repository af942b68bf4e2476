with

codes as (

    select
        code_list,
        code,
        label_vi,
        label_en,
        parent_code,
        sort_order,
        valid_from,
        valid_to,
        authority
    from {{ ref('stg_reference__codes') }}

)

select * from codes
