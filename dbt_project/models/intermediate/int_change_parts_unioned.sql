-- Every part that somebody can name, and what none of them explains as the remainder. Steps have one already.
with

comparisons as (

    select * from {{ ref('int_comparisons_classified') }}

),

by_step as (

    select * from {{ ref('int_parts_by_step_summed') }}

),

by_correction as (

    select * from {{ ref('int_parts_by_correction_summed') }}

),

by_family as (

    select
        comparisons.committee_code,
        comparisons.measure_code,
        comparisons.period_from,
        comparisons.period_to,
        family_parts.part_code,
        family_parts.value,
        family_parts.organizations
    from comparisons
    inner join {{ ref('int_family_parts_unpivoted') }} as family_parts
        on
            comparisons.committee_code = family_parts.committee_code
            and comparisons.period_from = family_parts.period_from
            and comparisons.period_to = family_parts.period_to
            and comparisons.measure_code = family_parts.measure_code
    where comparisons.taken_apart = 'by_family'

),

by_definition as (

    select
        committee_code,
        measure_code,
        period_from,
        period_to,
        case when taken_apart = 'by_register' then 'registered' else 'definition' end as part_code,
        case when break_status = 'bridged' then value_to - bridged_value_to else difference end as value,
        0 as organizations
    from comparisons
    where taken_apart = 'by_register' or break_status != 'none'

),

named as (

    select * from by_step
    union all by name
    select * from by_family
    union all by name
    select * from by_correction
    union all by name
    select * from by_definition

),

named_sums as (

    select
        committee_code,
        measure_code,
        period_from,
        period_to,
        {{ exact_sum('value') }} as value
    from named
    group by all

),

unexplained as (

    select
        comparisons.committee_code,
        comparisons.measure_code,
        comparisons.period_from,
        comparisons.period_to,
        'remainder' as part_code,
        round(comparisons.difference - coalesce(named_sums.value, 0), 6) as value,
        0 as organizations
    from comparisons
    left join named_sums
        on
            comparisons.committee_code = named_sums.committee_code
            and comparisons.measure_code = named_sums.measure_code
            and comparisons.period_from = named_sums.period_from
            and comparisons.period_to = named_sums.period_to
    where comparisons.taken_apart != 'by_step'

),

unioned as (

    select * from named
    union all by name
    select * from unexplained
    where value != 0

)

select * from unioned
