with

entries as (

    select * from {{ ref('fct_entries') }}
    where form = 'discipline_cases' and {{ is_touched() }}

),

cases as (

    select
        committee_code,
        organization_code,
        organization_key,
        period_code,
        record_no,
        max(value_text) filter (field = 'CASE_NO') as case_no,
        max(value_text) filter (field = 'SUBJECT') as discipline_subject,
        max(value_text) filter (field = 'DISCIPLINE_FORM') as discipline_form,
        max(value_text) filter (field = 'DISCIPLINE_LEVEL') as discipline_level,
        max(value_text) filter (field = 'VIOLATION') as violation,
        max(value_text) filter (field = 'COMMITTEE_MEMBER') = 'CO' as is_committee_member,
        try_cast(max(value_text) filter (field = 'DECIDED_ON') as date) as decided_on,
        max(value_text) filter (field = 'DECISION_STATUS') as decision_status,
        file_hash,
        sheet,
        max(row_no) as row_no
    from entries
    group by all

)

select * from cases
