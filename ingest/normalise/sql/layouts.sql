-- The values of submissions that are parts of a file of a known layout: their places were found by the layout, not by
-- what our own forms print. In: parts, layout_terms, layout_heads, layout_ratios, layout_placed, expected_cells,
-- wanted. Out: expected_cells, places, records and unread_places with them; and problems.

create temp table layout_places as
with t as (
    select
        file_no,
        form,
        min(sheet) as sheet
    from (
        select
            file_no,
            form,
            sheet
        from layout_terms
        union all
        select
            file_no,
            form,
            sheet
        from layout_heads
    ) as cells_and_headings
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
    t.address,
    t.sheet
from layout_places as l
inner join wanted as w using (edition)
left join layout_terms as t on l.file_no = t.file_no and l.form = t.form and w.code = t.code
where l.form_kind <> 'list';

-- Of a list every record has all fields of its form, those that the sheet has no column for without a cell.
insert into expected_cells by name
with r as (
    select distinct
        file_no,
        form,
        record_no
    from layout_terms
)

select
    l.place,
    l.edition,
    l.form_kind,
    r.record_no,
    w.value_no,
    t.row_no,
    t.column_no,
    t.kind,
    t.text,
    t.shown,
    t.marks,
    1 as sign,
    t.said,
    t.sheet
from layout_places as l
inner join r on l.file_no = r.file_no and l.form = r.form
inner join wanted as w using (edition)
left join layout_terms as t
    on l.file_no = t.file_no and l.form = t.form and r.record_no = t.record_no and w.code = t.code
where l.form_kind = 'list';

insert into records by name
select
    l.place,
    max(t.row_no) as row_no,
    t.record_no
from layout_places as l inner join layout_terms as t on l.file_no = t.file_no and l.form = t.form
where l.form_kind = 'list'
group by l.place, t.record_no;

insert into unread_places
select distinct l.place
from layout_places as l
semi join layout_heads as h on l.file_no = h.file_no and l.form = h.form and h.is_cut
where l.form_kind = 'list';

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
where t.kind = 'number' and t.address is not null
group by t.file_no, t.sheet, t.address, t.code;

-- A list that is not due, or a field that its edition has not: told once, with all its cells.
insert into problems (name, file_no, sheet, cell, observed, cells)
select
    'not_due' as name,
    t.file_no,
    min(t.sheet) as first_sheet,
    min_by(a1(t.row_no, t.column_no), (t.row_no, t.column_no)) as cell,
    t.form || coalesce('.' || case when l.place is not null then t.code end, '') as observed,
    string_agg(t.sheet || '!' || a1(t.row_no, t.column_no), '; ' order by t.row_no, t.column_no) as cells
from layout_terms as t
left join layout_places as l on t.file_no = l.file_no and t.form = l.form
anti join wanted as w on l.edition = w.edition and t.code = w.code
where t.kind is not null and t.address is null
group by t.file_no, t.form, l.place, case when l.place is not null then t.code end;

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
