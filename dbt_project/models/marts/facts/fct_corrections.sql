with

corrections as (

    select * from {{ ref('stg_lake__corrections') }}

),

current_submissions as (

    select * from {{ ref('int_submissions_current') }}

),

judged as (

    select
        corrections.correction_key,
        corrections.correction_id,
        corrections.committee_code,
        corrections.organization_code,
        corrections.period_code,
        corrections.cell_code,
        corrections.file_hash,
        corrections.expected_old,
        corrections.observed as submitted_value,
        corrections.new_value,
        corrections.status,
        current_submissions.file_hash is not null as is_counted,
        corrections.reason,
        corrections.by_role,
        corrections.decided_on,
        corrections.expires
    from corrections
    left join current_submissions on corrections.file_hash = current_submissions.file_hash

)

select * from judged
