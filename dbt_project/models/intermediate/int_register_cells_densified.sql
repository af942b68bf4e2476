with

register as (

    select * from {{ ref('stg_lake__register_observations') }}
    where {{ is_touched() }}

),

rosters as (

    select * from {{ ref('int_rosters') }}
    where {{ is_touched() }}

),

organizations as (

    select * from {{ ref('stg_reference__organizations') }}

),

periods as (

    select * from {{ ref('stg_reference__periods') }}

),

cells as (

    select distinct cell_code
    from {{ ref('int_measure_terms_unioned') }}
    where starts_with(cell_code, 'register.')

),

summed as (

    select
        committee_code,
        organization_code,
        period_code,
        cell_code,
        case when count(value) = count(*) then {{ exact_sum('value') }} end as value,
        count(value) = count(*) as is_known
    from register
    group by all

),

-- An organization that left on a period's first day is on no roster of that period, but its leaving is. One that went
-- to another committee with its code is told of, in each committee, as what it was there.
subjects as (

    select
        committee_code,
        organization_code,
        period_code
    from rosters
    union
    select
        committee_code,
        organization_code,
        period_code
    from summed

),

keyed as (

    select
        subjects.*,
        max_by(
            organizations.organization_key,
            (organizations.committee_code = subjects.committee_code, organizations.valid_from)
        ) as organization_key
    from subjects
    inner join periods on subjects.period_code = periods.period_code
    left join organizations
        on
            subjects.organization_code = organizations.organization_code
            and periods.period_end >= organizations.valid_from
    group by all

),

densified as (

    select
        keyed.committee_code,
        keyed.organization_code,
        keyed.organization_key,
        keyed.period_code,
        cells.cell_code,
        case when coalesce(summed.is_known, true) then coalesce(summed.value, 0) end as value,
        case when coalesce(summed.is_known, true) then coalesce(summed.value, 0) end as submitted_value,
        case
            when not coalesce(summed.is_known, true) then 'missing'
            when coalesce(summed.value, 0) = 0 then 'zero'
            else 'value'
        end as state
    from keyed
    cross join cells
    left join summed
        on
            keyed.committee_code = summed.committee_code
            and keyed.organization_code = summed.organization_code
            and keyed.period_code = summed.period_code
            and cells.cell_code = summed.cell_code

)

select * from densified
