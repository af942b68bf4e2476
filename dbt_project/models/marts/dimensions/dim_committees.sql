with

committees as (

    select * from {{ ref('stg_reference__committees') }}

),

described as (

    select
        committee_key,
        committee_code,
        name_vi,
        coalesce(name_en, name_vi) as name_en,
        province,
        block,
        valid_from,
        valid_to,
        valid_to is null as is_current,
        authority
    from committees

)

select * from described
