with

states as (

    select * from {{ ref('stg_lake__submission_states') }}

),

periods as (

    select * from {{ ref('stg_reference__periods') }}

),

organizations as (

    select * from {{ ref('stg_reference__organizations') }}

),

current_versions as (

    select
        states.file_hash,
        states.committee_code,
        states.organization_code,
        organizations.organization_key,
        states.period_code
    from states
    inner join periods on states.period_code = periods.period_code
    left join organizations
        on
            states.organization_code = organizations.organization_code
            and periods.period_end >= organizations.valid_from
            and periods.period_end <= coalesce(organizations.valid_to, date '9999-12-31')
    where states.is_current

)

select * from current_versions
