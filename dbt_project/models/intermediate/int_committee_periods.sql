with

reporting_periods as (

    select * from {{ ref('stg_reference__reporting_periods') }}

),

periods as (

    select * from {{ ref('stg_reference__periods') }}

),

ordered as (

    select
        reporting_periods.committee_code,
        reporting_periods.period_code,
        periods.period_kind,
        periods.year,
        periods.period_start,
        periods.period_end,
        lag(reporting_periods.period_code) over (
            partition by reporting_periods.committee_code order by periods.period_end
        ) as reported_before
    from reporting_periods
    inner join periods on reporting_periods.period_code = periods.period_code

)

select * from ordered
