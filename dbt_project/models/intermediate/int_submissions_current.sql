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

ended as (

    select * from {{ ref('int_ended_organizations') }}

),

current_versions as (

    select
        states.file_hash,
        states.committee_code,
        states.organization_code,
        coalesce(organizations.organization_key, ended.organization_key) as organization_key,
        states.period_code,
        ended.ended_on
    from states
    inner join periods on states.period_code = periods.period_code
    left join organizations
        on
            states.organization_code = organizations.organization_code
            and periods.period_end >= organizations.valid_from
            and periods.period_end <= coalesce(organizations.valid_to, date '9999-12-31')
    left join ended
        on
            states.committee_code = ended.committee_code
            and states.organization_code = ended.organization_code
            and states.period_code = ended.period_code
    where states.is_current

)

select * from current_versions
