with

source as (

    select * from {{ source('lake', 'submissions') }}

),

renamed as (

    select
        file_hash,
        file_name,
        size_bytes,
        received_at,
        cast(file_time as timestamptz) as file_time,
        received_basis,
        container,
        read_state,
        committee_code,
        organization_code,
        period_code,
        form_set,
        template_id,
        submission_no,
        part_of,
        layout
    from source

)

select * from renamed
