-- Figures in cells of a form that were merged: whose they are nobody knows. In: expected_cells with marks (merged_1x2).
-- Out: expected_cells: of such a figure the mark names all its cells (merged_E13:F13) and those under it are marked
-- (under_merged), so that nobody asks for them; where only cells are merged that the form does not ask for, no mark.

create temp table spread as
select
    place,
    row_no,
    column_no,
    row_no + regexp_extract(marks, 'merged_(\d+)x(\d+)', 1)::integer - 1 as last_row,
    column_no + regexp_extract(marks, 'merged_(\d+)x(\d+)', 2)::integer - 1 as last_column
from expected_cells
where contains(marks, 'merged_');

create temp table under_merged as
select distinct
    e.place,
    e.row_no,
    e.column_no,
    s.row_no as first_row,
    s.column_no as first_column
from spread as s
inner join expected_cells as e
    on
        s.place = e.place
        and e.row_no between s.row_no and s.last_row
        and e.column_no between s.column_no and s.last_column
        and (s.row_no <> e.row_no or s.column_no <> e.column_no);

update expected_cells as e
set
    marks = case
        when u.place is null then nullif(trim(regexp_replace(e.marks, 'merged_\d+x\d+ ?', '')), '')
        else regexp_replace(
            e.marks, 'merged_\d+x\d+',
            'merged_' || a1(s.row_no, s.column_no) || ':' || a1(s.last_row, s.last_column)
        )
    end
from spread as s left join under_merged as u
    on s.place = u.place and s.row_no = u.first_row and s.column_no = u.first_column
where e.place = s.place and e.row_no = s.row_no and e.column_no = s.column_no;

update expected_cells as e
set kind = 'text', text = '', marks = 'under_merged'
from under_merged as u
where e.place = u.place and e.row_no = u.row_no and e.column_no = u.column_no and e.kind is null;
