-- What the marks above tables say of their sheets. In: nil_marks, typed, wanted, places. Out: typed: empty cells that
-- the mark says are 0, with the mark as what they say; problems. A mark that figures of its sheet contradict says
-- nothing.

insert into problems (name, place, cell, observed, expected)
select
    'nil_mark_unknown' as name,
    place,
    cell,
    text,
    getvariable('nil_offers') as expected
from nil_marks
where said is null;

-- Figures under a mark that says there are none: cells of a matrix other than 0, whatever stands in a list.
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
-- Of a record its first cell.
qualify t.form_kind = 'matrix' or row_number() over (partition by t.place, t.record_no order by t.column_no) = 1;

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

update typed set
    state = 'zero', value = 0, raw_text = m.text || ' (' || m.cell || ')'
from nil_marks as m, wanted as w
where
    typed.place = m.place and typed.value_no = w.value_no and typed.state = 'missing' and typed.cell is not null
    and case m.said when 'nothing' then w.zero_under when 'nothing_else' then w.zero_under_else else false end
    and typed.place not in (select c.place from nil_contradictions as c);
