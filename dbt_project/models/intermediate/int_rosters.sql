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

rosters as (

    select
        reporting_periods.committee_code,
        reporting_periods.period_code,
        organizations.organization_code,
        organizations.organization_key,
        organizations.organization_type = 'CAP_TREN' as is_committee_itself,
        reporting_periods.due_on
    from reporting_periods
    inner join periods on reporting_periods.period_code = periods.period_code
    inner join organizations
        on
            reporting_periods.committee_code = organizations.committee_code
            and periods.period_end >= organizations.valid_from
            and periods.period_end <= coalesce(organizations.valid_to, date '9999-12-31')

)

select * from rosters
