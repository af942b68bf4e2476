with

source as (

    select * from {{ source('lake', 'submission_states') }}

),

renamed as (

    select
        file_hash,
        committee_code,
        organization_code,
        period_code,
        state as submission_state,
        is_current,
        hard_findings,
        soft_findings
    from source

)

select * from renamed
