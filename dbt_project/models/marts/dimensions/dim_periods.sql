with

periods as (

    select * from {{ ref('stg_reference__periods') }}

),

described as (

    select
        period_code,
        period_kind,
        year,
        period_start,
        period_end,
        previous_period_code,
        label_vi,
        label_en
    from periods

)

select * from described
