-- A total that a sender wrote into a list, held against the rows that were read. In: list_rows, records, typed, body,
-- heads, wanted, unread_places. Out: list_totals; problems.
-- Below a column of numbers stands their sum; elsewhere in the row, or within its words, the number of rows. A list may
-- be cut into blocks, and a total may stand above its rows: what agrees with any of these readings says nothing.
-- Where no row stands on one side, there is nothing on that side to agree with.

create temp table list_totals as
with total_rows as (
    select
        place,
        row_no,
        lag(row_no, 1, 0) over (partition by place order by row_no) as former,
        lead(row_no) over (partition by place order by row_no) as next
    from list_rows
    where is_total and row_no < coalesce(end_row, row_no + 1)
),

summed_columns as (
    select distinct
        h.place,
        h.column_no,
        w.value_no
    from heads as h
    inner join wanted as w on h.edition = w.edition and h.code = w.head
    where w.type in ('count', 'balance', 'money')
),

-- Per figure of a total row in a column of the form: the column that it sums up, none where it can only count rows.
figures as (
    select
        t.*,
        b.cell,
        b.text,
        c.value_no,
        try_cast(trim(b.text) as double) as stored,
        count(*) filter (c.value_no is null) over (partition by t.place, t.row_no) as others
    from total_rows as t
    inner join body as b on t.place = b.place and t.row_no = b.row_no
    left join summed_columns as c on b.place = c.place and b.column_no = c.column_no
    where
        b.kind in ('number', 'text') and try_cast(trim(b.text) as double) is not null
        and (b.place, b.column_no) in (select (h.place, h.column_no) from heads as h)
),

-- "Tổng cộng: 5 trường hợp", where no cell of the row holds a number. "Tổng cộng năm 2025" and "6 tháng" count nothing.
worded as (
    select
        t.*,
        b.cell,
        b.text,
        null::integer as value_no,
        try_cast(regexp_extract(b.text, '^\D+[:=]\s*(\d{1,6})(\s+[^\d%]*)?$', 1) as double) as stored
    from total_rows as t
    inner join body as b on t.place = b.place and t.row_no = b.row_no
    anti join figures as f on t.place = f.place and t.row_no = f.row_no
    where
        b.says_total
        and not regexp_matches(b.key, '\d\s*(tháng|năm|quý|ngày)')
),

asked as (
    select * exclude (others) from figures
    where value_no is not null or others = 1
    union all
    select * from worded
    where stored is not null
),

-- What each record adds to the sum; to the number of rows each adds one.
added as (
    select
        r.place,
        r.row_no,
        t.value_no,
        t.value,
        t.cell,
        t.state in ('missing', 'unreadable') as is_unknown
    from records as r
    inner join typed as t on r.place = t.place and r.record_no = t.record_no
    inner join wanted as w on t.value_no = w.value_no and w.type in ('count', 'balance', 'money')
    union all
    select
        place,
        row_no,
        null as value_no,
        1 as value,
        null as cell,
        false as is_unknown
    from records
)

select
    a.place,
    a.row_no,
    a.cell,
    a.text,
    a.stored,
    sum(d.value) filter (d.row_no < a.row_no) as above,
    sum(d.value) filter (d.row_no < a.row_no and d.row_no > a.former) as block_above,
    sum(d.value) filter (d.row_no > a.row_no) as below,
    sum(d.value) filter (d.row_no > a.row_no and d.row_no < coalesce(a.next, d.row_no + 1)) as block_below,
    coalesce(bool_or(d.is_unknown), false) as is_unknown,
    string_agg(d.cell, '; ' order by d.row_no) as parts
from asked as a
left join added as d on a.place = d.place and a.value_no is not distinct from d.value_no
group by a.place, a.row_no, a.cell, a.text, a.stored, a.former, a.next, a.value_no;

insert into problems (name, place, cell, observed, expected, cells)
select
    'list_total_differs' as name,
    t.place,
    t.cell,
    t.text,
    coalesce(t.above, t.below, 0)::bigint::varchar as expected,
    p.sheet || '!' || t.cell || coalesce('; ' || t.parts, '') as cells
from list_totals as t
inner join places as p using (place)
where
    not t.is_unknown and t.stored <> coalesce(t.above, t.below, 0)
    and not coalesce(t.stored in (t.block_above, t.below, t.block_below), false)
    and t.place not in (select u.place from unread_places as u);
