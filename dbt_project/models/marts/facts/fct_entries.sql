with

entries as (

    select * from {{ ref('stg_lake__entries') }}
    where {{ is_touched() }}

),

current_submissions as (

    select * from {{ ref('int_submissions_current') }}
    where {{ is_touched() }}

),

current_entries as (

    select
        current_submissions.committee_code,
        current_submissions.organization_code,
        current_submissions.organization_key,
        current_submissions.period_code,
        entries.form,
        entries.form_version,
        entries.record_no,
        entries.field,
        entries.value_text,
        entries.value,
        entries.state,
        entries.raw_text,
        entries.file_hash,
        entries.sheet,
        entries.row_no,
        entries.cell
    from entries
    inner join current_submissions on entries.file_hash = current_submissions.file_hash

)

select * from current_entries
