-- Where the tables of the forms stand, found by what is printed. In: files, raw_cells, text_keys, sheet_keys, due,
-- labels, parts, layout_forms. Out: file_forms (every place that is due), places (those with a sheet), body, header,
-- heads, lines; problems.

create temp table file_forms as
select
    row_number() over (order by f.file_no, d.edition)::integer as place,
    f.file_no,
    d.*
from files as f inner join due as d using (period_code, sender)
where f.part_of is null or (f.file_no, d.form) in (select (l.file_no, l.form) from layout_forms as l);

create temp table sheet_hits as
select
    ff.*,
    s.sheet,
    count(*) over (partition by ff.place) as candidates
from file_forms as ff
inner join labels as l on ff.edition = l.edition and l.axis = 'sheet'
inner join sheet_keys as s on ff.file_no = s.file_no and l.label_key = s.key;

-- Two sheets that both could be the form are never chosen between.
create temp table places as select * exclude (candidates) from sheet_hits
where candidates = 1;

insert into problems (name, file_no, place, sheet, observed)
select
    'duplicate_sheet' as name,
    file_no,
    place,
    sheet,
    sheet as observed
from sheet_hits
where candidates > 1;

insert into problems (name, place, expected, detail)
with l as (
    select
        edition,
        min_by(label, rank) as label
    from labels
    where axis = 'sheet'
    group by all
)

select
    'sheet_missing' as name,
    ff.place,
    l.label,
    ff.title
from file_forms as ff
inner join
    l
    using (edition)
anti join sheet_hits as h on ff.place = h.place
anti join parts as p on ff.file_no = p.file_no;

-- What a text says whatever its place, once for each distinct one: the workbooks of one template say the same by the
-- ten thousand, and an expression takes longer than to join its answer.
create temp table said_by_texts as
select
    text,
    key,
    is_figure_of('text', text) as is_figure,
    regexp_matches(key, getvariable('totals')) as says_total,
    regexp_matches(key, getvariable('ends')) as says_end
from text_keys;

create temp table body as
select
    p.place,
    p.edition,
    p.form_kind,
    p.period_code,
    c.row_no,
    c.column_no,
    c.cell,
    c.kind,
    c.text,
    c.shown,
    c.marks,
    case c.kind when 'text' then k.key when 'number' then c.text end as key,
    case
        when c.kind <> 'text' then true
        when c.text = k.text then k.is_figure else is_figure_of(c.kind, c.text)
    end as is_figure,
    coalesce(k.says_total, false) as says_total,
    coalesce(k.says_end, false) as says_end
from raw_cells as c
inner join places as p on c.file_no = p.file_no and c.sheet = p.sheet
-- A raised footnote mark is no part of a label; a text raised as a whole is one.
left join
    said_by_texts as k
    on
        c.kind = 'text'
        and k.text = case when contains(c.marks, 'raised') then coalesce(c.shown, c.text) else c.text end;

create temp table hits as
select
    b.place,
    b.edition,
    b.form_kind,
    b.row_no,
    b.column_no,
    b.cell,
    b.text,
    l.axis,
    l.code,
    l.ordinal_key,
    l.group_key
from body as b inner join labels as l on b.edition = l.edition and b.key = l.label_key
where b.kind = 'text' and l.axis <> 'sheet';

-- The header: the rows within reach of each other that name most columns; among equals the one nearest above the
-- lines (a matrix) or the first (a list).
create temp table header as
with marks as (
    select distinct
        place,
        form_kind,
        row_no,
        axis,
        code
    from hits
    where axis in ('column', 'ignored', 'group', 'structure') and form_kind <> 'record'
),

windows as (
    select
        r.place,
        r.form_kind,
        r.row_no as first_row,
        max(m.row_no) as last_row,
        count(distinct m.code) filter (where m.axis = 'column') as columns,
        count(distinct m.axis || m.code) as named
    from (select distinct
        place,
        form_kind,
        row_no
    from marks) as r
    inner join marks as m on r.place = m.place and m.row_no between r.row_no and r.row_no + 3
    group by all
    having columns > 0
),

weighed as (
    select
        w.*,
        count(distinct h.code) filter (where h.row_no > w.last_row) as lines_below
    from windows as w
    left join hits as h on w.place = h.place and h.axis = 'row'
    group by all
)

select
    place,
    first_row,
    last_row
from weighed
qualify row_number() over (
    partition by place
    order by
        columns desc, lines_below desc, named desc, case when form_kind = 'matrix' then -first_row else first_row end
) = 1;

insert into problems (name, place, detail)
select
    'table_not_found' as name,
    p.place,
    p.title
from places as p
anti join header using (place)
where p.form_kind <> 'record';

-- Columns. A heading that stands for several columns of the form is told apart by the group heading above it.
create temp table head_hits as
with candidates as (
    select
        h.*,
        count(*) over (partition by h.place, h.row_no, h.column_no) as meanings
    from hits as h inner join header as r on h.place = r.place and h.row_no between r.first_row and r.last_row
    where h.axis = 'column'
),

grouped as (
    select
        c.place,
        c.row_no,
        c.column_no,
        max_by(g.code, g.column_no) as group_above
    from (
        select distinct
            place,
            row_no,
            column_no
        from candidates
        where meanings > 1
    ) as c
    inner join
        hits as g
        on c.place = g.place and g.axis = 'group' and c.row_no > g.row_no and c.column_no >= g.column_no
    group by all
)

select
    c.* exclude (meanings),  -- noqa: RF02
    count(*) over (partition by c.place, c.code) as times,
    count(*) over (partition by c.place, c.row_no, c.column_no) as readings
from candidates as c
left join grouped as g using (place, row_no, column_no)
where c.meanings = 1 or coalesce(g.group_above, '') = c.group_key;

create temp table heads as select * from head_hits
where times = 1 and readings = 1;

-- Lines. The ordinal left of a label is only a second witness: it tells lines of one label apart, and a conflict is
-- told.
create temp table line_hits as
with bounds as (
    select
        place,
        any_value(r.last_row) as last_row,
        min(h.column_no) as first_value
    from heads as h inner join header as r using (place)
    group by place
),

inside as materialized (
    select h.* from hits as h inner join bounds as b using (place)
    where h.form_kind = 'matrix' and h.axis = 'row' and h.row_no > b.last_row and h.column_no < b.first_value
    union all
    select h.* from hits as h
    where h.form_kind = 'record' and h.axis = 'row'
),

firsts as (
    select
        place,
        row_no,
        code,
        min(column_no) as column_no
    from inside
    group by place, row_no, code
),

leftmost as materialized (
    select i.* from inside as i semi join firsts using (place, row_no, code, column_no)
),

cells as materialized (
    select
        place,
        row_no,
        column_no,
        count(*) as meanings
    from leftmost
    group by place, row_no, column_no
),

witnessed as (
    select
        l.place,
        l.row_no,
        l.column_no,
        max_by(b.key, b.column_no) as ordinal
    from cells as l
    inner join
        body as b
        on l.place = b.place and l.row_no = b.row_no and l.column_no > b.column_no and b.key is not null
    where b.column_no < (select max(i.column_no) from cells as i)
    group by all
),

told as materialized (
    select
        l.*,
        w.ordinal
    from leftmost as l
    inner join cells as c using (place, row_no, column_no)
    left join witnessed as w using (place, row_no, column_no)
    where c.meanings = 1 or coalesce(w.ordinal, '') = l.ordinal_key
),

-- Counted in small tables: windows would sort every label with all that is known of it.
codes as (
    select
        place,
        code,
        count(*) as times
    from told
    group by place, code
),

told_cells as (
    select
        place,
        row_no,
        column_no,
        count(*) as readings
    from told
    group by place, row_no, column_no
)

select
    t.*,
    c.times,
    r.readings
from told as t
inner join codes as c using (place, code)
inner join told_cells as r using (place, row_no, column_no);

create temp table lines as select * from line_hits
where times = 1 and readings = 1;

insert into problems (name, place, cell, observed)
select distinct
    'duplicate_label' as name,
    place,
    cell,
    text
from (
    from head_hits
    union all by name
    from line_hits
) as hits_of_both
where times > 1 or readings > 1;

insert into problems (name, place, cell, observed, expected)
select
    'ordinal_conflict' as name,
    l.place,
    l.cell,
    upper(l.ordinal) as observed,
    upper(l.ordinal_key) as expected
from lines as l
semi join labels as o on l.edition = o.edition and o.axis = 'row' and l.ordinal = o.ordinal_key
where l.ordinal <> l.ordinal_key;
