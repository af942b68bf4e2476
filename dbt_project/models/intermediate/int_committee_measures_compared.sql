with

committee_measures as (

    select * from {{ ref('int_committee_measures_summed') }}

),

committee_periods as (

    select * from {{ ref('int_committee_periods') }}

),

bounds as (

    select * from {{ ref('stg_lake__headline_bounds') }}

),

counted as (

    select * from {{ ref('int_counted_organizations_compared') }}

),

compared as (

    select
        committee_measures.committee_code,
        committee_measures.period_code,
        committee_measures.measure_code,
        committee_measures.value,
        committee_measures.numerator,
        committee_measures.denominator,
        previous.value as previous_value,
        committee_measures.value - previous.value as difference,
        committee_measures.organizations_counted,
        committee_measures.organizations_expected,
        committee_measures.organizations_incomplete,
        bounds.low,
        bounds.high,
        bounds.measure_code is not null as is_bounded,
        previous.organizations_counted as organizations_counted_before,
        previous.organizations_expected as organizations_expected_before,
        counted.same_organizations
    from committee_measures
    left join committee_periods
        on
            committee_measures.committee_code = committee_periods.committee_code
            and committee_measures.period_code = committee_periods.period_code
    left join committee_measures as previous
        on
            committee_measures.committee_code = previous.committee_code
            and committee_measures.measure_code = previous.measure_code
            and committee_periods.reported_before = previous.period_code
    left join bounds
        on
            committee_measures.committee_code = bounds.committee_code
            and committee_measures.period_code = bounds.period_code
            and committee_measures.measure_code = bounds.measure_code
    left join counted
        on
            committee_measures.committee_code = counted.committee_code
            and committee_measures.period_code = counted.period_code

)

select * from compared
