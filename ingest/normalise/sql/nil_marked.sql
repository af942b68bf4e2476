-- What the marks above tables say of their sheets. In: nil_marks, typed, wanted, layout_places, file_forms, places.
-- Out: typed: empty cells that the mark says are 0, with the mark as what they say; problems. A mark that figures of
-- its sheet contradict says nothing. One mark may speak for all sheets of its workbook that bear none and in which the
-- sender has written something; a sheet left as it came is missing.

insert into problems (name, place, cell, observed, expected)
select
    'nil_mark_unknown' as name,
    place,
    cell,
    text,
    getvariable('nil_offers') as expected
from nil_marks
where said is null;

-- Figures under a mark that says there are none: cells of a matrix other than 0, whatever the sender put into a list.
create temp table nil_contradictions as
select
    m.place,
    t.row_no,
    t.column_no,
    t.cell,
    case t.form_kind when 'matrix' then t.cell || ' (' || t.raw_text || ')' else t.cell end as told
from nil_marks as m
inner join typed as t using (place)
inner join wanted as w using (value_no)
where
    m.said = 'nothing' and t.cell is not null
    and case t.form_kind when 'matrix' then t.state = 'value' and w.zero_under else t.state <> 'missing' end
-- Of a record its first cell; one with nothing but what the blank workbook came with is none.
qualify
    t.form_kind = 'matrix'
    or (
        row_number() over (partition by t.place, t.record_no order by t.column_no) = 1
        and bool_or(w.is_typed) over (partition by t.place, t.record_no)
    );

insert into problems (name, place, cell, observed, detail, cells)
select
    'nil_mark_contradicted' as name,
    m.place,
    any_value(m.cell) as cell,
    any_value(m.text) as observed,
    string_agg(c.told, ', ' order by c.row_no, c.column_no) as detail,
    any_value(p.sheet || '!' || m.cell) || '; '
    || string_agg(p.sheet || '!' || c.cell, '; ' order by c.row_no, c.column_no) as cells
from nil_contradictions as c
inner join nil_marks as m using (place)
inner join places as p using (place)
group by m.place;

-- What each place is told: by its own mark, else by the one that speaks for all.
create temp table nil_said as
with of_all as (
    select
        ff.file_no,
        m.text,
        p.sheet || '!' || m.cell as cell
    from nil_marks as m
    inner join file_forms as ff using (place)
    inner join places as p using (place)
    where m.is_of_all_sheets
    qualify row_number() over (partition by ff.file_no order by ff.place) = 1
),

written as (
    select distinct t.place
    from typed as t
    inner join wanted as w using (value_no)
    where t.state in ('value', 'zero') and t.cell is not null and w.is_typed
)

select
    place,
    said,
    text,
    cell
from nil_marks
where said is not null
union all
select
    ff.place,
    'nothing_else' as said,
    a.text,
    a.cell
from of_all as a
inner join file_forms as ff using (file_no)
semi join written as w on ff.place = w.place
anti join nil_marks as m on ff.place = m.place
where ff.place not in (select l.place from layout_places as l);

create temp table made_zero as
select
    t.place,
    t.value_no,
    t.record_no,
    t.cell,
    n.text || ' (' || n.cell || ')' as raw_text
from typed as t
inner join wanted as w using (value_no)
inner join nil_said as n using (place)
where
    t.state = 'missing' and t.cell is not null
    and case n.said when 'nothing' then w.zero_under else w.zero_under_else end
    and t.place not in (select c.place from nil_contradictions as c);

update typed set
    state = 'zero', value = 0, raw_text = z.raw_text
from made_zero as z
where typed.place = z.place and typed.value_no = z.value_no and typed.record_no = z.record_no;

delete from problems
where name = 'required_missing' and (place, cell) in (select (z.place, z.cell) from made_zero as z);
