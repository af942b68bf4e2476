with

measures as (

    select * from {{ ref('rpt_committee_measures') }}

),

-- Where the check left no bounds for a committee and period, which measures are headlines is not known: all stand.
bounded as (

    select
        committee_code,
        period_code
    from measures
    where is_bounded
    group by committee_code, period_code

),

headlines as (

    select measures.*
    from measures
    left join bounded
        on
            measures.committee_code = bounded.committee_code
            and measures.period_code = bounded.period_code
    where measures.is_bounded or bounded.committee_code is null

)

select * from headlines
