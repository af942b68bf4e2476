with

source as (

    select * from {{ ref('reporting_periods') }}

),

renamed as (

    select
        committee_code,
        period_code,
        cast(due_on as date) as due_on,
        cast(locked_on as date) as locked_on
    from source

)

select * from renamed
