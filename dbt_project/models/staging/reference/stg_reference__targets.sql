with

source as (

    select * from {{ ref('targets') }}

),

renamed as (

    select
        target_id,
        figure_id,
        committee_code,
        target_set,
        label_vi,
        label_en,
        measure_code,
        base_measure_code,
        organization_type,
        unit,
        time_window,
        cast(divisor as double) as divisor,
        operator,
        cast(low as double) as threshold_low,
        cast(high as double) as threshold_high,
        revises as revised_target_id,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as due_on,
        authority,
        note
    from source

)

select * from renamed
