-- The account of every filled cell of a form's sheet: read into a value, left aside for a named reason, or unread. In:
-- geometry, expected_cells (list_rows among them), typed, nil_marks, printed_help, cover_keys. Out: account (one row
-- per cell: outcome value, unreadable, ignored or unread; reason), extents, unknown_columns. What is unread becomes a
-- finding in unread_cells.

create temp table extents as
with h as (
    select
        place,
        min(column_no) as first_value,
        max(column_no) as last_value
    from heads
    group by place
),

a as (
    select
        place,
        min(row_no) as row_no,
        min(column_no) as answer_column
    from hits
    where form_kind = 'record' and axis = 'answer'
    group by place
),

l as (
    select
        place,
        min(row_no) as first_line,
        max(row_no) as last_line,
        max(column_no) as label_column
    from line_hits
    group by place
)

select
    p.place,
    p.form_kind,
    coalesce(r.first_row, a.row_no, l.first_line) as first_row,
    coalesce(r.last_row, a.row_no, l.first_line - 1) as last_row,
    coalesce(h.first_value, a.answer_column, l.label_column + 1) as first_value,
    coalesce(h.last_value, a.answer_column, l.label_column + 1) as last_value,
    coalesce(l.first_line, 0) as first_line,
    coalesce(l.last_line, 0) as last_line,
    coalesce(l.label_column, 0) as label_column
from places as p
left join header as r using (place)
left join h
    using (place)
left join a using (place)
left join l using (place)
where r.place is not null or (p.form_kind = 'record' and l.place is not null);

-- Columns whose heading is known: knowingly not read, or the table's own structure.
create temp table known_columns as
select distinct
    h.place,
    h.column_no
from hits as h
inner join extents as e on h.place = e.place and h.row_no between e.first_row and e.last_row
where h.axis in ('ignored', 'structure');

-- Figures of such a column that count on from the figure above or below them. Others are no numbering.
create temp table counting as
select
    b.place,
    b.row_no,
    b.column_no
from body as b semi join known_columns using (place, column_no)
where b.is_figure
window down as (partition by b.place, b.column_no order by b.row_no)
qualify
    try_cast(b.text as double) - lag(try_cast(b.text as double)) over down = 1
    or lead(try_cast(b.text as double)) over down - try_cast(b.text as double) = 1;

create temp table unknown_columns as
select
    b.place,
    b.column_no,
    min_by(b.cell, b.row_no) as cell,
    min_by(b.text, b.row_no) as text
from body as b
inner join
    extents as e
    on b.place = e.place and b.row_no between e.first_row and e.last_row and b.column_no > e.label_column
anti join hits as h
    on
        b.place = h.place and b.row_no = h.row_no and b.column_no = h.column_no
        and h.axis in ('column', 'ignored', 'structure', 'group', 'answer')
where b.kind = 'text' and b.key <> '' and b.form_kind <> 'record'
group by b.place, b.column_no;

-- What a row of a matrix or record form is: a printed line, the numbering of the columns, a total, one with figures.
create temp table form_rows as
with below as (
    select
        b.place,
        b.row_no,
        b.column_no,
        b.kind,
        b.text,
        b.is_figure,
        b.says_total,
        e.last_row,
        e.first_value,
        e.last_value,
        b.column_no between e.first_value and e.last_value as is_read
    from body as b inner join extents as e on b.place = e.place and b.row_no > e.last_row
    where b.form_kind <> 'list'
),

-- Only the row below the heading may number the columns.
counted as (
    select
        place,
        row_no,
        column_no,
        last_value,
        regexp_extract(trim(text), '^[(]?-?(\d{1,2})[)]?(\s*=.*)?$', 1) as counted,
        regexp_matches(trim(text), '^[A-ZĐ]$') as is_letter,
        row_number() over (partition by place order by column_no) as position
    from below
    where row_no = last_row + 1
),

numbering as (
    select
        place,
        row_no,
        count(*) >= 2
        and bool_and(counted <> '' or is_letter) filter (where column_no <= last_value)
        and count(
            distinct case when column_no <= last_value then try_cast(nullif(counted, '') as integer) - position end
        ) <= 1
        and min(try_cast(nullif(counted, '') as integer)) in (1, 2, 3) as is_numbering
    from counted
    group by place, row_no
),

l as (
    select distinct
        place,
        row_no
    from lines
),

d as (
    select distinct
        place,
        row_no
    from line_hits
)

select
    b.place,
    b.row_no,
    any_value(l.row_no) is not null as is_line,
    any_value(d.row_no) is not null as is_doubled,
    count(*) filter (where b.is_read and b.is_figure) as figures,
    bool_and(b.kind = 'date') filter (where b.is_read and b.is_figure) as only_days,
    bool_or(b.column_no < b.first_value and b.says_total) as is_total,
    coalesce(any_value(n.is_numbering), false) as is_numbering
from below as b
left join numbering as n on b.place = n.place and b.row_no = n.row_no
left join l on b.place = l.place and b.row_no = l.row_no
left join d on b.place = d.place and b.row_no = d.row_no
group by b.place, b.row_no;

create temp table account as
with wanted_cells as (
    select distinct on (place, row_no, column_no)
        place,
        row_no,
        column_no,
        state,
        finding,
        true as is_wanted
    from typed
    where row_no is not null and column_no is not null and place not in (select l.place from layout_places as l)
),

line_cells as (
    select distinct
        place,
        row_no,
        column_no
    from line_hits
),

help_keys as (
    select distinct
        edition,
        key
    from printed_help
),

unanswered as (
    select
        place,
        row_no
    from typed
    where form_kind = 'record' and state = 'missing' and row_no is not null
),

un as (
    select distinct
        place,
        row_no
    from unanswered
),

foot as (
    select distinct
        place,
        end_row
    from list_rows
    where end_row is not null
),

h as (
    select distinct
        place,
        column_no
    from head_hits
),

hd as (
    select distinct
        place,
        row_no,
        column_no
    from hits
    where axis in ('column', 'ignored', 'structure', 'group', 'answer')
),

seen as (
    select
        b.*,
        -- A day that does not show as one (a format with conditions, a colour) is a number to whoever looks.
        b.is_figure and (b.kind <> 'date' or b.shown is not null) as is_amount,
        e.* exclude (place, form_kind),  -- noqa: RF02
        w.state,
        coalesce(w.finding, nm.finding) as finding,
        coalesce(w.is_wanted, false) as is_wanted,
        nm.place is not null and b.column_no = nm.column_no as is_mark,
        nm.place is not null and b.column_no = nm.question_column as is_mark_label,
        k.place is not null as is_known_column,
        u.place is not null as is_unknown_column,
        lc.place is not null as is_label,
        hk.key is not null as is_help,
        un.place is not null as is_unanswered,
        b.says_end as is_closing,
        contains(coalesce(b.marks, ''), 'personal') as is_personal,
        coalesce(f.is_line, false) as is_line,
        coalesce(f.is_doubled, false) as is_doubled,
        coalesce(f.figures, 0) as figures,
        coalesce(f.is_total or r.is_total, false) as is_total,
        coalesce(f.only_days, false) as only_days,
        coalesce(f.is_numbering or r.is_numbering, false) as is_numbering,
        coalesce(r.is_record, false) as is_record,
        coalesce(r.is_unread, false) as is_unread,
        coalesce(r.is_heading, false) as is_heading,
        coalesce(b.row_no >= foot.end_row, false) as is_foot,
        coalesce(h.place is not null, false) as is_head_column,
        hd.place is not null as is_heading_cell,
        co.place is not null as is_counting
    from body as b
    left join extents as e on b.place = e.place
    left join wanted_cells as w on b.place = w.place and b.row_no = w.row_no and b.column_no = w.column_no
    left join nil_marks as nm
        on b.place = nm.place and b.row_no = nm.row_no and b.column_no in (nm.column_no, nm.question_column)
    left join known_columns as k on b.place = k.place and b.column_no = k.column_no
    left join unknown_columns as u on b.place = u.place and b.column_no = u.column_no
    left join counting as co on b.place = co.place and b.row_no = co.row_no and b.column_no = co.column_no
    left join line_cells as lc on b.place = lc.place and b.row_no = lc.row_no and b.column_no = lc.column_no
    left join help_keys as hk on b.edition = hk.edition and b.key = hk.key
    left join un on b.place = un.place and b.row_no = un.row_no
    left join form_rows as f on b.place = f.place and b.row_no = f.row_no
    left join list_rows as r on b.place = r.place and b.row_no = r.row_no
    left join foot on b.place = foot.place
    left join h on b.place = h.place and b.column_no = h.column_no
    left join hd on b.place = hd.place and b.row_no = hd.row_no and b.column_no = hd.column_no
),

told as (
    select
        *,
        case
            when is_mark or (is_wanted and state <> 'not_applicable') then 'value'
            when is_mark_label then '-label'
            when is_wanted and kind = 'text' and key in ('x', '') then '-printed_mark'
            when is_wanted then 'blocked_cell'
            when is_unknown_column and row_no > last_row and (is_record or is_line) then 'unknown_header'
            when is_personal then 'personal'
            when first_row is null then 'table_not_found'
            when row_no < first_row then case when is_amount then 'aside' else '-title' end
            when row_no <= last_row
                then case
                    when is_heading_cell then '-heading'
                    when is_unknown_column and kind = 'text' then 'unknown_header'
                    when column_no <= label_column and not is_figure then '-heading'
                    when form_kind = 'record' and not is_figure and column_no <= last_value + 1 then '-heading'
                    when
                        is_figure and row_no > first_row and column_no between first_value and last_value
                        then 'beside_table'
                    else 'aside'
                end
            when is_numbering
                then case
                    when column_no <= last_value then '-numbering'
                    when is_closing then '-signature' when is_figure then 'beside_table' else 'aside'
                end
            when form_kind = 'list'
                then case
                    when is_heading then '-heading'
                    when is_total then '-total'
                    when is_unread then 'row_below_end'
                    when
                        is_known_column and not is_foot
                        then case when is_figure then '-ordinal' else '-ignored_column' end
                    when is_unknown_column and not is_foot then 'unknown_header'
                    when is_foot and is_counting then '-ordinal'
                    when is_foot then case when is_amount then 'aside' else '-note' end
                    when is_figure then 'beside_table'
                    when is_closing and not is_head_column then '-signature'
                    else 'aside'
                end
            when is_line
                then case
                    when is_label then '-label'
                    when is_known_column and form_kind = 'record' and column_no > last_value
                        then case
                            when is_help or (kind = 'text' and key = '') then '-help'
                            when is_figure or is_unanswered then 'beside_table' else 'aside'
                        end
                    when
                        is_known_column
                        then case when column_no < first_value then '-ordinal' else '-ignored_column' end
                    when column_no < label_column and (is_figure or length(text) <= 8) then '-ordinal'
                    when is_unknown_column then 'unknown_header'
                    when is_figure or (form_kind = 'record' and is_unanswered and not is_closing) then 'beside_table'
                    when is_closing and not is_head_column then '-signature'
                    else 'aside'
                end
            when is_doubled then case when is_label or is_figure then 'duplicate_label' else '-label' end
            when is_total then '-total'
            when figures > 0 and not only_days
                then case
                    when row_no <= last_line + 3 then 'unknown_label' when is_figure then 'beside_table' else '-note'
                end
            when is_amount and is_known_column and column_no < first_value then '-ordinal'
            when is_unknown_column and row_no <= last_line then 'unknown_header'
            when is_amount then case when row_no <= last_line then 'beside_table' else 'aside' end
            when row_no > last_line then '-note'
            else '-section'
        end as verdict
    from seen
)

select
    p.file_no,
    p.sheet,
    t.place,
    t.form_kind,
    t.row_no,
    t.column_no,
    t.cell,
    t.kind,
    t.text,
    t.shown,
    t.marks,
    t.is_figure,
    case
        when t.verdict = 'value' then case when t.finding is null then 'value' else 'unreadable' end
        when starts_with(t.verdict, '-') then 'ignored' else 'unread'
    end as outcome,
    case when t.verdict = 'value' then coalesce(t.finding, 'value') else ltrim(t.verdict, '-') end as reason,
    coalesce(
        t.row_no > t.last_row and t.column_no between t.first_value - 1 and t.last_value + 1
        and (t.form_kind = 'list' or t.row_no <= t.last_line) and not t.is_foot, false
    ) as is_near_input
from told as t inner join places as p using (place);

-- The cover was read when the file was received: its answers stand right of their labels.
insert into account by name
with cover as (
    select
        c.*,
        k.key as text_key,
        is_figure_of(c.kind, c.text) as is_figure,
        is_figure_of(c.kind, c.text) and (c.kind <> 'date' or c.shown is not null) as is_amount
    from raw_cells as c
    inner join sheet_keys as s on c.file_no = s.file_no and c.sheet = s.sheet
    inner join cover_keys as o on o.axis = 'sheet' and s.key = o.key
    left join text_keys as k on c.text = k.text and c.kind = 'text'
    where c.file_no not in (select q.file_no from parts as q)
),

cover_lines as (
    select
        c.file_no,
        c.sheet,
        c.row_no,
        min(c.column_no) as column_no
    from cover as c inner join cover_keys as k on k.axis = 'row' and c.text_key = k.key
    group by all
),

cover_answers as (
    select
        c.file_no,
        c.sheet,
        min(c.column_no) as column_no
    from cover as c inner join cover_keys as k on k.axis = 'answer' and c.text_key = k.key
    group by all
)

select
    c.file_no,
    c.sheet,
    'cover' as form_kind,
    c.row_no,
    c.column_no,
    c.cell,
    c.kind,
    c.text,
    c.shown,
    c.marks,
    c.is_figure,
    case
        when contains(coalesce(c.marks, ''), 'personal') then 'unread'
        when l.row_no is not null and c.column_no = coalesce(a.column_no, l.column_no + 1) then 'value'
        when l.row_no is null and c.is_amount then 'unread'
        when l.row_no is not null and c.column_no > l.column_no and c.is_figure then 'unread' else 'ignored'
    end as outcome,
    case
        when contains(coalesce(c.marks, ''), 'personal') then 'personal'
        when l.row_no is not null and c.column_no = coalesce(a.column_no, l.column_no + 1) then 'value'
        when (l.row_no is null or c.column_no > l.column_no) and c.is_amount then 'aside'
        when l.row_no is not null and c.column_no = l.column_no then 'label'
        when l.row_no is not null then case when c.column_no < l.column_no then 'ordinal' else 'help' end
        else 'title'
    end as reason,
    l.row_no is not null as is_near_input
from cover as c
left join cover_lines as l on c.file_no = l.file_no and c.sheet = l.sheet and c.row_no = l.row_no
left join cover_answers as a on c.file_no = a.file_no and c.sheet = a.sheet;
