-- In: layout_cells, layout_values. Out: account.
-- Files of a committee's own form: what their layout's declaration makes of each cell.
insert into account by name
with marked as (
    select
        *,
        contains(coalesce(marks, ''), 'personal') as personal
    from layout_cells
)

select
    c.file_no,
    c.sheet,
    'layout' as form_kind,
    c.row_no,
    c.column_no,
    a1(c.row_no, c.column_no) as cell,
    c.kind,
    c.text,
    c.shown,
    c.marks,
    is_figure_of(c.kind, c.text) as is_figure,
    case
        when c.personal then 'unread' when c.reason = 'value' and v.row_no is null then 'unread'
        when c.is_unread then 'unread' when c.reason <> 'value' then 'ignored'
        when v.finding is not null then 'unreadable' else 'value'
    end as outcome,
    case
        when c.personal then 'personal' when c.reason = 'value' and v.row_no is null then 'not_due'
        when c.reason = 'value' then coalesce(v.finding, 'value') else c.reason
    end as reason,
    c.reason in ('value', 'beside_table') as is_near_input
from marked as c
left join layout_values as v using (file_no, sheet, row_no, column_no);
