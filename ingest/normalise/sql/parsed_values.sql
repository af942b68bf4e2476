-- What every expected cell says. In: expected_cells, layout_places, wanted, not_of, parsed_values (one row per distinct
-- content and type). What does not apply to the type of the organization is read where it is filled in, and not missing
-- where it is not; and so is what an organization that ended within the period would have on the period's last day.
-- Out: typed; and problems.

create temp table typed as
with not_asked as (
    select
        ff.place,
        w.value_no
    from file_forms as ff
    inner join files as f using (file_no)
    inner join not_of as n on ff.edition = n.edition and f.organization_type = n.organization_type
    inner join wanted as w on ff.edition = w.edition and n.line = w.line
    union
    select
        ff.place,
        w.value_no
    from file_forms as ff
    inner join files as f using (file_no)
    inner join wanted as w on ff.edition = w.edition and w.is_closing
    where f.is_ended
)

select
    s.place,
    s.form_kind,
    s.record_no,
    s.value_no,
    w.code,
    w.required,
    w.label,
    w.code_list,
    s.row_no,
    s.column_no,
    s.sign,
    s.address,
    s.sheet,
    case when s.column_no is not null then a1(s.row_no, s.column_no) end as cell,
    case when s.said is null then coalesce(v.raw_text, s.text) else s.text end as raw_text,
    v.value,
    v.value_text,
    case
        when not w.applicable or (na.place is not null and (s.kind is null or s.text in ('x', 'X')))
            then 'not_applicable'
        else coalesce(v.state, 'missing')
    end as state,
    case when w.applicable then v.finding end as finding,
    v.detail,
    v.suggested,
    s.marks
from expected_cells as s
inner join wanted as w using (value_no)
inner join file_forms as ff using (place)
left join not_asked as na on s.place = na.place and s.value_no = na.value_no
left join parsed_values
    as v on (na.place is null or s.text not in ('x', 'X')) and coalesce(s.said, s.text) = v.text and s.kind = v.kind
and w.type = v.type
and v.shown is not distinct from s.shown and v.marks is not distinct from s.marks
and v.pattern is not distinct from w.pattern
and v.code_list is not distinct from w.code_list
and v.period_code is not distinct from case when w.code_list is not null then ff.period_code end;

insert into problems (name, place, sheet, cell, cell_code, observed, detail, suggested, thing)
select
    t.finding,
    t.place,
    t.sheet,
    t.cell,
    case when t.form_kind = 'matrix' then t.code end as cell_code,
    t.raw_text,
    t.detail,
    t.suggested,
    case when t.form_kind = 'matrix' then t.code else ff.form || '.' || t.code end as thing
from typed as t
inner join file_forms as ff using (place)
where t.finding is not null;

insert into problems (name, place, sheet, cell, expected)
select
    'required_missing' as name,
    t.place,
    t.sheet,
    t.cell,
    t.label
from typed as t
inner join wanted as w using (value_no)
left join layout_places as l using (place)
where
    t.form_kind <> 'matrix' and t.required and t.state = 'missing' and t.cell is not null
    -- Where a committee's own form declares that empty means none, an empty number is 0 (sums).
    and not (coalesce(l.blank_is_zero, false) and w.type in ('count', 'money'));
