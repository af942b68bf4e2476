-- What stands in or beside a table and is not read. In: account, unknown_columns, extents, places. Out: problems. Hard
-- where it lies in or beside what is asked for, soft elsewhere, never nothing.

insert into problems (name, place, cell, observed, cells)
select
    case when bool_or(a.is_figure) then 'unknown_header' else 'unread_text' end as name,
    u.place,
    u.cell,
    u.text,
    string_agg(p.sheet || '!' || a.cell, '; ' order by a.row_no) as cells
from account as a
inner join unknown_columns as u on a.place = u.place and a.column_no = u.column_no
inner join places as p on a.place = p.place
where a.reason = 'unknown_header' and a.outcome = 'unread'
group by u.place, u.cell, u.text;

-- A row with figures that is no line of the form, and a row below the foot of a list: one finding a row.
insert into problems (name, place, cell, observed, cells)
select
    a.reason,
    a.place,
    coalesce(
        max_by(a.cell, a.column_no) filter (where a.column_no < e.first_value and a.kind = 'text'),
        min_by(a.cell, a.column_no) filter (where a.column_no >= e.first_value), min_by(a.cell, a.column_no)
    ) as cell,
    coalesce(
        max_by(a.text, a.column_no) filter (where a.column_no < e.first_value and a.kind = 'text'),
        min_by(a.text, a.column_no) filter (where a.column_no >= e.first_value), min_by(a.text, a.column_no)
    ) as observed,
    string_agg(p.sheet || '!' || a.cell, '; ' order by a.column_no) as cells
from account as a inner join extents as e using (place) inner join places as p using (place)
where a.outcome = 'unread' and a.reason in ('unknown_label', 'row_below_end')
group by a.place, a.row_no, a.reason;

-- The same below the foot of a list in a workbook of others.
insert into problems (name, file_no, sheet, cell, observed, cells)
select
    reason,
    file_no,
    sheet,
    min_by(cell, column_no) as first_cell,
    min_by(text, column_no) as observed,
    string_agg(sheet || '!' || cell, '; ' order by column_no) as cells
from account
where form_kind = 'layout' and outcome = 'unread' and reason = 'row_below_end'
group by file_no, sheet, row_no, reason;

insert into problems (name, file_no, place, sheet, cell, observed)
select
    case a.reason
        when 'aside' then case when a.is_figure then 'unread_number' else 'unread_text' end
        when 'personal' then case when a.is_near_input then 'personal_in_table' else 'personal_aside' end
        else a.reason
    end as name,
    a.file_no,
    a.place,
    a.sheet,
    a.cell,
    a.text
from account as a
where a.outcome = 'unread'
-- These are told once for all their cells.
and a.reason not in (
    'unknown_label', 'row_below_end', 'unknown_header', 'duplicate_label', 'table_not_found',
    'not_due', 'organization_unknown', 'unknown_sheet'
)
and not (a.form_kind = 'layout' and a.reason = 'personal' and not a.is_near_input);

-- A column of names in a workbook of others is told once, as its heading is.
insert into problems (name, file_no, sheet, cell, observed, cells)
select
    'personal_aside' as name,
    file_no,
    sheet,
    min_by(cell, row_no) as first_cell,
    min_by(text, row_no) as observed,
    string_agg(sheet || '!' || cell, '; ' order by row_no) as cells
from account
where form_kind = 'layout' and outcome = 'unread' and reason = 'personal' and not is_near_input
group by file_no, sheet, column_no;

insert into problems (name, file_no, sheet, observed, cells)
select
    'unknown_sheet' as name,
    file_no,
    sheet,
    sheet as observed,
    string_agg(sheet || '!' || cell, '; ' order by row_no, column_no) as cells
from account
where form_kind = 'layout' and reason = 'unknown_sheet'
group by file_no, sheet;
