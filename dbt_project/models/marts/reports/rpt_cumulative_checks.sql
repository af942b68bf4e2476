with

components as (

    select * from {{ ref('bridge_period_components') }}
    where components > 1

),

committee_measures as (

    select * from {{ ref('int_committee_measures_summed') }}

),

measures as (

    select * from {{ ref('dim_measures') }}
    where is_additive

),

derived as (

    select
        components.committee_code,
        components.period_code,
        measures.measure_code,
        any_value(measures.aggregation) as aggregation,
        any_value(components.components) as components,
        case any_value(measures.aggregation)
            when 'flow' then {{ exact_sum('committee_measures.value') }}
            else max(committee_measures.value) filter (components.position = components.components)
        end as derived_value,
        count(committee_measures.value) as components_counted
    from components
    inner join committee_measures
        on
            components.committee_code = committee_measures.committee_code
            and components.component_period_code = committee_measures.period_code
    inner join measures on committee_measures.measure_code = measures.measure_code
    group by all

),

checked as (

    select
        derived.committee_code,
        derived.period_code,
        derived.measure_code,
        derived.aggregation,
        derived.components,
        derived.derived_value,
        reported.value as reported_value,
        reported.value - derived.derived_value as difference,
        round(reported.value - derived.derived_value, 6) = 0 as is_consistent
    from derived
    left join committee_measures as reported
        on
            derived.committee_code = reported.committee_code
            and derived.period_code = reported.period_code
            and derived.measure_code = reported.measure_code
    where
        derived.derived_value is not null
        and (derived.aggregation != 'flow' or derived.components_counted = derived.components)

)

select * from checked
