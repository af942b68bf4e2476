-- What a target is measured by and what it is measured against, alike.
with

targets as (

    select * from {{ ref('stg_reference__targets') }}

),

sides as (

    select
        target_id,
        committee_code,
        organization_type,
        'numerator' as side,
        measure_code
    from targets
    where measure_code is not null
    union all
    select
        target_id,
        committee_code,
        organization_type,
        'denominator' as side,
        base_measure_code as measure_code
    from targets
    where base_measure_code is not null

)

select * from sides
