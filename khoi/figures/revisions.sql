-- Why additive figures changed from one publication (v0) to another (v1): one row per committee, period, measure and
-- cause. What a cell changed counts with the coefficient it had before; what a coefficient changed, with the new cell;
-- so the causes of a figure add up to its revision.
-- Parameters: $selection_cause, $reading_cause, $left_cause: what an unexplained choice of file, another reading, and
-- what nothing of this explains, is put down to.
with

-- Whose corrections are not the same: what was accepted of theirs may follow from that.
corrected as (

    select distinct organization_code
    from (
        (select * from v0.corrections except select * from v1.corrections)
        union all
        (select * from v1.corrections except select * from v0.corrections)
    )

),

files as (

    select
        coalesce(before.committee_code, after.committee_code) as committee_code,
        coalesce(before.organization_code, after.organization_code) as organization_code,
        coalesce(before.period_code, after.period_code) as period_code,
        case
            when before.file_hash is not distinct from after.file_hash then $reading_cause
            when before.file_hash in (select file_hash from v1.workbooks where submission_state = 'withdrawn')
                or after.file_hash in (select file_hash from v0.workbooks where submission_state = 'withdrawn')
                then 'withdrawn'
            when after.file_hash is null or after.file_hash in (select file_hash from v0.workbooks)
                then case
                    when coalesce(before.organization_code, after.organization_code)
                        in (select organization_code from corrected) then 'corrections'
                    else $selection_cause
                end
            when before.file_hash is null then 'late_workbooks'
            else 'new_versions'
        end as cause
    from (select * from v0.workbooks where is_current) as before
    full join (select * from v1.workbooks where is_current) as after
        on
            before.organization_code = after.organization_code
            and before.period_code = after.period_code
            and before.committee_code = after.committee_code

),

-- A cell that the later publication's measures no longer ask for was not recorded by it: it did not change.
cells as (

    select
        coalesce(before.committee_code, after.committee_code) as committee_code,
        coalesce(before.organization_code, after.organization_code) as organization_code,
        coalesce(before.period_code, after.period_code) as period_code,
        coalesce(before.cell_code, after.cell_code) as cell_code,
        coalesce(before.value, 0) as value_before,
        coalesce(before.submitted_value, 0) as submitted_before,
        case when asked.cell_code is null then coalesce(before.value, 0) else coalesce(after.value, 0) end as value_after,
        case
            when asked.cell_code is null then coalesce(before.submitted_value, 0)
            else coalesce(after.submitted_value, 0)
        end as submitted_after
    from v0.cells as before
    full join v1.cells as after
        on
            before.committee_code = after.committee_code
            and before.organization_code = after.organization_code
            and before.period_code = after.period_code
            and before.cell_code = after.cell_code
    left join (select distinct cell_code from v1.terms) as asked
        on coalesce(before.cell_code, after.cell_code) = asked.cell_code

),

moved as (

    select
        cells.*,
        case
            when starts_with(cells.cell_code, 'register.') then 'register'
            else coalesce(files.cause, $reading_cause)
        end as cause,
        submitted_after - submitted_before as submitted_change,
        (value_after - submitted_after) - (value_before - submitted_before) as correction_change
    from cells
    left join files
        on
            cells.committee_code = files.committee_code
            and cells.organization_code = files.organization_code
            and cells.period_code = files.period_code

),

terms as (

    select
        coalesce(before.measure_code, after.measure_code) as measure_code,
        coalesce(before.cell_code, after.cell_code) as cell_code,
        coalesce(before.coefficient, 0) as coefficient_before,
        coalesce(after.coefficient, 0) as coefficient_after
    from v0.terms as before
    full join v1.terms as after
        on
            before.measure_code = after.measure_code
            and before.cell_code = after.cell_code

),

causes as (

    select
        committee_code, period_code, measure_code, organization_code, cause,
        coefficient_before * submitted_change as value
    from moved inner join terms using (cell_code)
    union all
    select
        committee_code, period_code, measure_code, organization_code, 'corrections',
        coefficient_before * correction_change
    from moved inner join terms using (cell_code)
    union all
    select
        committee_code, period_code, measure_code, organization_code, 'definitions',
        (coefficient_after - coefficient_before) * value_after
    from moved inner join terms using (cell_code)

),

revised as (

    select
        coalesce(before.committee_code, after.committee_code) as committee_code,
        coalesce(before.period_code, after.period_code) as period_code,
        coalesce(before.measure_code, after.measure_code) as measure_code,
        coalesce(before.value, 0) as value_before,
        coalesce(after.value, 0) as value_after
    from (select * from v0.figures where period_code is not null and denominator is null) as before
    full join (select * from v1.figures where period_code is not null and denominator is null) as after
        on before.figure = after.figure

),

explained as (

    select committee_code, period_code, measure_code, cause, sum(value) as value,
        count(distinct organization_code) filter (value != 0) as organizations
    from causes
    group by all

),

gaps as (

    select
        revised.committee_code, revised.period_code, revised.measure_code, $left_cause as cause,
        any_value(revised.value_after - revised.value_before) - coalesce(sum(explained.value), 0) as value,
        0 as organizations
    from revised
    left join explained using (committee_code, period_code, measure_code)
    group by all

),

every_cause as (

    select * from explained
    union all by name
    select * from gaps

)

select
    revised.committee_code,
    revised.period_code,
    revised.measure_code,
    revised.value_before,
    revised.value_after,
    every_cause.cause,
    round(sum(every_cause.value), 6) as value,
    sum(every_cause.organizations) as organizations
from every_cause
inner join revised using (committee_code, period_code, measure_code)
group by all
having round(sum(every_cause.value), 6) != 0
order by 1, 2, 3, 6
