with

observations as (

    select * from {{ ref('stg_lake__observations') }}

),

current_submissions as (

    select * from {{ ref('int_submissions_current') }}

),

cells as (

    select * from {{ ref('dim_cells') }}

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
        cells.cell_measure,
        cells.members,
        cells.role,
        case when observations.state = 'zero' then 0 else observations.value end as value,
        observations.state,
        observations.raw_text,
        observations.file_hash,
        observations.sheet,
        observations.row_no,
        observations.column_no,
        observations.cell
    from observations
    inner join current_submissions on observations.file_hash = current_submissions.file_hash
    left join cells on observations.cell_code = cells.cell_code

)

select * from current_observations
