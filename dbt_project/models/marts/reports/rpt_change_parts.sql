-- The members are taken apart step by step, by change type and event; every other measure, and the members where their
-- meaning changed in between, by families of organizations. What nothing explains is the remainder.
with

comparisons as (

    select
        comparisons.*,
        measures.source = 'register' as is_register,
        comparisons.measure_code = 'members_total' and comparisons.break_status = 'none' as is_stepwise
    from {{ ref('rpt_year_comparisons') }} as comparisons
    inner join {{ ref('dim_measures') }} as measures on comparisons.measure_code = measures.measure_code

),

pairs as (

    select * from {{ ref('int_period_pairs') }}

),

parts as (

    select * from {{ ref('change_parts') }}

),

steps as (

    select * from {{ ref('int_member_steps') }}

),

family_parts as (

    select * from {{ ref('int_family_parts_unpivoted') }}

),

corrections as (

    select * from {{ ref('int_corrections_summed') }}

),

committee_periods as (

    select * from {{ ref('int_committee_periods') }}

),

by_step as (

    select
        comparisons.committee_code,
        comparisons.measure_code,
        comparisons.period_from,
        comparisons.period_to,
        steps.part_code,
        sum(steps.value) as value,
        sum(steps.organizations) as organizations
    from comparisons
    inner join pairs
        on
            comparisons.committee_code = pairs.committee_code
            and comparisons.period_from = pairs.period_from
            and comparisons.period_to = pairs.period_to
    inner join committee_periods
        on
            pairs.committee_code = committee_periods.committee_code
            and pairs.from_end < committee_periods.period_end
            and pairs.to_end >= committee_periods.period_end
    inner join steps
        on
            committee_periods.committee_code = steps.committee_code
            and committee_periods.period_code = steps.period_code
    where comparisons.is_stepwise
    group by all

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
    inner join family_parts
        on
            comparisons.committee_code = family_parts.committee_code
            and comparisons.period_from = family_parts.period_from
            and comparisons.period_to = family_parts.period_to
            and comparisons.measure_code = family_parts.measure_code
    where not comparisons.is_stepwise and not comparisons.is_register and comparisons.break_status != 'broken'

),

by_correction as (

    select
        comparisons.committee_code,
        comparisons.measure_code,
        comparisons.period_from,
        comparisons.period_to,
        'correction' as part_code,
        coalesce(later.value, 0) - coalesce(earlier.value, 0) as value,
        coalesce(later.organizations, 0) + coalesce(earlier.organizations, 0) as organizations
    from comparisons
    left join corrections as earlier
        on
            comparisons.committee_code = earlier.committee_code
            and comparisons.period_from = earlier.period_code
            and comparisons.measure_code = earlier.measure_code
    left join corrections as later
        on
            comparisons.committee_code = later.committee_code
            and comparisons.period_to = later.period_code
            and coalesce(comparisons.bridge_measure_code, comparisons.measure_code) = later.measure_code
    where
        not comparisons.is_stepwise
        and comparisons.break_status != 'broken'
        and (later.measure_code is not null or earlier.measure_code is not null)

),

by_definition as (

    select
        committee_code,
        measure_code,
        period_from,
        period_to,
        case when is_register then 'registered' else 'definition' end as part_code,
        case when break_status = 'bridged' then value_to - bridged_value_to else difference end as value,
        0 as organizations
    from comparisons
    where is_register or break_status != 'none'

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
        sum(value) as value
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
    where not comparisons.is_stepwise

),

every_part as (

    select * from named
    union all by name
    select * from unexplained

),

-- The members have a row for every part, all other measures one for every part that is not zero.
wanted as (

    select
        comparisons.committee_code,
        comparisons.measure_code,
        comparisons.period_from,
        comparisons.period_to,
        parts.part_code
    from comparisons
    cross join parts
    where comparisons.is_stepwise
    union
    select
        committee_code,
        measure_code,
        period_from,
        period_to,
        part_code
    from every_part
    where value != 0

),

change_parts as (

    select
        wanted.committee_code,
        wanted.measure_code,
        wanted.period_from,
        wanted.period_to,
        parts.part_code,
        parts.part_group,
        cast(parts.sort_order as integer) as sort_order,
        parts.label_vi,
        parts.label_en,
        coalesce(sum(every_part.value), 0) as value,
        coalesce(sum(every_part.organizations), 0) as organizations
    from wanted
    inner join parts on wanted.part_code = parts.part_code
    left join every_part
        on
            wanted.committee_code = every_part.committee_code
            and wanted.measure_code = every_part.measure_code
            and wanted.period_from = every_part.period_from
            and wanted.period_to = every_part.period_to
            and wanted.part_code = every_part.part_code
    group by all

)

select * from change_parts
