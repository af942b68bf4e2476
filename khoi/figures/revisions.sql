-- Why additive figures changed from one publication (v0) to another (v1): one row per committee, period, measure and
-- cause. What a cell changed counts with the coefficient it had before; what a coefficient changed, with the new cell;
-- so the causes of a figure add up to its revision.
-- Parameters: $selection_cause, $reading_cause, $left_cause: what an unexplained choice of file, another reading, and
-- what nothing of this explains, is put down to.
with

only_before as (

    select * from v0.corrections
    except
    select * from v1.corrections

),

only_after as (

    select * from v1.corrections
    except
    select * from v0.corrections

),

-- Whose corrections are not the same: what was accepted of theirs may follow from that.
corrected as (

    select organization_code from only_before
    union distinct
    select organization_code from only_after

),

-- The versions that counted, and the figures that are sums.
counted_before as (

    select * from v0.workbooks
    where is_current

),

received_before as (

    select file_hash from v0.workbooks

),

withdrawn_before as (

    select file_hash from v0.workbooks
    where submission_state = 'withdrawn'

),

withdrawn_after as (

    select file_hash from v1.workbooks
    where submission_state = 'withdrawn'

),

counted_after as (

    select * from v1.workbooks
    where is_current

),

figures_before as (

    select * from v0.figures
    where period_code is not null and denominator is null

),

figures_after as (

    select * from v1.figures
    where period_code is not null and denominator is null

),

asked as (

    select distinct cell_code from v1.terms

),

files as (

    select
        coalesce(before.committee_code, after.committee_code) as committee_code,
        coalesce(before.organization_code, after.organization_code) as organization_code,
        coalesce(before.period_code, after.period_code) as period_code,
        case
            when before.file_hash = after.file_hash then $reading_cause
            when
                before.file_hash in (select withdrawn_after.file_hash from withdrawn_after)
                or after.file_hash in (select withdrawn_before.file_hash from withdrawn_before)
                then 'withdrawn'
            when
                (after.file_hash is null or after.file_hash in (select received_before.file_hash from received_before))
                and coalesce(before.organization_code, after.organization_code)
                in (select corrected.organization_code from corrected)
                then 'corrections'
            when after.file_hash is null or after.file_hash in (select received_before.file_hash from received_before)
                then $selection_cause
            when before.file_hash is null then 'late_workbooks'
            else 'new_versions'
        end as cause
    from counted_before as before
    full join counted_after as after
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
        case
            when asked.cell_code is null then coalesce(before.value, 0)
            else coalesce(after.value, 0)
        end as value_after,
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
    left join asked on coalesce(before.cell_code, after.cell_code) = asked.cell_code

),

moved as (

    select
        cells.*,
        case
            when starts_with(cells.cell_code, 'register.') then 'register'
            else coalesce(files.cause, $reading_cause)
        end as cause,
        cells.submitted_after - cells.submitted_before as submitted_change,
        (cells.value_after - cells.submitted_after) - (cells.value_before - cells.submitted_before)
            as correction_change
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

weighted as (

    select
        moved.committee_code,
        moved.period_code,
        terms.measure_code,
        moved.organization_code,
        moved.cause,
        terms.coefficient_before * moved.submitted_change as of_the_cells,
        terms.coefficient_before * moved.correction_change as of_the_corrections,
        (terms.coefficient_after - terms.coefficient_before) * moved.value_after as of_the_terms
    from moved
    inner join terms on moved.cell_code = terms.cell_code

),

causes as (

    select
        committee_code,
        period_code,
        measure_code,
        organization_code,
        unnest([cause, 'corrections', 'definitions']) as cause,
        unnest([of_the_cells, of_the_corrections, of_the_terms]) as value
    from weighted

),

revised as (

    select
        coalesce(before.committee_code, after.committee_code) as committee_code,
        coalesce(before.period_code, after.period_code) as period_code,
        coalesce(before.measure_code, after.measure_code) as measure_code,
        coalesce(before.value, 0) as value_before,
        coalesce(after.value, 0) as value_after
    from figures_before as before
    full join figures_after as after on before.figure = after.figure

),

explained as (

    select
        committee_code,
        period_code,
        measure_code,
        cause,
        sum(value) as value,
        count(distinct organization_code) filter (value != 0) as organizations
    from causes
    group by all

),

gaps as (

    select
        revised.committee_code,
        revised.period_code,
        revised.measure_code,
        $left_cause as cause,
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
