with

pairs as (

    select * from {{ ref('int_period_pairs') }}

),

committee_measures as (

    select * from {{ ref('int_committee_measures_summed') }}

),

measures as (

    select * from {{ ref('dim_measures') }}
    where is_additive

),

like_for_like as (

    select * from {{ ref('int_like_for_like_summed') }}

),

breaks as (

    select * from {{ ref('int_measure_breaks_crossed') }}

),

compared as (

    select
        pairs.committee_code,
        measures.measure_code,
        pairs.period_from,
        pairs.period_to,
        measures.label_vi,
        measures.label_en,
        measures.unit_vi,
        measures.unit_en,
        earlier.value as value_from,
        later.value as value_to,
        later.value - earlier.value as difference,
        100 * (later.value - earlier.value) / nullif(earlier.value, 0) as percent,
        earlier.organizations_counted as organizations_counted_from,
        earlier.organizations_expected as organizations_expected_from,
        later.organizations_counted as organizations_counted_to,
        later.organizations_expected as organizations_expected_to,
        like_for_like.like_for_like_from,
        like_for_like.like_for_like_to,
        like_for_like.like_for_like_to - like_for_like.like_for_like_from as like_for_like_difference,
        100 * (like_for_like.like_for_like_to - like_for_like.like_for_like_from)
        / nullif(like_for_like.like_for_like_from, 0) as like_for_like_percent,
        like_for_like.like_for_like_organizations_from,
        like_for_like.like_for_like_organizations_to,
        case
            when breaks.measure_code is null then 'none'
            when bridged.value is null then 'broken'
            else 'bridged'
        end as break_status,
        breaks.measure_code_to as bridge_measure_code,
        bridged.value as bridged_value_to,
        breaks.note_vi as break_note_vi,
        breaks.note_en as break_note_en
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
    left join breaks
        on
            pairs.period_from = breaks.period_from
            and pairs.period_to = breaks.period_to
            and measures.measure_code = breaks.measure_code
    left join committee_measures as bridged
        on
            pairs.committee_code = bridged.committee_code
            and pairs.period_to = bridged.period_code
            and breaks.measure_code_to = bridged.measure_code
    left join like_for_like
        on
            pairs.committee_code = like_for_like.committee_code
            and pairs.period_from = like_for_like.period_from
            and pairs.period_to = like_for_like.period_to
            and measures.measure_code = like_for_like.measure_code
            and (breaks.measure_code is null or bridged.value is not null)
    where earlier.value is not null and later.value is not null

)

select * from compared
