with

figures as (

    select * from {{ ref('stg_reference__published_figures') }}

),

definitions as (

    select * from {{ ref('stg_reference__figure_definitions') }}

),

computed as (

    select * from {{ ref('int_published_figures_computed') }}

),

contradictions as (

    select * from {{ ref('int_published_checks_evaluated') }}

),

-- Publications round or cut their percentages; how far that may go is a parameter.
tolerance as (

    select coalesce(max(parameter_value), 0) as percent_tolerance
    from {{ ref('stg_reference__rule_parameters') }}
    where parameter = 'percent_tolerance' and committee_code is null and valid_to is null

),

joined as (

    select
        figures.*,
        tolerance.percent_tolerance,
        definitions.scope,
        definitions.reason_vi as definition_reason_vi,
        definitions.reason_en as definition_reason_en,
        definitions.committee_code,
        definitions.measure_code,
        definitions.denominator_measure_code,
        definitions.aggregate,
        definitions.period_from,
        definitions.period_to,
        definitions.comparison,
        computed.warehouse_value,
        computed.warehouse_denominator,
        computed.warehouse_pct,
        coalesce(contradictions.is_contradicted, false) as is_contradicted,
        contradictions.contradiction_vi,
        contradictions.contradiction_en,
        round(100 * figures.published_value / nullif(figures.published_denominator, 0), 2) as recomputed_pct,
        -- A figure that was published as a percentage only is compared as one.
        coalesce(figures.published_value, figures.published_pct, figures.target_low) as published_number,
        case
            when figures.published_value is null and figures.published_pct is not null then computed.warehouse_pct
            else computed.warehouse_value
        end
            as warehouse_number
    from figures
    cross join tolerance
    left join definitions on figures.figure_id = definitions.figure_id
    left join computed on figures.figure_id = computed.figure_id
    left join contradictions on figures.figure_id = contradictions.figure_id

),

compared as (

    select
        *,
        case
            when warehouse_number is null then 'no_data'
            when comparison = 'at_least' and warehouse_number >= published_number then 'within_bound'
            when comparison = 'at_most' and warehouse_number <= published_number then 'within_bound'
            when comparison = 'within' and warehouse_number between target_low and target_high then 'within_bound'
            when
                comparison = 'threshold'
                and warehouse_value = target_low
                and case
                    when target_op = 'between' then coalesce(warehouse_denominator = target_high, false)
                    else warehouse_denominator is null
                end
                then 'equal'
            when comparison = 'rounded' and round(warehouse_number) = published_number then 'equal'
            when
                comparison = 'equal'
                and (published_value is null or round(warehouse_value - published_value, 6) = 0)
                and (published_denominator is null or warehouse_denominator = published_denominator)
                and (
                    published_pct is null
                    or round(abs(round(warehouse_pct, 2) - published_pct), 6) <= percent_tolerance
                )
                then 'equal'
            else 'differs'
        end as agreement
    from joined

),

-- The value and its base are right, and the percentage printed beside them is not theirs.
with_own_ratio as (

    select
        *,
        agreement = 'differs'
        and warehouse_value = published_value
        and warehouse_denominator = published_denominator
        and round(abs(recomputed_pct - published_pct), 6) > percent_tolerance as has_wrong_ratio
    from compared

),

judged as (

    select
        *,
        case
            when scope is null then 'not_covered'
            when scope != 'covered' then scope
            when is_contradicted or coalesce(has_wrong_ratio, false) then 'published_inconsistent'
            when agreement = 'no_data' then 'differs'
            else agreement
        end as status
    from with_own_ratio

),

explained as (

    select
        figure_id,
        block,
        report,
        section,
        domain,
        committee_code,
        published_measure,
        measure_vi,
        measure_code,
        denominator_measure_code,
        aggregate,
        comparison,
        period_from,
        period_to,
        published_value,
        published_denominator,
        published_pct,
        warehouse_value,
        warehouse_denominator,
        warehouse_pct,
        scope is not null as is_defined,
        case when scope = 'covered' then agreement end as agreement,
        status,
        case
            when scope is null then 'Chưa có biểu mẫu thu thập số liệu này'
            when is_contradicted then contradiction_vi
            when status = 'published_inconsistent'
                then concat(
                    published_value::bigint, '/', published_denominator::bigint, ' = ',
                    replace(recomputed_pct::varchar, '.', ','),
                    ' %, công bố ',
                    replace(published_pct::varchar, '.', ','),
                    ' %'
                )
            when scope = 'covered' and agreement = 'no_data' then 'Kho chưa có số liệu của kỳ này'
            else definition_reason_vi
        end as reason_vi,
        case
            when scope is null then 'The form that would collect it is not there yet'
            when is_contradicted then contradiction_en
            when status = 'published_inconsistent'
                then concat(
                    published_value::bigint, '/', published_denominator::bigint, ' = ',
                    recomputed_pct, ' %, printed ', published_pct, ' %'
                )
            when scope = 'covered' and agreement = 'no_data' then 'The warehouse has no data for it'
            else definition_reason_en
        end as reason_en
    from judged

)

select * from explained
