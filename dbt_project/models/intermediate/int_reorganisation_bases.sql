-- What an organization's share of a movement is a share of: its members (or cells) at the last period end before the
-- day, and what the register moved in and out since.
with

moves as (

    select * from {{ ref('int_reorganisation_moves') }}

),

committee_periods as (

    select * from {{ ref('int_committee_periods') }}
    where is_cumulative is not true

),

measure_values as (

    select * from {{ ref('fct_measure_values') }}
    where measure_code in ('members_total', 'subordinate_cells') and value is not null

),

subjects as (

    select distinct
        committee_code,
        step_no,
        effective_on,
        unnest([from_code, to_code]) as organization_code
    from moves

),

eves as (

    select
        subjects.committee_code,
        subjects.step_no,
        subjects.effective_on,
        subjects.organization_code,
        coalesce(max_by(committee_periods.period_code, committee_periods.period_end), '') as eve_period,
        coalesce(max(committee_periods.period_end), date '0001-01-01') as eve_end
    from subjects
    left join committee_periods
        on
            subjects.committee_code = committee_periods.committee_code
            and subjects.effective_on > committee_periods.period_end
    where subjects.organization_code != 'outside'
    group by all

),

on_eve as (

    select
        eves.*,
        max(measure_values.value) filter (measure_values.measure_code = 'members_total') as members_on_eve,
        max(measure_values.value) filter (measure_values.measure_code = 'subordinate_cells') as cells_on_eve
    from eves
    left join measure_values
        on
            eves.committee_code = measure_values.committee_code
            and eves.organization_code = measure_values.organization_code
            and eves.eve_period = measure_values.period_code
    group by all

),

signed_moves as (

    select
        committee_code,
        step_no,
        effective_on,
        unnest([from_code, to_code]) as organization_code,
        unnest([-members_moved, members_moved]) as members,
        unnest([-cells_moved, cells_moved]) as cells
    from moves

),

bases as (

    select
        on_eve.committee_code,
        on_eve.step_no,
        on_eve.organization_code,
        -- What moved since and is not known leaves the base unknown.
        case
            when count(signed_moves.step_no) = count(signed_moves.members)
                then any_value(on_eve.members_on_eve) + coalesce(sum(signed_moves.members), 0)
        end as members,
        case
            when count(signed_moves.step_no) = count(signed_moves.cells)
                then any_value(on_eve.cells_on_eve) + coalesce(sum(signed_moves.cells), 0)
        end as cells
    from on_eve
    left join signed_moves
        on
            on_eve.committee_code = signed_moves.committee_code
            and on_eve.organization_code = signed_moves.organization_code
            and on_eve.eve_end < signed_moves.effective_on
            and on_eve.step_no > signed_moves.step_no
    group by all

)

select * from bases
