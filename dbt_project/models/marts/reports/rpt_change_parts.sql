with

pairs as (

    select * from {{ ref('int_period_pairs') }}

),

parts as (

    select * from {{ ref('change_parts') }}

),

steps as (

    select * from {{ ref('int_member_steps') }}

),

committee_periods as (

    select * from {{ ref('int_committee_periods') }}

),

compared as (

    select
        committee_code,
        period_from,
        period_to
    from {{ ref('rpt_year_comparisons') }}
    where measure_code = 'members_total'

),

steps_in_pairs as (

    select
        pairs.committee_code,
        pairs.period_from,
        pairs.period_to,
        steps.part_code,
        steps.value,
        steps.organizations
    from pairs
    inner join committee_periods
        on
            pairs.committee_code = committee_periods.committee_code
            and pairs.from_end < committee_periods.period_end
            and pairs.to_end >= committee_periods.period_end
    inner join steps
        on
            committee_periods.committee_code = steps.committee_code
            and committee_periods.period_code = steps.period_code

),

change_parts as (

    select
        compared.committee_code,
        'members_total' as measure_code,
        compared.period_from,
        compared.period_to,
        parts.part_code,
        parts.part_group,
        cast(parts.sort_order as integer) as sort_order,
        parts.label_vi,
        parts.label_en,
        coalesce(sum(steps_in_pairs.value), 0) as value,
        coalesce(sum(steps_in_pairs.organizations), 0) as organizations
    from compared
    cross join parts
    left join steps_in_pairs
        on
            compared.committee_code = steps_in_pairs.committee_code
            and compared.period_from = steps_in_pairs.period_from
            and compared.period_to = steps_in_pairs.period_to
            and parts.part_code = steps_in_pairs.part_code
    group by all

)

select * from change_parts
