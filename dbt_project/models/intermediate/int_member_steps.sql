-- What changed the members of each organization from one reporting period to the next, part by part, as submitted. What
-- the declared flows and events do not explain is a remainder; where a workbook is missing it is coverage; what decided
-- corrections changed is a part of its own.
with

committee_periods as (

    select * from {{ ref('int_committee_periods') }}
    where reported_before is not null

),

rosters as (

    select * from {{ ref('int_rosters') }}

),

explained as (

    select * from {{ ref('int_member_movements_unioned') }}

),

members as (

    select
        committee_code,
        period_code,
        organization_code,
        value,
        coalesce(submitted_value, 0) as submitted_value
    from {{ ref('fct_measure_values') }}
    where measure_code = 'members_total' and value is not null

),

explained_by_organization as (

    select
        committee_code,
        period_code,
        organization_code,
        {{ exact_sum('value') }} as value
    from explained
    group by all

),

known as (

    select
        committee_code,
        period_code,
        organization_code
    from rosters
    union
    select
        committee_code,
        period_code,
        organization_code
    from members

),

subjects as (

    select
        committee_periods.committee_code,
        committee_periods.period_code,
        committee_periods.reported_before,
        known.organization_code
    from committee_periods
    inner join known
        on
            committee_periods.committee_code = known.committee_code
            and known.period_code in (committee_periods.period_code, committee_periods.reported_before)
    union
    select
        committee_periods.committee_code,
        committee_periods.period_code,
        committee_periods.reported_before,
        explained_by_organization.organization_code
    from committee_periods
    inner join explained_by_organization
        on
            committee_periods.committee_code = explained_by_organization.committee_code
            and committee_periods.period_code = explained_by_organization.period_code

),

unexplained as (

    select
        subjects.committee_code,
        subjects.period_code,
        subjects.organization_code,
        case
            when
                (roster_now.organization_code is not null and now.value is null)
                or (roster_before.organization_code is not null and before.value is null)
                then 'coverage'
            else 'remainder'
        end as part_code,
        coalesce(now.submitted_value, 0) - coalesce(before.submitted_value, 0)
        - coalesce(explained_by_organization.value, 0) as value,
        coalesce(now.value - now.submitted_value, 0) - coalesce(before.value - before.submitted_value, 0) as corrected
    from subjects
    left join members as now
        on
            subjects.committee_code = now.committee_code
            and subjects.period_code = now.period_code
            and subjects.organization_code = now.organization_code
    left join members as before
        on
            subjects.committee_code = before.committee_code
            and subjects.reported_before = before.period_code
            and subjects.organization_code = before.organization_code
    left join rosters as roster_now
        on
            subjects.committee_code = roster_now.committee_code
            and subjects.period_code = roster_now.period_code
            and subjects.organization_code = roster_now.organization_code
    left join rosters as roster_before
        on
            subjects.committee_code = roster_before.committee_code
            and subjects.reported_before = roster_before.period_code
            and subjects.organization_code = roster_before.organization_code
    left join explained_by_organization
        on
            subjects.committee_code = explained_by_organization.committee_code
            and subjects.period_code = explained_by_organization.period_code
            and subjects.organization_code = explained_by_organization.organization_code

),

every_part as (

    select * from explained
    union all by name
    select * exclude (corrected) from unexplained
    union all by name
    select * exclude (corrected) replace ('correction' as part_code, corrected as value) from unexplained

),

steps as (

    select
        committee_code,
        period_code,
        part_code,
        {{ exact_sum('value') }} as value,
        count(distinct organization_code) filter (value != 0) as organizations
    from every_part
    group by all

)

select * from steps
