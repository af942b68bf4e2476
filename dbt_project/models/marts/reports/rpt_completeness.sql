with

rosters as (

    select * from {{ ref('int_rosters') }}

),

organizations as (

    select * from {{ ref('dim_organizations') }}

),

submissions as (

    select * from {{ ref('fct_submissions') }}
    -- A withdrawn workbook is one that did not come.
    where organization_code is not null and period_code is not null and submission_state != 'withdrawn'

),

versions as (

    select
        organization_code,
        period_code,
        count(*) as versions_received,
        count(*) filter (where read_state = 'identified') as versions_read,
        min(received_at) as first_received_at,
        -- A file that lies there unread, its organization known by its name only, was never in time nor late.
        bool_and(is_late) filter (where read_state = 'identified') as is_late,
        -- The version that counts, else the last one received.
        max_by(file_hash, (is_current, received_at, file_hash)) as file_hash
    from submissions
    group by all

),

completeness as (

    select
        rosters.committee_code,
        rosters.period_code,
        rosters.organization_code,
        rosters.organization_key,
        organizations.name as organization_name,
        rosters.is_committee_itself,
        coalesce(submissions.submission_state, 'missing') as state,
        coalesce(submissions.is_current, false) as is_counted,
        case
            when coalesce(versions.versions_read, 0) = 0 then 'missing'
            when versions.is_late then 'late'
            else 'on_time'
        end as timeliness,
        rosters.due_on,
        submissions.file_hash,
        submissions.file_name,
        submissions.received_at,
        versions.first_received_at,
        coalesce(versions.versions_received, 0) as versions_received,
        coalesce(submissions.hard_findings, 0) as hard_findings,
        coalesce(submissions.soft_findings, 0) as soft_findings
    from rosters
    inner join organizations on rosters.organization_key = organizations.organization_key
    left join versions
        on
            rosters.organization_code = versions.organization_code
            and rosters.period_code = versions.period_code
    left join submissions on versions.file_hash = submissions.file_hash

)

select * from completeness
