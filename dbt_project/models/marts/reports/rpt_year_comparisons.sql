with

comparisons as (

    select * from {{ ref('int_measures_compared') }}

),

measures as (

    select * from {{ ref('dim_measures') }}

),

labelled as (

    select
        comparisons.committee_code,
        comparisons.measure_code,
        comparisons.period_from,
        comparisons.period_to,
        measures.label_vi,
        measures.label_en,
        measures.unit_vi,
        measures.unit_en,
        comparisons.value_from,
        comparisons.value_to,
        comparisons.difference,
        comparisons.percent,
        comparisons.organizations_counted_from,
        comparisons.organizations_expected_from,
        comparisons.organizations_counted_to,
        comparisons.organizations_expected_to,
        comparisons.like_for_like_from,
        comparisons.like_for_like_to,
        comparisons.like_for_like_difference,
        comparisons.like_for_like_percent,
        comparisons.like_for_like_organizations_from,
        comparisons.like_for_like_organizations_to,
        comparisons.break_status,
        comparisons.bridge_measure_code,
        comparisons.bridged_value_to,
        comparisons.break_note_vi,
        comparisons.break_note_en
    from comparisons
    inner join measures on comparisons.measure_code = measures.measure_code

)

select * from labelled
