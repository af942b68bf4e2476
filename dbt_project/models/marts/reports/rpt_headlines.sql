with

committee_measures as (

    select * from {{ ref('int_committee_measures_summed') }}

),

measures as (

    select * from {{ ref('dim_measures') }}

),

committee_periods as (

    select * from {{ ref('int_committee_periods') }}

),

headlines as (

    select
        committee_measures.committee_code,
        committee_measures.period_code,
        committee_measures.measure_code,
        measures.label_vi,
        measures.label_en,
        measures.unit_vi,
        measures.unit_en,
        measures.aggregation,
        committee_measures.value,
        committee_measures.numerator,
        committee_measures.denominator,
        previous.value as previous_value,
        committee_measures.value - previous.value as difference,
        committee_measures.organizations_counted,
        committee_measures.organizations_expected,
        committee_measures.organizations_incomplete
    from committee_measures
    inner join measures on committee_measures.measure_code = measures.measure_code
    left join committee_periods
        on
            committee_measures.committee_code = committee_periods.committee_code
            and committee_measures.period_code = committee_periods.period_code
    left join committee_measures as previous
        on
            committee_measures.committee_code = previous.committee_code
            and committee_measures.measure_code = previous.measure_code
            and committee_periods.reported_before = previous.period_code

)

select * from headlines
