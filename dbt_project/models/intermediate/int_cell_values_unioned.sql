with

measure_terms as (

    select * from {{ ref('int_measure_terms_unioned') }}

),

observations as (

    select * from {{ ref('fct_observations') }}
    where {{ is_touched() }}

),

register as (

    select * from {{ ref('int_register_cells_densified') }}
    where {{ is_touched() }}

),

movements as (

    select * from {{ ref('stg_lake__register_observations') }}

),

cells as (

    select * from {{ ref('stg_lake__form_cells') }}

),

current_submissions as (

    select * from {{ ref('int_submissions_current') }}

),

submitted as (

    select
        committee_code,
        organization_code,
        organization_key,
        period_code,
        cell_code,
        value,
        submitted_value,
        state
    from observations
    where cell_code in (select measure_terms.cell_code from measure_terms)

),

-- The members that an ended organization passed on stand in its successor's opening as well, so its own counts less
-- them: opening, increase and decrease of the committee still make its closing.
passed_on as (

    select
        current_submissions.organization_code,
        current_submissions.period_code,
        cells.cell_code,
        case when count(movements.value) = count(*) then {{ exact_sum('movements.value') }} end as value
    from current_submissions
    inner join movements
        on
            current_submissions.committee_code = movements.committee_code
            and current_submissions.organization_code = movements.organization_code
            and current_submissions.period_code = movements.period_code
    cross join cells
    where
        current_submissions.ended_on is not null
        and movements.cell_code = 'register.MEMBERS_PASSED_ON'
        and cells.level = 'opening'
    group by all

),

counted as (

    select
        submitted.* replace (
            case
                when passed_on.cell_code is null then submitted.value
                else submitted.value - passed_on.value
            end as value,
            case
                when passed_on.cell_code is null then submitted.submitted_value
                else submitted.submitted_value - passed_on.value
            end as submitted_value,
            case
                when passed_on.cell_code is not null and passed_on.value is null then 'missing' else submitted.state
            end as state
        )
    from submitted
    left join passed_on
        on
            submitted.organization_code = passed_on.organization_code
            and submitted.period_code = passed_on.period_code
            and submitted.cell_code = passed_on.cell_code

),

unioned as (

    select * from counted
    union all by name
    select * from register

)

select * from unioned
