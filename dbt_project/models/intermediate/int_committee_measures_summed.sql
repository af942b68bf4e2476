with

measure_values as (

    select * from {{ ref('int_measure_values_summed') }}

),

measures as (

    select * from {{ ref('int_measures_described') }}

),

rosters as (

    select * from {{ ref('int_rosters') }}

),

expected as (

    select
        committee_code,
        period_code,
        count(*) filter (not is_committee_itself) as organizations_expected
    from rosters
    group by all

),

additive as (

    select
        measure_values.committee_code,
        measure_values.period_code,
        measure_values.measure_code,
        {{ exact_sum('measure_values.value') }} as value,
        count(measure_values.value) filter (not rosters.is_committee_itself) as organizations_counted,
        count(*) filter (measure_values.terms_missing > 0) as organizations_incomplete
    from measure_values
    left join rosters
        on
            measure_values.committee_code = rosters.committee_code
            and measure_values.period_code = rosters.period_code
            and measure_values.organization_code = rosters.organization_code
    where measure_values.is_additive
    group by all

),

ratios as (

    select
        numerators.committee_code,
        numerators.period_code,
        measures.measure_code,
        100 * numerators.value / nullif(denominators.value, 0) as value,
        least(numerators.organizations_counted, denominators.organizations_counted) as organizations_counted,
        greatest(numerators.organizations_incomplete, denominators.organizations_incomplete)
            as organizations_incomplete,
        numerators.value as numerator,
        denominators.value as denominator
    from measures
    inner join additive as numerators on measures.numerator_measure = numerators.measure_code
    inner join additive as denominators
        on
            measures.denominator_measure = denominators.measure_code
            and numerators.committee_code = denominators.committee_code
            and numerators.period_code = denominators.period_code
    where not measures.is_additive

),

summed as (

    select * from additive
    union all by name
    select * from ratios

),

with_expected as (

    select
        summed.*,
        expected.organizations_expected
    from summed
    left join expected
        on
            summed.committee_code = expected.committee_code
            and summed.period_code = expected.period_code

)

select * from with_expected
