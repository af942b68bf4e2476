-- The steps between two period ends added up: the earlier end lies before them, the later one inside.
with

comparisons as (

    select * from {{ ref('int_comparisons_classified') }}
    where taken_apart = 'by_step'

),

pairs as (

    select * from {{ ref('int_period_pairs') }}

),

committee_periods as (

    select * from {{ ref('int_committee_periods') }}

),

steps as (

    select * from {{ ref('int_member_steps') }}

),

dated_steps as (

    select
        steps.*,
        committee_periods.period_end
    from steps
    inner join committee_periods
        on
            steps.committee_code = committee_periods.committee_code
            and steps.period_code = committee_periods.period_code

),

summed as (

    select
        comparisons.committee_code,
        comparisons.measure_code,
        comparisons.period_from,
        comparisons.period_to,
        dated_steps.part_code,
        {{ exact_sum('dated_steps.value') }} as value,
        sum(dated_steps.organizations) as organizations
    from comparisons
    inner join pairs
        on
            comparisons.committee_code = pairs.committee_code
            and comparisons.period_from = pairs.period_from
            and comparisons.period_to = pairs.period_to
    inner join dated_steps
        on
            pairs.committee_code = dated_steps.committee_code
            and pairs.from_end < dated_steps.period_end
            and pairs.to_end >= dated_steps.period_end
    group by all

)

select * from summed
