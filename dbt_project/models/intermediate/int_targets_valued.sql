-- The value of a target, and between which values it would lie were the missing workbooks there: a count can only grow,
-- and to what a share is a share of they would bring as much, a head, as those that came.
with

targets as (

    select * from {{ ref('stg_reference__targets') }}

),

looked_at as (

    select distinct
        target_id,
        committee_code,
        period_code,
        is_window_complete
    from {{ ref('int_target_periods') }}

),

sums as (

    select * from {{ ref('int_target_values_summed') }}

),

coverage as (

    select * from {{ ref('int_target_coverage_counted') }}

),

joined as (

    select
        looked_at.target_id,
        looked_at.committee_code,
        looked_at.period_code,
        looked_at.is_window_complete,
        targets.unit,
        targets.base_measure_code,
        targets.divisor,
        targets.operator,
        targets.threshold_low,
        targets.threshold_high,
        sums.numerator,
        sums.denominator,
        coverage.organizations_counted,
        coverage.organizations_expected,
        case
            when coverage.organizations_counted >= coverage.organizations_expected then 0
            when coverage.organizations_counted > 0
                then
                    sums.denominator * (coverage.organizations_expected - coverage.organizations_counted)
                    / coverage.organizations_counted
        end as missing_denominator
    from looked_at
    inner join targets on looked_at.target_id = targets.target_id
    left join sums
        on
            looked_at.target_id = sums.target_id
            and looked_at.period_code = sums.period_code
    left join coverage
        on
            looked_at.target_id = coverage.target_id
            and looked_at.period_code = coverage.period_code

),

valued as (

    select
        *,
        case
            when base_measure_code is null then numerator
            when unit = 'percent' then 100 * numerator / nullif(denominator, 0)
            else numerator / nullif(denominator, 0) / divisor
        end as value,
        case
            when base_measure_code is null then numerator
            when unit = 'percent' then 100 * numerator / nullif(denominator + missing_denominator, 0)
            else numerator / nullif(denominator + missing_denominator, 0) / divisor
        end as lowest_value,
        case
            when organizations_counted >= organizations_expected and base_measure_code is null then numerator
            when organizations_counted >= organizations_expected and unit = 'percent'
                then 100 * numerator / nullif(denominator, 0)
            when organizations_counted >= organizations_expected then numerator / nullif(denominator, 0) / divisor
            when base_measure_code is not null and unit = 'percent'
                then 100 * (numerator + missing_denominator) / nullif(denominator + missing_denominator, 0)
        end as highest_value
    from joined

)

select * exclude (missing_denominator) from valued
