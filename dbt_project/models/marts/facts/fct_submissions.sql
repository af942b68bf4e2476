with

submissions as (

    select * from {{ ref('stg_lake__submissions') }}

),

states as (

    select * from {{ ref('stg_lake__submission_states') }}

),

reporting_periods as (

    select * from {{ ref('stg_reference__reporting_periods') }}

),

findings as (

    select
        file_hash,
        count(*) filter (severity = 'hard') as hard_findings,
        count(*) filter (severity = 'soft') as soft_findings,
        count(*) filter (severity = 'info') as info_findings
    from {{ ref('stg_lake__findings') }}
    where outcome = 'fail'
    group by all

),

described as (

    select
        submissions.file_hash,
        submissions.file_name,
        submissions.size_bytes,
        submissions.received_at,
        submissions.file_time,
        submissions.received_basis,
        submissions.container,
        submissions.read_state,
        submissions.committee_code,
        submissions.organization_code,
        submissions.period_code,
        submissions.form_set,
        submissions.template_id,
        submissions.submission_no,
        submissions.part_of,
        submissions.layout,
        coalesce(states.submission_state, submissions.read_state) as submission_state,
        coalesce(states.is_current, false) as is_current,
        states.withdrawn_on,
        states.withdrawn_by_role,
        states.withdrawal_reason,
        reporting_periods.due_on,
        -- Deadlines are days of the committees' own calendar.
        cast(submissions.received_at at time zone 'Asia/Ho_Chi_Minh' as date) as received_on,
        cast(submissions.received_at at time zone 'Asia/Ho_Chi_Minh' as date) > reporting_periods.due_on as is_late,
        coalesce(findings.hard_findings, 0) as hard_findings,
        coalesce(findings.soft_findings, 0) as soft_findings,
        coalesce(findings.info_findings, 0) as info_findings
    from submissions
    left join states on submissions.file_hash = states.file_hash
    left join reporting_periods
        on
            submissions.committee_code = reporting_periods.committee_code
            and submissions.period_code = reporting_periods.period_code
    left join findings on submissions.file_hash = findings.file_hash

)

select * from described
