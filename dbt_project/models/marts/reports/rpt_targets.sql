with

targets as (

    select * from {{ ref('stg_reference__targets') }}

),

judged as (

    select * from {{ ref('int_targets_judged') }}

),

revisions as (

    select
        revised_target_id,
        string_agg(target_id, ', ' order by target_id) as revised_by
    from targets
    where revised_target_id is not null
    group by all

),

explained as (

    select
        judged.committee_code,
        judged.target_id,
        judged.period_code,
        targets.target_set,
        targets.label_vi,
        targets.label_en,
        targets.measure_code,
        targets.base_measure_code,
        targets.unit,
        targets.time_window,
        targets.operator,
        targets.threshold_low,
        targets.threshold_high,
        judged.numerator,
        judged.denominator,
        judged.value,
        judged.lowest_value,
        judged.highest_value,
        judged.organizations_counted,
        judged.organizations_expected,
        judged.is_window_complete,
        judged.status,
        targets.revised_target_id,
        revisions.revised_by,
        targets.valid_from,
        targets.due_on,
        case
            when judged.status = 'incomplete'
                then concat_ws(
                    '; ', targets.note, 'Biểu còn thiếu có thể làm thay đổi kết luận'
                )
            when judged.status != 'not_assessable' or targets.measure_code is null then targets.note
            else 'Kho chưa có số liệu của kỳ này'
        end as reason_vi,
        case
            when judged.status = 'incomplete' then 'Missing workbooks may turn the verdict'
            when judged.status != 'not_assessable' then null
            when targets.measure_code is null then 'No form collects it'
            else 'The warehouse has no data for this period'
        end as reason_en
    from judged
    inner join targets on judged.target_id = targets.target_id
    left join revisions on judged.target_id = revisions.revised_target_id

)

select * from explained
