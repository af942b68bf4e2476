with

figure_periods as (

    select
        figure_id,
        period_code
    from {{ ref('int_figure_periods_selected') }}

)

select * from figure_periods
