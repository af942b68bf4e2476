with

submissions as (

    select * from {{ ref('int_submissions_current') }}

),

rosters as (

    select * from {{ ref('int_rosters') }}

),

committee_periods as (

    select * from {{ ref('int_committee_periods') }}

),

counted as (

    select
        rosters.committee_code,
        rosters.period_code,
        rosters.organization_code
    from rosters
    inner join submissions
        on
            rosters.committee_code = submissions.committee_code
            and rosters.period_code = submissions.period_code
            and rosters.organization_code = submissions.organization_code
    where not rosters.is_committee_itself

),

sizes as (

    select
        committee_code,
        period_code,
        count(*) as organizations
    from counted
    group by all

),

shared as (

    select
        committee_periods.committee_code,
        committee_periods.period_code,
        count(*) as organizations
    from committee_periods
    inner join counted as later
        on
            committee_periods.committee_code = later.committee_code
            and committee_periods.period_code = later.period_code
    inner join counted as earlier
        on
            committee_periods.committee_code = earlier.committee_code
            and committee_periods.reported_before = earlier.period_code
            and later.organization_code = earlier.organization_code
    group by all

),

compared as (

    select
        committee_periods.committee_code,
        committee_periods.period_code,
        coalesce(shared.organizations, 0) = coalesce(later.organizations, 0)
        and coalesce(shared.organizations, 0) = coalesce(earlier.organizations, 0) as same_organizations
    from committee_periods
    left join sizes as later
        on
            committee_periods.committee_code = later.committee_code
            and committee_periods.period_code = later.period_code
    left join sizes as earlier
        on
            committee_periods.committee_code = earlier.committee_code
            and committee_periods.reported_before = earlier.period_code
    left join shared
        on
            committee_periods.committee_code = shared.committee_code
            and committee_periods.period_code = shared.period_code
    where committee_periods.reported_before is not null

)

select * from compared
