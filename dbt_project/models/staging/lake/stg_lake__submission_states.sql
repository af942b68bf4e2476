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
        soft_findings,
        cast(withdrawn_on as date) as withdrawn_on,
        withdrawn_by as withdrawn_by_role,
        withdrawal_reason
    from source

)

select * from renamed
