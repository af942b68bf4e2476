with

source as (

    select * from {{ ref('periods') }}

),

renamed as (

    select
        period_code,
        kind as period_kind,
        cast(year as integer) as year,
        cast(period_start as date) as period_start,
        cast(period_end as date) as period_end,
        previous_period_code,
        label_vi,
        label_en
    from source

)

select * from renamed
