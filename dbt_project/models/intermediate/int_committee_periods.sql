with

reporting_periods as (

    select * from {{ ref('stg_reference__reporting_periods') }}

),

periods as (

    select * from {{ ref('stg_reference__periods') }}

),

calendar as (

    select
        reporting_periods.committee_code,
        reporting_periods.period_code,
        periods.period_kind,
        periods.year,
        periods.period_start,
        periods.period_end
    from reporting_periods
    inner join periods on reporting_periods.period_code = periods.period_code

),

-- A committee may ask for a year beside its two halves: the longer period repeats what the shorter ones say.
marked as (

    select
        calendar.*,
        exists (
            select 1
            from calendar as inner_periods
            where
                inner_periods.committee_code = calendar.committee_code
                and inner_periods.period_code != calendar.period_code
                and inner_periods.period_start >= calendar.period_start
                and inner_periods.period_end <= calendar.period_end
        ) as is_cumulative
    from calendar

),

ordered as (

    select
        *,
        case
            when not is_cumulative
                then lag(period_code) over (partition by committee_code, is_cumulative order by period_end)
        end as reported_before
    from marked

)

select * from ordered
