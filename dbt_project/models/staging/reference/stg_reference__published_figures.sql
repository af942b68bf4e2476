with

source as (

    select * from {{ ref('published_figures') }}

),

renamed as (

    select
        figure_id,
        block,
        report,
        section,
        domain,
        measure as published_measure,
        measure_vi,
        dimension,
        cast(period_start as date) as period_start,
        cast(period_end as date) as period_end,
        try_cast(value as double) as published_value,
        try_cast(denominator as double) as published_denominator,
        try_cast(published_pct as double) as published_pct,
        kind,
        target_op,
        try_cast(target_low as double) as target_low,
        try_cast(target_high as double) as target_high,
        target_unit
    from source

)

select * from renamed
