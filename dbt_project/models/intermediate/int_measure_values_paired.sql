-- A committee's figure at both ends of every pair of its reporting periods, as reported.
with

pairs as (

    select * from {{ ref('int_period_pairs') }}

),

committee_measures as (

    select * from {{ ref('int_committee_measures_summed') }}
    where value is not null

),

measures as (

    select * from {{ ref('int_measures_described') }}
    where is_additive

),

paired as (

    select
        pairs.committee_code,
        earlier.measure_code,
        pairs.period_from,
        pairs.period_to,
        earlier.value as value_from,
        later.value as value_to,
        later.value - earlier.value as difference,
        100 * (later.value - earlier.value) / nullif(earlier.value, 0) as percent,
        earlier.organizations_counted as organizations_counted_from,
        earlier.organizations_expected as organizations_expected_from,
        later.organizations_counted as organizations_counted_to,
        later.organizations_expected as organizations_expected_to
    from pairs
    inner join committee_measures as earlier
        on
            pairs.committee_code = earlier.committee_code
            and pairs.period_from = earlier.period_code
    inner join committee_measures as later
        on
            pairs.committee_code = later.committee_code
            and pairs.period_to = later.period_code
            and earlier.measure_code = later.measure_code
    inner join measures on earlier.measure_code = measures.measure_code

)

select * from paired
