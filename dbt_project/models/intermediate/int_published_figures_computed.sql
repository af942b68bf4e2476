with

definitions as (

    select * from {{ ref('stg_reference__figure_definitions') }}
    where scope = 'covered'

),

measures as (

    select * from {{ ref('dim_measures') }}

),

committee_measures as (

    select * from {{ ref('int_committee_measures_summed') }}

),

measure_values as (

    select * from {{ ref('fct_measure_values') }}

),

committee_periods as (

    select * from {{ ref('int_committee_periods') }}

),

-- Numerator and denominator of a figure are computed alike; a ratio measure brings both.
sides as (

    select
        definitions.* exclude (measure_code, denominator_measure_code),
        'value' as side,
        coalesce(measures.numerator_measure, definitions.measure_code) as measure_code
    from definitions
    left join measures on definitions.measure_code = measures.measure_code
    union all
    select
        definitions.* exclude (measure_code, denominator_measure_code),
        'denominator' as side,
        coalesce(definitions.denominator_measure_code, measures.denominator_measure) as measure_code
    from definitions
    left join measures on definitions.measure_code = measures.measure_code
    where coalesce(definitions.denominator_measure_code, measures.denominator_measure) is not null

),

spans as (

    select
        sides.figure_id,
        sides.side,
        sides.committee_code,
        sides.measure_code,
        committee_periods.period_code,
        committee_periods.period_code = sides.period_to as is_last,
        -- What stood at the opening is what stood before; the first period of all brings its own opening.
        committee_periods.period_code = coalesce(first_period.reported_before, sides.period_from) as is_opening,
        committee_periods.period_end >= first_period.period_end as is_inside
    from sides
    inner join committee_periods as first_period
        on
            sides.committee_code = first_period.committee_code
            and sides.period_from = first_period.period_code
    inner join committee_periods as last_period
        on
            sides.committee_code = last_period.committee_code
            and sides.period_to = last_period.period_code
    inner join committee_periods
        on
            sides.committee_code = committee_periods.committee_code
            and committee_periods.period_end <= last_period.period_end

),

side_values as (

    select
        spans.figure_id,
        spans.side,
        max(committee_measures.value) filter (spans.is_last) as last_value,
        max(committee_measures.value) filter (spans.is_opening) as opening_value,
        sum(committee_measures.value) filter (spans.is_inside) as summed_value
    from spans
    inner join committee_measures
        on
            spans.committee_code = committee_measures.committee_code
            and spans.measure_code = committee_measures.measure_code
            and spans.period_code = committee_measures.period_code
    group by all

),

ratios_by_period as (

    select
        numerators.figure_id,
        100 * avg(numerator_values.value / nullif(denominator_values.value, 0)) as average_pct
    from spans as numerators
    inner join spans as denominators
        on
            numerators.figure_id = denominators.figure_id
            and numerators.period_code = denominators.period_code
            and denominators.side = 'denominator'
    inner join committee_measures as numerator_values
        on
            numerators.committee_code = numerator_values.committee_code
            and numerators.measure_code = numerator_values.measure_code
            and numerators.period_code = numerator_values.period_code
    inner join committee_measures as denominator_values
        on
            denominators.committee_code = denominator_values.committee_code
            and denominators.measure_code = denominator_values.measure_code
            and denominators.period_code = denominator_values.period_code
    where numerators.side = 'value' and numerators.is_inside
    group by all

),

organization_sums as (

    select
        spans.figure_id,
        spans.side,
        measure_values.organization_code,
        sum(measure_values.value) as value
    from spans
    inner join measure_values
        on
            spans.committee_code = measure_values.committee_code
            and spans.measure_code = measure_values.measure_code
            and spans.period_code = measure_values.period_code
    where spans.is_inside
    group by all

),

organizations_positive as (

    select
        figure_id,
        side,
        count(*) filter (value > 0) as organizations
    from organization_sums
    group by all

),

aggregated as (

    select
        sides.figure_id,
        sides.side,
        sides.aggregate,
        case sides.aggregate
            when 'last' then side_values.last_value
            when 'opening' then side_values.opening_value
            when 'sum' then side_values.summed_value
            when 'average_year'
                then side_values.summed_value / try_cast(regexp_extract(sides.note, '[0-9]+') as double)
            when 'organizations_positive' then organizations_positive.organizations
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
            when pivoted.aggregate = 'average_ratio' then ratios_by_period.average_pct
            else 100 * pivoted.warehouse_value / nullif(pivoted.warehouse_denominator, 0)
        end as warehouse_pct
    from pivoted
    left join ratios_by_period on pivoted.figure_id = ratios_by_period.figure_id

)

select * from computed
