with

observations as (

    select * from {{ ref('stg_lake__observations') }}
    where {{ is_touched() }}

),

current_submissions as (

    select * from {{ ref('int_submissions_current') }}
    where {{ is_touched() }}

),

cells as (

    select * from {{ ref('stg_lake__form_cells') }}

),

corrections as (

    select * from {{ ref('stg_lake__corrections') }}
    where status = 'applied'

),

current_observations as (

    select
        current_submissions.committee_code,
        current_submissions.organization_code,
        current_submissions.organization_key,
        current_submissions.period_code,
        observations.cell_code,
        observations.form,
        observations.form_version,
        cells.domain,
        cells.measure as cell_measure,
        cells.members,
        cells.role,
        -- What an organization that ended had on its last day is no part of the period's last day.
        case
            when current_submissions.ended_on is not null and cells.level = 'closing' then null
            when corrections.correction_id is not null then corrections.new_value
            when observations.state = 'zero' then 0
            else observations.value
        end as value,
        case
            when current_submissions.ended_on is not null and cells.level = 'closing' then 'not_applicable'
            when corrections.correction_id is null then observations.state
            when corrections.new_value = 0 then 'zero'
            else 'value'
        end as state,
        case
            when current_submissions.ended_on is not null and cells.level = 'closing' then null
            when observations.state = 'zero' then 0
            else observations.value
        end as submitted_value,
        corrections.correction_id,
        observations.raw_text,
        observations.file_hash,
        observations.sheet,
        observations.row_no,
        observations.column_no,
        observations.cell
    from observations
    inner join current_submissions on observations.file_hash = current_submissions.file_hash
    left join cells on observations.cell_code = cells.cell_code
    left join corrections
        on
            observations.file_hash = corrections.file_hash
            and observations.cell_code = corrections.cell_code

)

select * from current_observations
