with

measures as (

    select * from {{ ref('dim_measures') }}

),

compared as (

    select * from {{ ref('int_committee_measures_compared') }}

),

-- Where the check left no bounds for a committee and period, which measures are headlines is not known: all stand.
bounded as (

    select
        committee_code,
        period_code
    from compared
    where is_bounded
    group by committee_code, period_code

),

headlines as (

    select
        compared.committee_code,
        compared.period_code,
        compared.measure_code,
        measures.label_vi,
        measures.label_en,
        measures.unit_vi,
        measures.unit_en,
        measures.aggregation,
        compared.value,
        compared.numerator,
        compared.denominator,
        compared.previous_value,
        compared.difference,
        compared.organizations_counted,
        compared.organizations_expected,
        compared.organizations_incomplete,
        compared.low,
        compared.high,
        compared.is_bounded,
        compared.organizations_counted_before,
        compared.organizations_expected_before,
        compared.same_organizations
    from compared
    inner join measures on compared.measure_code = measures.measure_code
    left join bounded
        on
            compared.committee_code = bounded.committee_code
            and compared.period_code = bounded.period_code
    where compared.is_bounded or bounded.committee_code is null

)

select * from headlines
