-- Of how many workbooks a target's figure is made, over its whole window. A measure is asked for in a period in which
-- anybody gave it a number, or nobody sent anything. There an organization that sent its workbook is expected where the
-- measure applies to it, one that sent none in any case. What the committee reports of its own work is expected from
-- the committee alone.
with

components as (

    select * from {{ ref('int_target_components_selected') }}
    where side = 'numerator'

),

rosters as (

    select * from {{ ref('int_rosters') }}

),

organizations as (

    select * from {{ ref('stg_reference__organizations') }}

),

submissions as (

    select * from {{ ref('int_submissions_current') }}

),

reports as (

    select
        rosters.committee_code,
        rosters.period_code,
        rosters.organization_code,
        rosters.is_committee_itself,
        measure_values.measure_code,
        measure_values.value
    from {{ ref('fct_measure_values') }} as measure_values
    inner join rosters
        on
            measure_values.committee_code = rosters.committee_code
            and measure_values.period_code = rosters.period_code
            and measure_values.organization_code = rosters.organization_code
    where
        measure_values.measure_code in (select components.measure_code from components)
        and (measure_values.value is not null or measure_values.terms_missing > 0)

),

askers as (

    select
        committee_code,
        measure_code,
        bool_and(is_committee_itself) as is_of_the_committee_itself
    from reports
    group by all

),

asked as (

    select distinct
        committee_code,
        measure_code,
        period_code
    from reports
    where value is not null

),

sent as (

    select distinct
        committee_code,
        period_code
    from submissions

),

expected as (

    select
        components.target_id,
        components.period_code,
        rosters.organization_code,
        components.counted_period_code,
        reports.value is not null as is_counted
    from components
    inner join rosters
        on
            components.committee_code = rosters.committee_code
            and components.counted_period_code = rosters.period_code
    inner join organizations on rosters.organization_key = organizations.organization_key
    left join askers
        on
            components.committee_code = askers.committee_code
            and components.measure_code = askers.measure_code
    left join asked
        on
            components.committee_code = asked.committee_code
            and components.measure_code = asked.measure_code
            and components.counted_period_code = asked.period_code
    left join sent
        on
            components.committee_code = sent.committee_code
            and components.counted_period_code = sent.period_code
    left join submissions
        on
            rosters.organization_code = submissions.organization_code
            and rosters.period_code = submissions.period_code
    left join reports
        on
            components.committee_code = reports.committee_code
            and components.measure_code = reports.measure_code
            and components.counted_period_code = reports.period_code
            and rosters.organization_code = reports.organization_code
    where
        rosters.is_committee_itself = coalesce(askers.is_of_the_committee_itself, false)
        and (components.organization_type is null or components.organization_type = organizations.organization_type)
        and (asked.measure_code is not null or sent.period_code is null)
        and (reports.measure_code is not null or submissions.file_hash is null)

),

counted as (

    select
        target_id,
        period_code,
        count(*) filter (where is_counted) as organizations_counted,
        count(*) as organizations_expected
    from expected
    group by all

)

select * from counted
