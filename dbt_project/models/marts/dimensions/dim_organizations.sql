with

organizations as (

    select * from {{ ref('stg_reference__organizations') }}

),

versions as (

    select
        organization_key,
        organization_code,
        committee_code,
        name,
        organization_type,
        sector,
        industrial_zone,
        valid_from,
        valid_to,
        valid_to is null as is_current,
        authority
    from organizations

)

select * from versions
