-- One row per family of organizations bound by events across committees: its figures at two periods, inside the
-- province and wherever it reported, and whether it has an organization in the province on a day.
-- Parameters: $measure, $province, $period_from, $period_to, $as_of.
with

last_day as (

    select max(period_end) as day from dim_periods
    where period_code in (select fct_measure_values.period_code from fct_measure_values)

),

day_asked as (

    select least(cast($as_of as date), last_day.day) as day from last_day

),

-- The province of a committee on the day: that of the stretch that had begun by then, else of its first one.
committees_of_the_day as (

    select
        committees.committee_code,
        coalesce(
            max_by(committees.province, coalesce(committees.valid_from, date '0001-01-01'))
            filter (where coalesce(committees.valid_from, date '0001-01-01') <= day_asked.day),
            min_by(committees.province, coalesce(committees.valid_from, date '0001-01-01'))
        ) as province
    from dim_committees as committees
    cross join day_asked
    group by all

),

of_the_day as (

    select distinct families.family_code
    from dim_organizations as organizations
    inner join committees_of_the_day on organizations.committee_code = committees_of_the_day.committee_code
    inner join bridge_organization_families as families
        on organizations.organization_code = families.organization_code
    cross join day_asked
    where
        committees_of_the_day.province = $province
        and organizations.valid_from <= day_asked.day
        and coalesce(organizations.valid_to, date '9999-12-31') >= day_asked.day

),

figures as (

    select
        families.family_code,
        figures.period_code,
        figures.value,
        committees.province = $province as is_inside
    from fct_measure_values as figures
    inner join bridge_committee_periods as committee_periods
        on
            figures.committee_code = committee_periods.committee_code
            and figures.period_code = committee_periods.period_code
    inner join dim_committees as committees on committee_periods.committee_key = committees.committee_key
    inner join bridge_organization_families as families on figures.organization_code = families.organization_code
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
