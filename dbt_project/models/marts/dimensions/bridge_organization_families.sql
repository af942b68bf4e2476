with

families as (

    select
        organization_code,
        family_code
    from {{ ref('int_organization_families') }}

)

select * from families
