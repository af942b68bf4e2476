-- What is read though the eye does not meet it, tables that were moved, and sheets that are no form. In: geometry,
-- typed, printed, cover_keys, sheet_keys, own_sheets. Out: problems, other_sheets.

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
