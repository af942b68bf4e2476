-- The parts of every comparison of every measure add up to the difference of the totals.
with

parts as (

    select
        committee_code,
        measure_code,
        period_from,
        period_to,
        sum(value) as value
    from {{ ref('rpt_change_parts') }}
    group by all

)

select
    comparisons.committee_code,
    comparisons.measure_code,
    comparisons.period_from,
    comparisons.period_to,
    comparisons.difference,
    parts.value
from {{ ref('rpt_year_comparisons') }} as comparisons
left join parts
    on
        comparisons.committee_code = parts.committee_code
        and comparisons.measure_code = parts.measure_code
        and comparisons.period_from = parts.period_from
        and comparisons.period_to = parts.period_to
where round(comparisons.difference - coalesce(parts.value, 0), 5) != 0
