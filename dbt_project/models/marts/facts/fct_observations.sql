with

observations as (

    select
        committee_code,
        organization_code,
        organization_key,
        period_code,
        cell_code,
        form,
        form_version,
        domain,
        cell_measure,
        members,
        role,
        value,
        state,
        submitted_value,
        correction_id,
        raw_text,
        file_hash,
        sheet,
        row_no,
        column_no,
        cell
    from {{ ref('int_observations_corrected') }}
    where {{ is_touched() }}

)

select * from observations
