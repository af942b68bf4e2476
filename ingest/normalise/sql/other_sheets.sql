-- What stands on sheets that are no form: covers of something else, forms under another name, anything. In:
-- other_sheets, geometry, raw_cells, text_keys, cover_keys. Out: problems, unread_places; account.

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
