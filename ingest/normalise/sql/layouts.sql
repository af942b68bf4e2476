-- The values of submissions that are parts of a file of a known layout: their places were found by the layout, not by
-- what our own forms print. In: parts, layout_terms, layout_ratios, layout_placed, expected_cells, wanted.
-- Out: expected_cells, places with them; and problems.

create temp table layout_places as
with t as (
    select
        file_no,
        form,
        min(sheet) as sheet
    from layout_terms
    group by all
)

select
    ff.*,
    t.sheet,
    p.blank_is_zero
from file_forms as ff
inner join parts as p using (file_no)
left join t using (file_no, form);

insert into places by name select * exclude (blank_is_zero) from layout_places
where sheet is not null;

delete from expected_cells
where place in (select place from layout_places);

insert into expected_cells by name
select
    l.place,
    l.edition,
    l.form_kind,
    1 as record_no,
    w.value_no,
    t.row_no,
    t.column_no,
    t.kind,
    t.text,
    t.shown,
    t.marks,
    coalesce(t.sign, 1) as sign,
    t.address
from layout_places as l
inner join wanted as w using (edition)
left join layout_terms as t on l.file_no = t.file_no and l.form = t.form and w.code = t.code;

-- Figures for a form that is not due in the period, or for a line that its edition does not print.
insert into problems (name, file_no, sheet, cell, observed)
select
    'not_due' as name,
    t.file_no,
    t.sheet,
    t.address,
    string_agg(t.text, ', ') as observed
from layout_terms as t
left join layout_places as l on t.file_no = l.file_no and t.form = l.form
anti join wanted as w on l.edition = w.edition and t.code = w.code
where t.kind = 'number'
group by t.file_no, t.sheet, t.address, t.code;

-- Percentages of a printed form that its own figures do not give.
insert into problems (name, file_no, sheet, cell, cells, observed, expected, detail)
select
    'percentage_differs' as name,
    file_no,
    sheet,
    cell,
    cells,
    observed,
    expected,
    label
from layout_ratios;

-- Lines of a printed form whose words are not known and that were read by where they stand.
insert into problems (name, file_no, sheet, cell, cells, observed, detail)
select
    'lines_by_place' as name,
    file_no,
    sheet,
    cell,
    cells,
    observed,
    detail
from layout_placed;
