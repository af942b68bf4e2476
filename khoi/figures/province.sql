-- One row per family of organizations bound by events across committees: its figures at two periods, inside the province
-- and wherever it reported, and whether it has an organization in the province on a day.
-- Parameters: $measure, $province, $period_from, $period_to, $as_of.
with recursive

organizations as (

    select distinct
        organizations.organization_code,
        organizations.committee_code,
        committees.province,
        organizations.valid_from,
        organizations.valid_to
    from dim_organizations as organizations
    inner join dim_committees as committees on organizations.committee_code = committees.committee_code

),

links as (

    select
        from_organization_code as organization_code,
        to_organization_code as linked_code
    from fct_organization_events
    where from_organization_code is not null and to_organization_code is not null
    union
    select
        to_organization_code as organization_code,
        from_organization_code as linked_code
    from fct_organization_events
    where from_organization_code is not null and to_organization_code is not null

),

reached as (

    select distinct
        organization_code,
        organization_code as reached_code
    from organizations
    union
    select
        reached.organization_code,
        links.linked_code as reached_code
    from reached
    inner join links on reached.reached_code = links.organization_code

),

families as (

    select
        organization_code,
        min(reached_code) as family_code
    from reached
    group by all

),

last_day as (

    select max(period_end) as day from dim_periods
    where period_code in (select fct_measure_values.period_code from fct_measure_values)

),

of_the_day as (

    select distinct families.family_code
    from organizations
    inner join families on organizations.organization_code = families.organization_code
    cross join last_day
    where
        organizations.province = $province
        and organizations.valid_from <= least(cast($as_of as date), last_day.day)
        and coalesce(organizations.valid_to, date '9999-12-31') >= least(cast($as_of as date), last_day.day)

),

figures as (

    select
        families.family_code,
        figures.period_code,
        figures.value,
        committees.province = $province as is_inside
    from fct_measure_values as figures
    inner join dim_committees as committees on figures.committee_code = committees.committee_code
    inner join families on figures.organization_code = families.organization_code
    where
        figures.measure_code = $measure
        and figures.period_code in ($period_from, $period_to)
        and figures.value is not null

),

summed as (

    select
        family_code,
        sum(value) filter (period_code = $period_from) as all_from,
        sum(value) filter (period_code = $period_to) as all_to,
        sum(value) filter (period_code = $period_from and is_inside) as inside_from,
        sum(value) filter (period_code = $period_to and is_inside) as inside_to,
        count(*) filter (period_code = $period_from and is_inside) as organizations_from,
        count(*) filter (period_code = $period_to and is_inside) as organizations_to
    from figures
    group by all

)

select
    summed.*,
    summed.family_code in (select of_the_day.family_code from of_the_day) as is_of_the_day
from summed
order by summed.family_code
