with

committees as (

    select * from {{ ref('stg_reference__committees') }}

),

described as (

    select
        committee_code,
        name_vi,
        name_en,
        province,
        block,
        valid_from,
        valid_to,
        authority
    from committees

)

select * from described
