with

measure_values as (

    select * from {{ ref('fct_measure_values') }}
    where {{ is_touched() }}

),

measures as (

    select * from {{ ref('int_measures_described') }}

),

rosters as (

    select * from {{ ref('int_rosters') }}

),

reported as (

    select
        organization_code,
        period_code
    from {{ ref('int_submissions_current') }}

),

due as (

    select
        rosters.committee_code,
        rosters.period_code,
        rosters.organization_code,
        reported.organization_code is not null as has_reported
    from rosters
    left join reported
        on
            rosters.organization_code = reported.organization_code
            and rosters.period_code = reported.period_code
    where not rosters.is_committee_itself

),

sent as (

    select
        committee_code,
        period_code,
        count(*) filter (has_reported) as organizations_reported,
        count(*) filter (not has_reported) as organizations_not_reported
    from due
    group by all

),

added as (

    select
        measure_values.committee_code,
        measure_values.period_code,
        measure_values.measure_code,
        {{ exact_sum('measure_values.value') }} as value,
        count(measure_values.value) filter (due.organization_code is not null) as organizations_counted,
        count(due.organization_code) filter (
            measure_values.value is not null or measure_values.terms_missing > 0
        ) as organizations_asked,
        count(due.organization_code) filter (
            due.has_reported and (measure_values.value is not null or measure_values.terms_missing > 0)
        ) as organizations_answering,
        count(*) filter (measure_values.terms_missing > 0) as organizations_incomplete
    from measure_values
    left join due
        on
            measure_values.committee_code = due.committee_code
            and measure_values.period_code = due.period_code
            and measure_values.organization_code = due.organization_code
    where measure_values.is_additive
    group by all

),

-- Who has reported is due where it was asked; who has not is due unless nobody is asked but the committee itself.
additive as (

    select
        added.committee_code,
        added.period_code,
        added.measure_code,
        added.value,
        added.organizations_counted,
        added.organizations_incomplete,
        case
            when added.organizations_asked = 0 and sent.organizations_reported > 0 then 0
            else sent.organizations_not_reported + added.organizations_answering
        end as organizations_expected
    from added
    left join sent
        on
            added.committee_code = sent.committee_code
            and added.period_code = sent.period_code

),

ratios as (

    select
        numerators.committee_code,
        numerators.period_code,
        measures.measure_code,
        100 * numerators.value / nullif(denominators.value, 0) as value,
        least(numerators.organizations_counted, denominators.organizations_counted) as organizations_counted,
        greatest(numerators.organizations_expected, denominators.organizations_expected) as organizations_expected,
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

)

select * from summed
