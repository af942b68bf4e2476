with

targets as (

    select * from {{ ref('stg_reference__targets') }}

),

windows as (

    select * from {{ ref('int_target_periods') }}

),

measures as (

    select * from {{ ref('dim_measures') }}

),

organizations as (

    select * from {{ ref('dim_organizations') }}

),

measure_values as (

    select * from {{ ref('fct_measure_values') }}

),

committee_measures as (

    select * from {{ ref('int_committee_measures_summed') }}

),

-- What a target is measured by and what it is measured against, alike.
sides as (

    select
        target_id,
        organization_type,
        'numerator' as side,
        measure_code
    from targets
    where measure_code is not null
    union all
    select
        target_id,
        organization_type,
        'denominator' as side,
        base_measure_code as measure_code
    from targets
    where base_measure_code is not null

),

-- Flows add up over the window; of a stock only the last day counts.
side_values as (

    select
        windows.target_id,
        windows.period_code,
        sides.side,
        sum(measure_values.value) as value
    from windows
    inner join sides on windows.target_id = sides.target_id
    inner join measures on sides.measure_code = measures.measure_code
    inner join measure_values
        on
            sides.measure_code = measure_values.measure_code
            and windows.committee_code = measure_values.committee_code
            and windows.counted_period_code = measure_values.period_code
    left join organizations on measure_values.organization_key = organizations.organization_key
    where
        (measures.aggregation = 'flow' or windows.counted_period_code = windows.period_code)
        and (sides.organization_type is null or sides.organization_type = organizations.organization_type)
    group by all

),

pivoted as (

    select
        target_id,
        period_code,
        max(value) filter (side = 'numerator') as numerator,
        max(value) filter (side = 'denominator') as denominator
    from side_values
    group by all

),

looked_at as (

    select distinct
        target_id,
        committee_code,
        period_code,
        is_window_complete
    from windows

),

valued as (

    select
        looked_at.target_id,
        looked_at.committee_code,
        looked_at.period_code,
        looked_at.is_window_complete,
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
        targets.revised_target_id,
        targets.valid_from,
        targets.due_on,
        targets.note,
        pivoted.numerator,
        pivoted.denominator,
        committee_measures.organizations_counted,
        committee_measures.organizations_expected,
        case
            when targets.base_measure_code is null then pivoted.numerator
            when targets.unit = 'percent' then 100 * pivoted.numerator / nullif(pivoted.denominator, 0)
            else pivoted.numerator / nullif(pivoted.denominator, 0) / targets.divisor
        end as value
    from looked_at
    inner join targets on looked_at.target_id = targets.target_id
    left join pivoted
        on
            looked_at.target_id = pivoted.target_id
            and looked_at.period_code = pivoted.period_code
    left join committee_measures
        on
            looked_at.committee_code = committee_measures.committee_code
            and looked_at.period_code = committee_measures.period_code
            and targets.measure_code = committee_measures.measure_code

),

compared as (

    select
        *,
        case operator
            when '=' then round(value - threshold_low, 6) = 0
            when '>=' then value >= threshold_low
            when '>' then value > threshold_low
            when '<=' then value <= threshold_low
            when '<' then value < threshold_low
            when 'between' then value between threshold_low and threshold_high
        end as is_met,
        case operator
            when '=' then round(value - threshold_low, 6) > 0
            when '>=' then value > threshold_low
            when 'between' then value > threshold_high
            else false
        end as is_exceeded
    from valued

),

judged as (

    select
        *,
        case
            when value is null then 'not_assessable'
            -- More of what only grows cannot undo what is reached.
            when not is_window_complete and operator in ('>=', '>') and is_exceeded then 'exceeded'
            when not is_window_complete and operator in ('>=', '>') and is_met then 'met'
            when not is_window_complete then 'not_yet_due'
            when is_exceeded then 'exceeded'
            when is_met then 'met'
            else 'not_met'
        end as status
    from compared

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
        judged.target_set,
        judged.label_vi,
        judged.label_en,
        judged.measure_code,
        judged.base_measure_code,
        judged.unit,
        judged.time_window,
        judged.operator,
        judged.threshold_low,
        judged.threshold_high,
        judged.numerator,
        judged.denominator,
        judged.value,
        judged.organizations_counted,
        judged.organizations_expected,
        judged.is_window_complete,
        judged.status,
        judged.revised_target_id,
        revisions.revised_by,
        judged.valid_from,
        judged.due_on,
        case
            when judged.status != 'not_assessable' then judged.note
            when judged.measure_code is null then judged.note
            else 'Kho chưa có số liệu của kỳ này'
        end as reason_vi,
        case
            when judged.status != 'not_assessable' then null
            when judged.measure_code is null then 'No form collects it'
            else 'The warehouse has no data for this period'
        end as reason_en
    from judged
    left join revisions on judged.target_id = revisions.revised_target_id

)

select * from explained
