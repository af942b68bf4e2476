-- Every value that a form due should hold, with its cell where one was found. In: geometry, wanted, code_keys.
-- Out: list_facts, list_rows, records, expected_cells (one row per place, record and wanted value), unread_places
-- (lists of which some rows were not read); and problems.

-- What every row of a list below its heading is. A text that is a code of its column is never a total, a remark or a
-- signature, whatever word it begins with.
create temp table list_facts as
with code_columns as (
    select distinct
        h.place,
        h.column_no,
        w.code_list
    from heads as h
    inner join wanted as w on h.edition = w.edition and h.code = w.head
),

t as (
    select distinct
        place,
        row_no,
        column_no
    from hits
    where axis in ('column', 'ignored', 'structure', 'group')
),

below as (
    select
        b.*,
        r.last_row,
        h.place is not null as is_read,
        k.key is not null as is_code,
        t.place is not null as is_heading
    from body as b
    inner join header as r on b.place = r.place and b.row_no > r.last_row
    left join heads as h on b.place = h.place and b.column_no = h.column_no
    left join code_columns as c on b.place = c.place and b.column_no = c.column_no
    left join code_keys as k on b.period_code = k.period_code and c.code_list = k.code_list and b.key = k.key
    left join t on b.place = t.place and b.row_no = t.row_no and b.column_no = t.column_no
    where b.form_kind = 'list'
),

-- Only the row below the heading may number the columns.
counted as (
    select
        place,
        row_no,
        kind,
        is_read,
        regexp_extract(trim(text), '^[(]?-?(\d{1,2})[)]?(\s*=.*)?$', 1) as counted,
        regexp_matches(trim(text), '^[A-ZĐ]$') as is_letter,
        row_number() over (partition by place, is_read order by column_no) as position
    from below
    where row_no = last_row + 1
),

counting_up as (
    select
        place,
        row_no,
        count(*) filter (where is_read) >= 2
        and bool_and(not is_read or counted <> '' or is_letter)
        and count(distinct try_cast(nullif(counted, '') as integer) - position) filter (where is_read) = 1
        and (bool_and(kind = 'text' or not is_read) or count(*) filter (where is_read) >= 4) as counts_up
    from counted
    group by place, row_no
),

facts as (
    select
        place,
        row_no,
        any_value(last_row) as last_row,
        count(*) filter (where is_read) as read_cells,
        count(*) filter (where is_read and is_figure) as figures,
        count(*) filter (where is_read and is_code) as codes,
        bool_and(kind = 'date') filter (where is_read) as only_days,
        min_by(cell, column_no) filter (where is_read) as first_cell,
        min_by(text, column_no) filter (where is_read) as first_text,
        coalesce(bool_or(says_total) filter (where not is_code), false) as is_total,
        coalesce(bool_or(says_end) filter (where not is_code), false) as has_end,
        count(*) filter (where is_read and is_heading) >= 2 and bool_and(is_heading or not is_read) as is_heading
    from below
    group by place, row_no
)

select
    *,
    case when row_no = last_row + 1 then counts_up else false end as is_numbering,
    has_end and read_cells <= 2 and figures = 0 and codes = 0 as is_end,
    bool_or(row_no - coalesce(previous, last_row) > 1) over (
        partition by place order by row_no rows unbounded preceding
    ) as after_gap
from (
    select
        f.*,
        c.counts_up,
        lag(f.row_no) over (partition by f.place order by f.row_no) as previous
    from facts as f left join counting_up as c using (place, row_no)
) as rows_in_order;

-- What is a record: a row with something in a column of the form, above the foot, that is no total, no numbering of the
-- columns, no repeated heading and no remark standing alone below an empty row.
create temp table list_rows as
select
    *,
    read_cells > 0 and row_no < coalesce(end_row, row_no + 1) and not is_total and not is_numbering and not is_heading
    and not (after_gap and read_cells = 1 and figures = 0 and codes = 0) as is_record,
    -- Below the foot: what looks like a record was not read, and a list of which something was not read is not counted.
    coalesce(row_no >= end_row, false) and not is_total and figures + codes > 0 and not coalesce(only_days, false)
        as is_unread
from (
    select
        *,
        min(row_no) filter (where is_end) over (partition by place) as end_row
    from list_facts
) as rows_to_the_foot;

create temp table unread_places as select distinct place from list_rows
where is_unread;

create temp table records as
select
    place,
    row_no,
    row_number() over (partition by place order by row_no)::integer as record_no
from list_rows
where is_record;

-- The answers of a record form stand under their heading, else right of the label.
create temp table answer_columns as
select
    place,
    min(column_no) as answer_column
from hits
where form_kind = 'record' and axis = 'answer'
group by place;

create temp table expected_cells as
with placed as (
    select
        ff.place,
        ff.edition,
        ff.form_kind,
        1 as record_no,
        w.value_no,
        l.row_no,
        h.column_no
    from file_forms as ff
    inner join wanted as w using (edition)
    left join lines as l on ff.place = l.place and w.line = l.code
    left join heads as h on ff.place = h.place and w.head = h.code
    where ff.form_kind = 'matrix'
    union all
    select
        p.place,
        p.edition,
        p.form_kind,
        1 as record_no,
        w.value_no,
        l.row_no,
        coalesce(a.answer_column, l.column_no + 1) as column_no
    from places as p
    inner join wanted as w using (edition)
    left join lines as l on p.place = l.place and w.line = l.code
    left join answer_columns as a on p.place = a.place
    where p.form_kind = 'record'
    union all
    select
        p.place,
        p.edition,
        p.form_kind,
        r.record_no,
        w.value_no,
        r.row_no,
        h.column_no
    from records as r
    inner join places as p using (place)
    inner join wanted as w using (edition)
    left join heads as h on r.place = h.place and w.head = h.code
),

found as (
    select
        * replace (
            case when column_no is not null then row_no end as row_no,
            case when row_no is not null then column_no end as column_no
        )
    from placed
)

select
    f.*,
    b.kind,
    b.text,
    b.shown,
    b.marks,
    1 as sign,
    null::varchar as address,
    null::varchar as said,
    null::varchar as sheet
from found as f left join body as b on f.place = b.place and f.row_no = b.row_no and f.column_no = b.column_no;

-- Lines and columns that the sheet does not print although the form does.
insert into problems (name, place, expected)
with l as (
    select
        edition,
        axis,
        code,
        min_by(label, rank) as label
    from labels
    group by all
),

expected as (
    select distinct
        w.edition,
        w.axis,
        w.code,
        l.label
    from (
        select
            edition,
            'row' as axis,
            line as code
        from wanted
        where line is not null
        union
        select
            edition,
            'column' as axis,
            head as code
        from wanted
        where head is not null
    ) as w
    inner join l using (edition, axis, code)
),

found as (
    select
        place,
        'row' as axis,
        code
    from line_hits
    union
    select
        place,
        'column' as axis,
        code
    from head_hits
)

select
    'item_missing' as name,
    p.place,
    e.label
from places as p
inner join expected as e using (edition)
left join header as r on p.place = r.place
anti join found as f on p.place = f.place and e.axis = f.axis and e.code = f.code
where p.form_kind = 'record' or r.place is not null;
