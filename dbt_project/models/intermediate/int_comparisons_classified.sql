-- How the difference of a comparison is taken apart. The members are followed step by step, by change type and event;
-- every other measure, and the members where their meaning changed in between, by families of organizations. What the
-- register itself counts has one part.
with

comparisons as (

    select * from {{ ref('int_measures_compared') }}

),

measures as (

    select * from {{ ref('int_measures_described') }}

),

classified as (

    select
        comparisons.committee_code,
        comparisons.measure_code,
        comparisons.period_from,
        comparisons.period_to,
        comparisons.value_to,
        comparisons.difference,
        comparisons.break_status,
        comparisons.bridge_measure_code,
        comparisons.bridged_value_to,
        case
            when comparisons.measure_code = 'members_total' and comparisons.break_status = 'none' then 'by_step'
            when measures.source = 'register' then 'by_register'
            when comparisons.break_status = 'broken' then 'not_comparable'
            else 'by_family'
        end as taken_apart
    from comparisons
    inner join measures on comparisons.measure_code = measures.measure_code

)

select * from classified
