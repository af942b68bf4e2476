with

figures as (

    select * from {{ ref('stg_reference__published_figures') }}

),

checks as (

    select * from {{ ref('stg_reference__published_checks') }}

),

-- A figure that restates another one is the same statement, printed twice.
statements as (

    select
        figures.figure_id,
        figures.published_value,
        coalesce(restated.figure_id, figures.figure_id) as statement_id
    from figures
    left join figures as restated
        on regexp_extract(figures.dimension, '(?:^|;)\s*restates=([^;]+)', 1) = restated.figure_id

),

parts as (

    select
        check_id,
        total_figure_id,
        note_vi,
        note_en,
        trim(unnest(string_split(part_figure_ids, ';'))) as part_figure_id
    from checks

),

evaluated as (

    select
        parts.check_id,
        parts.total_figure_id,
        any_value(parts.note_vi) as note_vi,
        any_value(parts.note_en) as note_en,
        list(parts.part_figure_id order by parts.part_figure_id) as part_figure_ids,
        any_value(totals.published_value) = {{ exact_sum('statements.published_value') }} as is_holding
    from parts
    left join statements as totals on parts.total_figure_id = totals.figure_id
    left join statements on parts.part_figure_id = statements.figure_id
    group by all

),

taking_part as (

    select
        check_id,
        is_holding,
        note_vi,
        note_en,
        unnest(list_append(part_figure_ids, total_figure_id)) as figure_id
    from evaluated

),

by_statement as (

    select
        statements.statement_id,
        bool_or(taking_part.is_holding) as is_in_holding_check,
        bool_or(not taking_part.is_holding) as is_in_failing_check,
        string_agg(distinct taking_part.note_vi, '; ' order by taking_part.note_vi)
        filter (not taking_part.is_holding) as contradiction_vi,
        string_agg(distinct taking_part.note_en, '; ' order by taking_part.note_en)
        filter (not taking_part.is_holding) as contradiction_en
    from taking_part
    inner join statements on taking_part.figure_id = statements.figure_id
    group by all

),

by_figure as (

    select
        statements.figure_id,
        by_statement.is_in_failing_check and not by_statement.is_in_holding_check as is_contradicted,
        by_statement.contradiction_vi,
        by_statement.contradiction_en
    from by_statement
    inner join statements on by_statement.statement_id = statements.statement_id

)

select * from by_figure
