with

source as (

    select * from {{ ref('deciding_roles') }}

),

renamed as (

    select
        role_code,
        label_vi,
        label_en
    from source

)

select * from renamed
