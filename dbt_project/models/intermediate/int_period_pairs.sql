with

committee_periods as (

    select * from {{ ref('int_committee_periods') }}
    where is_cumulative is not true

),

pairs as (

    select
        earlier.committee_code,
        earlier.period_code as period_from,
        later.period_code as period_to,
        earlier.period_end as from_end,
        later.period_end as to_end
    from committee_periods as earlier
    inner join committee_periods as later
        on
            earlier.committee_code = later.committee_code
            and earlier.period_end < later.period_end

)

select * from pairs
