-- What decided corrections add to a difference: what they added at the later end less what they added at the earlier
-- one. The steps of the members hold their corrections already.
with

comparisons as (

    select * from {{ ref('int_comparisons_classified') }}
    where taken_apart != 'by_step' and break_status != 'broken'

),

corrections as (

    select * from {{ ref('int_corrections_summed') }}

),

at_an_end as (

    select
        comparisons.committee_code,
        comparisons.measure_code,
        comparisons.period_from,
        comparisons.period_to,
        -corrections.value as value,
        corrections.organizations
    from comparisons
    inner join corrections
        on
            comparisons.committee_code = corrections.committee_code
            and comparisons.period_from = corrections.period_code
            and comparisons.measure_code = corrections.measure_code
    union all
    select
        comparisons.committee_code,
        comparisons.measure_code,
        comparisons.period_from,
        comparisons.period_to,
        corrections.value,
        corrections.organizations
    from comparisons
    inner join corrections
        on
            comparisons.committee_code = corrections.committee_code
            and comparisons.period_to = corrections.period_code
            and coalesce(comparisons.bridge_measure_code, comparisons.measure_code) = corrections.measure_code

),

summed as (

    select
        committee_code,
        measure_code,
        period_from,
        period_to,
        'correction' as part_code,
        {{ exact_sum('value') }} as value,
        sum(organizations) as organizations
    from at_an_end
    group by all

)

select * from summed
