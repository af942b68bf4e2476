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

containing as (

    select distinct
        calendar.committee_code,
        calendar.period_code
    from calendar
    inner join calendar as inner_periods
        on
            calendar.committee_code = inner_periods.committee_code
            and calendar.period_code != inner_periods.period_code
            and calendar.period_start <= inner_periods.period_start
            and calendar.period_end >= inner_periods.period_end

),

-- A committee may ask for a year beside its two halves: the longer period repeats what the shorter ones say.
marked as (

    select
        calendar.*,
        containing.period_code is not null as is_cumulative
    from calendar
    left join containing
        on
            calendar.committee_code = containing.committee_code
            and calendar.period_code = containing.period_code

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
