with

measure_values as (

    select * from {{ ref('fct_measure_values') }}
    where is_additive and value is not null and value is distinct from submitted_value

),

summed as (

    select
        committee_code,
        period_code,
        measure_code,
        {{ exact_sum('value - coalesce(submitted_value, 0)') }} as value,
        count(*) as organizations
    from measure_values
    group by all

)

select * from summed
