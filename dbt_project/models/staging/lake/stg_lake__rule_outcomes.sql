with

source as (

    select * from {{ source('lake', 'rule_outcomes') }}

),

renamed as (

    select
        rule_id,
        committee_code,
        period_code,
        passed,
        failed,
        not_assessable
    from source

)

select * from renamed
