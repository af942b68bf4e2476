-- What stands in or beside a table, or on a sheet of its own, and is not read; what is read though the eye does not
-- meet it; and tables that were moved. In: account, unknown_columns, geometry, list_rows, typed, printed, cover_keys,
-- sheet_keys. Out: problems, unread_places. Hard where it lies in or beside what is asked for, soft elsewhere, never
-- nothing.

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

-- Read, but not met by the eye: said once a row, a column or a sheet.
create temp table unseen as
select
    t.place,
    coalesce(t.sheet, p.sheet) as sheet,
    t.row_no,
    t.column_no,
    t.cell,
    t.raw_text,
    unnest(string_split(t.marks, ' ')) as mark
from typed as t inner join places as p using (place)
where t.marks is not null and t.state in ('value', 'zero');

insert into problems (name, place, cell, observed, detail, cells)
select
    case mark
        when 'hidden_row' then 'row_hidden' when 'hidden_column' then 'column_hidden'
        when 'hidden_sheet' then 'sheet_hidden' else 'row_struck'
    end as name,
    place,
    min_by(cell, (row_no, column_no)) as first_cell,
    min_by(raw_text, (row_no, column_no)) as observed,
    case mark when 'hidden_column' then regexp_extract(min(cell), '^[A-Z]+') else min(row_no)::varchar end
        as detail,
    string_agg(sheet || '!' || cell, '; ' order by row_no, column_no) as cells
from unseen
where mark in ('hidden_row', 'hidden_column', 'hidden_sheet', 'struck')
group by
    place, mark, case when mark in ('hidden_row', 'struck') then row_no when mark = 'hidden_column' then column_no end;

insert into problems (name, place)
select distinct
    'moved' as name,
    m.place
from (
    select
        place,
        edition,
        'row' as axis,
        code,
        row_no as position
    from lines
    union all
    select
        place,
        edition,
        'column' as axis,
        code,
        column_no
    from heads
) as m
inner join printed as p using (edition, axis, code)
where m.position <> p.position;

-- Labels in a font of the years before Unicode: read as the printed ones they can only be, and said once a sheet.
insert into problems (name, file_no, sheet, cell, observed, expected, detail, suggested, cells)
select
    'legacy_labels' as name,
    c.file_no,
    c.sheet,
    min_by(c.cell, (c.row_no, c.column_no)) as cell,
    '“' || min_by(c.text || '” → “' || k.said, (c.row_no, c.column_no)) || '”' as observed,
    count(*)::varchar as expected,
    k.encoding as detail,
    min_by(k.said, (c.row_no, c.column_no)) as suggested,
    string_agg(c.sheet || '!' || c.cell, '; ' order by c.row_no, c.column_no) as cells
from raw_cells as c inner join text_keys as k on c.text = k.text and k.encoding is not null
where c.kind = 'text'
group by c.file_no, c.sheet, k.encoding;

-- Sheets with content that are no form of this workbook.
create temp table other_sheets as
select
    s.file_no,
    s.sheet,
    s.key in (
        select k.key from cover_keys as k
        where k.axis = 'sheet'
    ) as is_cover
from sheet_keys as s
anti join sheet_hits as h on s.file_no = h.file_no and s.sheet = h.sheet
anti join parts as p on s.file_no = p.file_no
anti join own_sheets as o on s.key = o.key;

-- One sheet with the cover's name is the cover; any other sheet with its lines is the cover of something else.
create temp table covers as
select
    o.file_no,
    o.sheet,
    o.is_cover and row_number() over (
        partition by o.file_no, o.is_cover order by o.sheet
    ) = 1 as is_first,
    min_by(v.text, c.row_no) filter (where k.code = 'ORGANIZATION_CODE') as organization
from other_sheets as o
inner join raw_cells as c on o.file_no = c.file_no and o.sheet = c.sheet and c.kind = 'text'
inner join text_keys as t on c.text = t.text
inner join cover_keys as k on k.axis = 'row' and t.key = k.key
left join
    raw_cells as v
    on c.file_no = v.file_no and c.sheet = v.sheet and c.row_no = v.row_no and v.column_no = c.column_no + 1
group by o.file_no, o.sheet, o.is_cover
having count(distinct k.code) >= 2;

insert into problems (name, file_no, sheet, observed)
select
    'second_cover' as name,
    c.file_no,
    c.sheet,
    coalesce(c.organization, c.sheet) as observed
from covers as c
where not c.is_first;

-- A sheet whose heading row or lines are those of a form that is due, and that holds figures.
create temp table unread_forms as
with met as (
    select
        o.file_no,
        o.sheet,
        ff.place,
        ff.form_kind,
        l.axis,
        l.code,
        c.row_no,
        c.column_no
    from other_sheets as o
    inner join raw_cells as c on o.file_no = c.file_no and o.sheet = c.sheet and c.kind = 'text'
    inner join text_keys as t on c.text = t.text
    inner join file_forms as ff on o.file_no = ff.file_no
    inner join
        labels as l
        on ff.edition = l.edition and t.key = l.label_key and l.axis in ('row', 'column', 'ignored', 'structure')
    where not o.is_cover
),

tables as (
    select
        file_no,
        sheet,
        place,
        any_value(form_kind) as form_kind,
        count(distinct code) filter (where axis = 'row') as lines,
        count(distinct code) filter (where axis = 'column') as columns,
        min(row_no) as first_row,
        list(distinct column_no) filter (where axis in ('ignored', 'structure')) as other_columns
    from met
    group by file_no, sheet, place
),

likely as (
    select * from tables
    where case form_kind when 'list' then columns >= 2 else lines >= 2 end
    qualify row_number() over (partition by file_no, sheet order by lines + columns desc, place) = 1
)

select
    l.file_no,
    l.sheet,
    l.place,
    min_by(c.cell, (c.row_no, c.column_no)) as cell,
    string_agg(c.sheet || '!' || c.cell, '; ' order by c.row_no, c.column_no) as cells
from likely as l
inner join raw_cells as c
    on
        l.file_no = c.file_no and l.sheet = c.sheet and l.first_row < c.row_no
        and is_figure_of(c.kind, c.text)
        and not list_contains(coalesce(l.other_columns, []), c.column_no)
group by l.file_no, l.sheet, l.place;

insert into unread_places select u.place from unread_forms as u inner join file_forms as ff using (place)
where ff.form_kind = 'list' and u.place not in (from unread_places);

insert into problems (name, file_no, sheet, cell, observed, detail, cells)
select
    'unread_form_sheet' as name,
    u.file_no,
    u.sheet,
    u.cell,
    u.sheet as observed,
    ff.title,
    u.cells
from unread_forms as u inner join file_forms as ff using (place);

insert into problems (name, file_no, sheet, observed)
select
    'unknown_sheet' as name,
    o.file_no,
    o.sheet,
    o.sheet as observed
from other_sheets as o
anti join unread_forms as u on o.file_no = u.file_no and o.sheet = u.sheet
anti join covers as c on o.file_no = c.file_no and o.sheet = c.sheet
where not o.is_cover;

-- What stands on other sheets is accounted for with them.
insert into account by name
with u as (
    select distinct
        file_no,
        sheet
    from unread_forms
),

v as (
    select distinct
        file_no,
        sheet
    from covers
    where not is_first
)

select
    o.file_no,
    o.sheet,
    'other' as form_kind,
    c.row_no,
    c.column_no,
    c.cell,
    c.kind,
    c.text,
    c.shown,
    c.marks,
    'unread' as outcome,
    case
        when u.sheet is not null then 'unread_form_sheet' when v.sheet is not null then 'second_cover'
        else 'unknown_sheet'
    end as reason
from other_sheets as o
inner join raw_cells as c on o.file_no = c.file_no and o.sheet = c.sheet
left join u on o.file_no = u.file_no and o.sheet = u.sheet
left join v on o.file_no = v.file_no and o.sheet = v.sheet
where not o.is_cover or v.sheet is not null;
