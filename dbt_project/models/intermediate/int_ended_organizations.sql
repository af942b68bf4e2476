-- An organization whose last stretch ends before a period does has no workbook due for it, but may report what happened
-- until then: its flows count, and on the period's last day there is nothing of it left.
with

reporting_periods as (

    select * from {{ ref('stg_reference__reporting_periods') }}

),

periods as (

    select * from {{ ref('stg_reference__periods') }}

),

organizations as (

    select * from {{ ref('stg_reference__organizations') }}

),

last_stretches as (

    select
        periods.period_code,
        organizations.organization_code,
        max_by(organizations.committee_code, organizations.valid_from) as committee_code,
        max_by(organizations.organization_key, organizations.valid_from) as organization_key,
        max(coalesce(organizations.valid_to, date '9999-12-31')) as ended_on,
        any_value(periods.period_end) as period_end
    from periods
    inner join organizations
        on
            periods.period_end >= organizations.valid_from
            and periods.period_start <= coalesce(organizations.valid_to, date '9999-12-31')
    group by all

),

ended as (

    select
        last_stretches.committee_code,
        last_stretches.period_code,
        last_stretches.organization_code,
        last_stretches.organization_key,
        last_stretches.ended_on
    from last_stretches
    inner join reporting_periods
        on
            last_stretches.committee_code = reporting_periods.committee_code
            and last_stretches.period_code = reporting_periods.period_code
    where last_stretches.ended_on < last_stretches.period_end

)

select * from ended
