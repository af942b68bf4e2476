-- Totals that stand as formulas, reckoned from their parts as they were read. In: typed, file_forms, places, totals,
-- layout_places; the variable depth. Out: typed; problems.
-- What the file stores as the formula's value is not trusted by itself: where the parts say the same, or where nothing
-- is stored, the total is what the parts say, missing where one of them is. Where they say something else the stored
-- value stays as if it were typed, so that the rules hold it, and the cell is told: it was not reckoned again, or its
-- formula points elsewhere.

-- Of a total of which a part is missing, what the sheet shows: the other parts.
alter table typed add column if not exists shown_sum double;

create or replace temp table reckoned as
with parts as (
    select
        ff.file_no,
        t.place,
        t.code,
        t.state,
        coalesce(t.value, t.shown_sum, 0) as value,
        t.row_no,
        t.column_no,
        t.cell,
        coalesce(t.sheet, p.sheet) as sheet
    from typed as t
    inner join file_forms as ff using (place)
    left join places as p using (place)
    where t.form_kind = 'matrix'
)

select
    t.place,
    t.value_no,
    t.cell,
    t.code,
    t.value as stored,
    t.raw_text as stored_text,
    sum(d.sign * p.value) as value,
    bool_and(p.state = 'not_applicable') as is_nothing,
    bool_or(p.state = 'missing') as is_missing,
    bool_or(p.state = 'unreadable') as is_unreadable,
    '=' || ltrim(string_agg(
        case when d.sign < 0 then '-' else '+' end
        || case when p.place = t.place then p.cell else '''' || p.sheet || '''!' || p.cell end,
        '' order by d.sign desc, p.place asc, p.row_no asc, p.column_no asc
    ) filter (where p.state <> 'not_applicable'), '+') as formula,
    any_value(q.sheet) || '!' || t.cell
    || string_agg('; ' || p.sheet || '!' || p.cell, '' order by p.place, p.row_no, p.column_no) as cells
from typed as t
inner join file_forms as ff using (place)
inner join files as f using (file_no)
inner join places as q using (place)
inner join totals as d on ff.edition = d.edition and t.code = d.code
left join parts as p on ff.file_no = p.file_no and d.part = p.code
where
    d.depth = getvariable('depth') and t.form_kind = 'matrix' and t.cell is not null
    and contains(coalesce(t.marks, ''), 'summed') and not regexp_matches(t.marks, 'struck|covered')
    and (t.state in ('value', 'zero') or t.finding in ('formula_without_value', 'error_cell'))
    and t.place not in (select l.place from layout_places as l)
group by t.place, t.value_no, t.cell, t.code, t.value, t.raw_text, f.is_ended
having
    bool_and(coalesce(p.cell is not null or p.state = 'not_applicable', false))
    -- The members that an ended organization has on the last day: no part applies, and neither does their sum.
    and (bool_or(p.state <> 'not_applicable') or (f.is_ended and coalesce(t.value, 0) = 0));

insert into problems (name, place, cell, cell_code, observed, expected, detail, cells)
select
    'total_reckoned_otherwise' as name,
    place,
    cell,
    code,
    stored_text,
    value::bigint::varchar as expected,
    ltrim(formula, '=') as detail,
    cells
from reckoned
where stored <> value and not is_unreadable;

delete from reckoned
where stored <> value or (stored is not null and is_unreadable);

delete from problems
where
    name in ('formula_without_value', 'error_cell')
    and (place, cell) in (select (r.place, r.cell) from reckoned as r);

update typed set
    finding = null,
    raw_text = r.formula,
    shown_sum = r.value,
    value = case when not r.is_missing and not r.is_unreadable and not r.is_nothing then r.value end,
    state = case
        when r.is_nothing then 'not_applicable'
        when r.is_unreadable then 'unreadable' when r.is_missing then 'missing' when r.value = 0 then 'zero'
        else 'value'
    end
from reckoned as r
where typed.place = r.place and typed.value_no = r.value_no;
