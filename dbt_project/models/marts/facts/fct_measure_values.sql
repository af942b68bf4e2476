with

measure_values as (

    select
        committee_code,
        organization_code,
        organization_key,
        period_code,
        measure_code,
        value,
        submitted_value,
        numerator,
        denominator,
        terms_missing,
        is_additive,
        source
    from {{ ref('int_measure_values_summed') }}
    where {{ is_touched() }}

)

select * from measure_values
