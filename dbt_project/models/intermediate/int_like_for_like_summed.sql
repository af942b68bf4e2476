with

families as (

    select * from {{ ref('int_lineage_families') }}

),

perimeters as (

    select * from {{ ref('int_family_perimeters') }}

),

rosters as (

    select * from {{ ref('int_rosters') }}

),

measure_values as (

    select
        committee_code,
        period_code,
        organization_code,
        measure_code,
        value
    from {{ ref('fct_measure_values') }}
    where is_additive and source != 'register' and value is not null

),

on_roster as (

    select measure_values.*
    from measure_values
    inner join rosters
        on
            measure_values.committee_code = rosters.committee_code
            and measure_values.period_code = rosters.period_code
            and measure_values.organization_code = rosters.organization_code

),

both_ends as (

    select
        families.committee_code,
        families.period_from,
        families.period_to,
        families.family_code,
        on_roster.measure_code,
        sum(on_roster.value) filter (on_roster.period_code = families.period_from) as value_from,
        sum(on_roster.value) filter (on_roster.period_code = families.period_to) as value_to,
        count(*) filter (on_roster.period_code = families.period_from) as counted_from,
        count(*) filter (on_roster.period_code = families.period_to) as counted_to
    from families
    inner join on_roster
        on
            families.committee_code = on_roster.committee_code
            and families.organization_code = on_roster.organization_code
            and on_roster.period_code in (families.period_from, families.period_to)
    group by all

),

-- A family that did not report in full at both ends would show a missing workbook as a change.
complete as (

    select
        both_ends.*,
        perimeters.share_from,
        perimeters.share_to
    from both_ends
    inner join perimeters
        on
            both_ends.committee_code = perimeters.committee_code
            and both_ends.period_from = perimeters.period_from
            and both_ends.period_to = perimeters.period_to
            and both_ends.family_code = perimeters.family_code
    where
        both_ends.counted_from = perimeters.organizations_from
        and both_ends.counted_to = perimeters.organizations_to

),

summed as (

    select
        committee_code,
        period_from,
        period_to,
        measure_code,
        round(coalesce(sum(value_from * share_from), 0), 6) as like_for_like_from,
        round(coalesce(sum(value_to * share_to), 0), 6) as like_for_like_to,
        coalesce(sum(counted_from) filter (share_from > 0), 0) as like_for_like_organizations_from,
        coalesce(sum(counted_to) filter (share_to > 0), 0) as like_for_like_organizations_to
    from complete
    group by all

)

select * from summed
