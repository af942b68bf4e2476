with

roles as (

    select
        role_code,
        label_vi,
        label_en
    from {{ ref('stg_reference__deciding_roles') }}

)

select * from roles
