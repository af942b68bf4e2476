-- A measure that changed its meaning between two ends is compared, at the later end, by the measure that continues the
-- old meaning (the bridge), where there is one that has not changed itself since.
with

pairs as (

    select distinct
        period_from,
        period_to,
        from_end,
        to_end
    from {{ ref('int_period_pairs') }}

),

breaks as (

    select * from {{ ref('stg_reference__measure_breaks') }}

),

first_crossed as (

    select
        pairs.period_from,
        pairs.period_to,
        breaks.measure_code,
        any_value(pairs.to_end) as to_end,
        min(breaks.changed_on) as changed_on,
        min_by(breaks.note_vi, breaks.changed_on) as note_vi,
        min_by(breaks.note_en, breaks.changed_on) as note_en
    from pairs
    inner join breaks
        on
            pairs.from_end < breaks.changed_on
            and pairs.to_end >= breaks.changed_on
    group by all

),

crossed as (

    select
        first_crossed.period_from,
        first_crossed.period_to,
        first_crossed.measure_code,
        case when not bool_or(later.measure_code is not null) then any_value(breaks.bridge_measure_code) end
            as measure_code_to,
        first_crossed.changed_on,
        first_crossed.note_vi,
        first_crossed.note_en
    from first_crossed
    inner join breaks
        on
            first_crossed.measure_code = breaks.measure_code
            and first_crossed.changed_on = breaks.changed_on
    left join breaks as later
        on
            breaks.bridge_measure_code = later.measure_code
            and breaks.changed_on < later.changed_on
            and first_crossed.to_end >= later.changed_on
    group by all

)

select * from crossed
