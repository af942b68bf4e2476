with

source as (

    select * from {{ source('lake', 'observations') }}

),

renamed as (

    select
        committee_code,
        organization_code,
        period_code,
        form,
        form_version,
        cell_code,
        value,
        state,
        raw_text,
        file_hash,
        sheet,
        row_no,
        column_no,
        cell
    from source
    where {{ is_touched() }}

)

select * from renamed
