-- Several cells of a layout that make one value are added up by their signs. In: typed, layout_places, layout_lacks.
-- Out: typed, layout_values.
-- A cell that cannot be read makes the sum unreadable, a missing one makes it missing: never a smaller number.

-- What a form of others does not ask for does not apply, but a line that an official form has and the sheet has not is
-- missing; where empty means nothing to report, it is zero beside figures.
update typed set state = 'not_applicable', finding = null
where
    form_kind = 'matrix' and row_no is null and place in (select place from layout_places)
    and (place, code) not in (
        select
            p.place,
            k.code
        from layout_places as p
        inner join layout_lacks as k using (file_no)
    );

update typed set state = 'zero', value = 0
where
    state = 'missing' and row_no is not null
    and place in (
        select place from layout_places
        where blank_is_zero
    )
    and place in (
        select place from typed
        where state in ('value', 'zero')
    )
    and value_no in (
        select value_no from wanted
        where type in ('count', 'balance', 'money')
    );

-- What each cell says by itself, before cells are added up: the account of the file needs it.
create temp table layout_values as
select
    p.file_no,
    coalesce(t.sheet, p.sheet) as sheet,
    t.row_no,
    t.column_no,
    min(t.finding) as finding
from typed as t inner join layout_places as p using (place)
where t.row_no is not null
group by all;

create temp table sums as
select
    s.place,
    s.record_no,
    s.value_no,
    sum(s.sign * s.value) as value,
    any_value(s.address) as address,
    string_agg(
        case when s.sign < 0 then '- ' else '+ ' end || coalesce(s.raw_text, ''), ' '
        order by s.sign desc, s.column_no asc, s.row_no asc
    ) as raw_text,
    bool_or(s.state = 'unreadable') as is_unreadable,
    bool_or(s.state = 'missing') as is_missing,
    min(s.row_no) as row_no,
    min(s.column_no) as column_no
from typed as s
where s.place in (select l.place from layout_places as l)
group by s.place, s.record_no, s.value_no
having count(*) > 1 or any_value(s.sign) < 0;

create temp table added as
select distinct on (t.place, t.record_no, t.value_no)
    t.* replace (
        s.row_no as row_no, s.column_no as column_no, s.address as cell, ltrim(s.raw_text, '+ ') as raw_text,
        null as finding, null as suggested, 1 as sign,
        case when not s.is_unreadable and not s.is_missing and (s.value >= 0 or w.type = 'balance') then s.value end
            as value,
        case
            when not s.is_unreadable and not s.is_missing and (s.value >= 0 or w.type = 'balance')
                then s.value::bigint::varchar
        end as value_text,
        case
            when s.is_unreadable then 'unreadable' when s.is_missing then 'missing'
            when s.value < 0 and w.type <> 'balance' then 'unreadable' when s.value = 0 then 'zero' else 'value'
        end as state
    )
from typed as t inner join sums as s using (place, record_no, value_no) inner join wanted as w using (value_no);

insert into problems (name, place, sheet, cell, cell_code, observed)
select
    'not_a_count' as name,
    a.place,
    a.sheet,
    a.cell,
    a.code,
    a.raw_text
from added as a
inner join sums as s using (place, record_no, value_no)
where a.state = 'unreadable' and not s.is_unreadable;

delete from typed using sums s
where typed.place = s.place and typed.record_no = s.record_no and typed.value_no = s.value_no;

insert into typed by name select * from added;
