-- The components of each side of a target: flows add up over the window, of a stock only its last day counts. Figures
-- of a year beside its halves count only where the halves are never asked for them.
with

sides as (

    select * from {{ ref('int_target_sides_unpivoted') }}

),

windows as (

    select * from {{ ref('int_target_periods') }}

),

measures as (

    select * from {{ ref('int_measures_described') }}

),

committee_periods as (

    select * from {{ ref('int_committee_periods') }}

),

reported as (

    select distinct
        measure_values.committee_code,
        measure_values.measure_code
    from {{ ref('fct_measure_values') }} as measure_values
    inner join committee_periods
        on
            measure_values.committee_code = committee_periods.committee_code
            and measure_values.period_code = committee_periods.period_code
            and not committee_periods.is_cumulative
    where measure_values.measure_code in (select sides.measure_code from sides)

),

selected as (

    select
        windows.target_id,
        windows.committee_code,
        windows.period_code,
        windows.counted_period_code,
        sides.side,
        sides.measure_code,
        sides.organization_type
    from windows
    inner join sides on windows.target_id = sides.target_id
    inner join measures on sides.measure_code = measures.measure_code
    left join reported
        on
            sides.committee_code = reported.committee_code
            and sides.measure_code = reported.measure_code
    where
        (measures.aggregation = 'flow' or windows.is_at_the_end)
        and windows.is_cumulative = (reported.measure_code is null)

)

select * from selected
