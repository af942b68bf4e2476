-- What a comparison says beyond the two figures: whether the measure means the same, and the comparable perimeter.
with

paired as (

    select * from {{ ref('int_measure_values_paired') }}

),

committee_measures as (

    select * from {{ ref('int_committee_measures_summed') }}

),

like_for_like as (

    select * from {{ ref('int_like_for_like_summed') }}

),

breaks as (

    select * from {{ ref('int_measure_breaks_crossed') }}

),

compared as (

    select
        paired.*,
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
    from paired
    left join breaks
        on
            paired.period_from = breaks.period_from
            and paired.period_to = breaks.period_to
            and paired.measure_code = breaks.measure_code
    left join committee_measures as bridged
        on
            paired.committee_code = bridged.committee_code
            and paired.period_to = bridged.period_code
            and breaks.measure_code_to = bridged.measure_code
    left join like_for_like
        on
            paired.committee_code = like_for_like.committee_code
            and paired.period_from = like_for_like.period_from
            and paired.period_to = like_for_like.period_to
            and paired.measure_code = like_for_like.measure_code
            and (breaks.measure_code is null or bridged.value is not null)

)

select * from compared
