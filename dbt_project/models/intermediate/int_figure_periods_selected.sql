with

definitions as (

    select * from {{ ref('stg_reference__figure_definitions') }}
    where scope = 'covered'

),

committee_periods as (

    select * from {{ ref('int_committee_periods') }}

),

spans as (

    select
        definitions.figure_id,
        definitions.aggregate,
        definitions.period_to,
        committee_periods.period_code,
        committee_periods.period_end >= first_period.period_end as is_inside,
        -- What stood at the opening is what stood before; the first period of all brings its own opening.
        coalesce(first_period.reported_before, definitions.period_from) as opening_period
    from definitions
    inner join committee_periods as first_period
        on
            definitions.committee_code = first_period.committee_code
            and definitions.period_from = first_period.period_code
    inner join committee_periods as last_period
        on
            definitions.committee_code = last_period.committee_code
            and definitions.period_to = last_period.period_code
    inner join committee_periods
        on
            definitions.committee_code = committee_periods.committee_code
            and last_period.period_end >= committee_periods.period_end
            -- A year asked for beside its halves is no further period of a span.
            and (committee_periods.is_cumulative is not true or definitions.period_from = committee_periods.period_code)

),

taking_part as (

    select
        figure_id,
        period_code
    from spans
    where
        case aggregate
            when 'last' then period_code = period_to
            when 'opening' then period_code = opening_period
            else is_inside
        end

)

select * from taking_part
