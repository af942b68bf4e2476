-- The reporting periods that tile a period exactly: a year its two halves, a term its years. A period that the
-- committee's reporting periods do not cover without a gap is not there.
with

committee_periods as (

    select * from {{ ref('int_committee_periods') }}
    where is_cumulative is not true

),

periods as (

    select * from {{ ref('stg_reference__periods') }}

),

contained as (

    select
        committee_periods.committee_code,
        periods.period_code,
        committee_periods.period_code as component_period_code,
        committee_periods.period_end as component_end,
        datediff('day', periods.period_start, periods.period_end) + 1 as days,
        sum(datediff('day', committee_periods.period_start, committee_periods.period_end) + 1) over (
            partition by committee_periods.committee_code, periods.period_code
        ) as days_covered
    from committee_periods
    inner join periods
        on
            committee_periods.period_start >= periods.period_start
            and committee_periods.period_end <= periods.period_end

),

tiled as (

    select
        committee_code,
        period_code,
        component_period_code,
        cast(row_number() over (partition by committee_code, period_code order by component_end) as integer)
            as position,
        cast(count(*) over (partition by committee_code, period_code) as integer) as components
    from contained
    where days_covered = days

)

select * from tiled
