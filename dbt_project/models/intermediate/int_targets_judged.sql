-- A verdict is final where no missing workbook can turn it: at the lowest and at the highest value it is the same.
with

valued as (

    select * from {{ ref('int_targets_valued') }}

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
        end as is_exceeded,
        -- Without a highest value nothing bounds what the missing ones may bring.
        case operator
            when '>=' then coalesce(highest_value >= threshold_low, true)
            when '>' then coalesce(highest_value > threshold_low, true)
            when '<=' then lowest_value <= threshold_low
            when '<' then lowest_value < threshold_low
            when '='
                then
                    round(lowest_value - threshold_low, 6) <= 0
                    and coalesce(round(highest_value - threshold_low, 6) >= 0, true)
            when 'between' then lowest_value <= threshold_high and coalesce(highest_value >= threshold_low, true)
        end as may_be_met,
        case operator
            when '>=' then lowest_value < threshold_low
            when '>' then lowest_value <= threshold_low
            when '<=' then coalesce(highest_value > threshold_low, true)
            when '<' then coalesce(highest_value >= threshold_low, true)
            when '='
                then
                    round(lowest_value - threshold_low, 6) != 0
                    or coalesce(round(highest_value - threshold_low, 6) != 0, true)
            when 'between' then lowest_value < threshold_low or coalesce(highest_value > threshold_high, true)
        end as may_be_missed
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
            when is_met and may_be_missed then 'incomplete'
            when not is_met and may_be_met then 'incomplete'
            when is_exceeded then 'exceeded'
            when is_met then 'met'
            else 'not_met'
        end as status
    from compared

)

select * exclude (is_met, is_exceeded, may_be_met, may_be_missed) from judged
