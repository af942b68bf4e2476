with

sides as (

    select * from {{ ref('int_figure_sides_unpivoted') }}

),

figure_periods as (

    select * from {{ ref('int_figure_periods_selected') }}

),

committee_measures as (

    select * from {{ ref('int_committee_measures_summed') }}

),

measure_values as (

    select * from {{ ref('fct_measure_values') }}

),

-- The code under which a committee reports its own work is no organization to be counted.
organizations as (

    select * from {{ ref('stg_reference__organizations') }}
    where organization_type != 'CAP_TREN'

),

side_periods as (

    select
        sides.figure_id,
        sides.side,
        sides.committee_code,
        sides.measure_code,
        figure_periods.period_code
    from sides
    inner join figure_periods on sides.figure_id = figure_periods.figure_id

),

side_period_values as (

    select
        side_periods.figure_id,
        side_periods.side,
        side_periods.period_code,
        committee_measures.value
    from side_periods
    inner join committee_measures
        on
            side_periods.committee_code = committee_measures.committee_code
            and side_periods.measure_code = committee_measures.measure_code
            and side_periods.period_code = committee_measures.period_code

),

side_values as (

    select
        figure_id,
        side,
        {{ exact_sum('value') }} as value
    from side_period_values
    group by all

),

period_ratios as (

    select
        figure_id,
        period_code,
        max(value) filter (side = 'value') as numerator,
        max(value) filter (side = 'denominator') as denominator
    from side_period_values
    group by all

),

average_ratios as (

    select
        figure_id,
        100 * {{ exact_sum('numerator / nullif(denominator, 0)') }} / count(numerator / nullif(denominator, 0))
            as average_pct
    from period_ratios
    group by all

),

organization_sums as (

    select
        side_periods.figure_id,
        side_periods.side,
        measure_values.organization_code,
        {{ exact_sum('measure_values.value') }} as value
    from side_periods
    inner join measure_values
        on
            side_periods.committee_code = measure_values.committee_code
            and side_periods.measure_code = measure_values.measure_code
            and side_periods.period_code = measure_values.period_code
    where measure_values.organization_code in (select organizations.organization_code from organizations)
    group by all

),

organizations_positive as (

    select
        figure_id,
        side,
        count(*) filter (value > 0) as organizations,
        count(*) filter (value = 0) as organizations_without
    from organization_sums
    group by all

),

aggregated as (

    select
        sides.figure_id,
        sides.aggregate,
        sides.side,
        case sides.aggregate
            when 'average_year' then side_values.value / try_cast(regexp_extract(sides.note, '[0-9]+') as double)
            when 'organizations_positive' then organizations_positive.organizations
            when 'organizations_zero' then organizations_positive.organizations_without
            else side_values.value
        end as value
    from sides
    left join side_values
        on
            sides.figure_id = side_values.figure_id
            and sides.side = side_values.side
    left join organizations_positive
        on
            sides.figure_id = organizations_positive.figure_id
            and sides.side = organizations_positive.side

),

pivoted as (

    select
        figure_id,
        aggregate,
        max(value) filter (side = 'value') as warehouse_value,
        max(value) filter (side = 'denominator') as warehouse_denominator
    from aggregated
    group by all

),

computed as (

    select
        pivoted.figure_id,
        pivoted.warehouse_value,
        pivoted.warehouse_denominator,
        case
            when pivoted.aggregate = 'average_ratio' then average_ratios.average_pct
            else 100 * pivoted.warehouse_value / nullif(pivoted.warehouse_denominator, 0)
        end as warehouse_pct
    from pivoted
    left join average_ratios on pivoted.figure_id = average_ratios.figure_id

)

select * from computed
