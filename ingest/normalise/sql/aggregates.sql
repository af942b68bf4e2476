-- Named counts and sums over records, as observations. In: places, header, heads, layout_places, layout_heads, typed,
-- nil_marks, conditions, unread_places.
-- Out: aggregates.
-- A record counts where every conditioned field holds one of its codes. What cannot be read, or is not filled in,
-- and is not excluded by another field makes the cell unreadable or missing: never a smaller number.

create temp table aggregate_cells as
select
    edition,
    aggregate,
    any_value(cell_code) as cell_code,
    any_value(sum_field) as sum_field,
    -- The column that shows what is counted: the summed field, else the last conditioned one.
    coalesce(any_value(sum_field), max_by(field, position)) as shown_field
from conditions
group by edition, aggregate;

create temp table tested as
select
    place,
    record_no,
    aggregate,
    bool_and(verdict <> 'out') as may_count,
    bool_or(verdict = 'unreadable') as is_unreadable,
    bool_or(verdict = 'missing') as is_missing
from (
    select
        v.place,
        v.record_no,
        c.aggregate,
        c.field,
        case
            when v.state in ('unreadable', 'missing') then v.state
            when bool_or(c.code = '*' or c.code = v.value_text) then 'in' else 'out'
        end as verdict
    from typed as v
    inner join file_forms as ff using (place)
    inner join conditions as c on ff.edition = c.edition and v.code = c.field
    where v.form_kind <> 'matrix'
    group by v.place, v.record_no, c.aggregate, c.field, v.state
) as conditions_met
group by all;

create temp table counted as
select
    r.place,
    a.aggregate,
    bool_or(coalesce(t.is_unreadable, false) or s.state = 'unreadable') as is_unreadable,
    bool_or(coalesce(t.is_missing, false) or s.state = 'missing') as is_missing,
    bool_or(s.state = 'not_applicable') as is_not_asked,
    sum(case when a.sum_field is null then 1 else s.value end) as total
from (
    select distinct
        place,
        record_no
    from typed
    where form_kind <> 'matrix'
) as r
inner join file_forms using (place)
inner join aggregate_cells as a using (edition)
left join tested as t on r.place = t.place and r.record_no = t.record_no and a.aggregate = t.aggregate
left join typed as s on r.place = s.place and r.record_no = s.record_no and a.sum_field = s.code
where coalesce(t.may_count, true)
group by r.place, a.aggregate;

-- The columns that a list prints, where it is ours or a committee's own, and the first cell below the heading.
create temp table list_heads as
select
    h.place,
    h.code,
    r.last_row + 1 as row_no,
    h.column_no
from heads as h inner join header as r using (place)
where h.form_kind = 'list'
union all
select
    l.place,
    h.code,
    h.row_no,
    h.column_no
from layout_places as l inner join layout_heads as h using (file_no, form);

-- Cells whose list does not print a column they need.
create temp table lost_cells as
select distinct
    p.place,
    c.aggregate
from places as p
inner join conditions as c using (edition)
inner join wanted as w on p.edition = w.edition and w.code in (c.field, c.sum_field)
anti join list_heads as h on p.place = h.place and w.code = h.code
where p.form_kind = 'list';

-- Where the records' values of a field stand; an empty list shows the mark that says so, else the first cell below the
-- heading.
create temp table spans as
select
    place,
    code,
    min(row_no) as row_no,
    max(row_no) as last_row,
    any_value(column_no) as column_no,
    any_value(sheet) as sheet
from (
    select
        place,
        code,
        row_no,
        column_no,
        sheet
    from typed
    where form_kind <> 'matrix' and column_no is not null
    union all
    select
        h.place,
        h.code,
        coalesce(m.row_no, h.row_no) as row_no,
        coalesce(m.column_no, h.column_no) as column_no,
        null as sheet
    from list_heads as h
    left join nil_marks as m on h.place = m.place and m.said is not null
    anti join records as r on h.place = r.place
) as records_and_gaps
group by place, code;

-- Of a list of several, only from the first record that counts to the last: who looks for an error looks there.
create temp table counting_rows as
select
    t.place,
    t.aggregate,
    min(v.row_no) as row_no,
    max(v.row_no) as last_row
from tested as t
inner join file_forms as ff using (place)
inner join aggregate_cells as a on ff.edition = a.edition and t.aggregate = a.aggregate
inner join typed as v on t.place = v.place and t.record_no = v.record_no and a.shown_field = v.code
where t.may_count and v.form_kind <> 'matrix' and v.column_no is not null
group by t.place, t.aggregate;

create temp table aggregates as
select
    * exclude (total),
    case when state in ('value', 'zero') then total end as value
from (
    select
        ff.place,
        a.cell_code,
        coalesce(c.total, 0) as total,
        case
            when
                p.place is null
                or lost.place is not null
                or u.place is not null
                or (ff.form_kind = 'list' and r.place is null and ly.place is null)
                then 'missing'
            when c.is_unreadable then 'unreadable'
            when c.is_missing then 'missing'
            when c.is_not_asked then 'not_applicable'
            when coalesce(c.total, 0) = 0 then 'zero'
            else 'value'
        end as state,
        coalesce(k.row_no, s.row_no) as row_no,
        s.column_no,
        s.sheet,
        a1(coalesce(k.row_no, s.row_no), s.column_no)
        || case
            when coalesce(k.row_no, s.row_no) < coalesce(k.last_row, s.last_row)
                then ':' || a1(coalesce(k.last_row, s.last_row), s.column_no)
            else ''
        end as cell
    from file_forms as ff
    inner join aggregate_cells as a using (edition)
    left join places as p on ff.place = p.place
    left join header as r on ff.place = r.place
    left join layout_places as ly on ff.place = ly.place
    left join counted as c on ff.place = c.place and a.aggregate = c.aggregate
    left join spans as s on ff.place = s.place and a.shown_field = s.code
    left join counting_rows as k on ff.place = k.place and a.aggregate = k.aggregate
    left join unread_places as u on ff.place = u.place
    left join lost_cells as lost on ff.place = lost.place and a.aggregate = lost.aggregate
) as with_totals;
