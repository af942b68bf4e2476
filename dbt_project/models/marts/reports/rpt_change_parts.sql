with

comparisons as (

    select * from {{ ref('int_comparisons_classified') }}

),

parts as (

    select * from {{ ref('change_parts') }}

),

every_part as (

    select * from {{ ref('int_change_parts_unioned') }}

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
    where comparisons.taken_apart = 'by_step'
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
        coalesce(every_part.value, 0) as value,
        cast(coalesce(every_part.organizations, 0) as hugeint) as organizations
    from wanted
    inner join parts on wanted.part_code = parts.part_code
    left join every_part
        on
            wanted.committee_code = every_part.committee_code
            and wanted.measure_code = every_part.measure_code
            and wanted.period_from = every_part.period_from
            and wanted.period_to = every_part.period_to
            and wanted.part_code = every_part.part_code

)

select * from change_parts
