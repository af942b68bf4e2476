-- The mark above a table with which the sender says that nothing happened in the period. In: hits, header, body,
-- wanted, nil_answers, layout_places. Out: nil_marks (one row per place with something in the mark's cell: said is null
-- where it is not known what; one mark may speak for all sheets of its workbook).

-- Lists with fields that a record may leave empty under a mark.
create temp table shortened_lists as select distinct edition
from wanted
where line is null and head is not null and zero_under_else;

create temp table nil_marks as
with asked as (
    select
        h.place,
        h.row_no,
        h.column_no as question_column
    from hits as h
    inner join header as r using (place)
    where h.axis = 'mark' and h.row_no < r.first_row and h.place not in (select l.place from layout_places as l)
    qualify row_number() over (partition by h.place order by h.row_no, h.column_no) = 1
),

answered as (
    select
        a.place,
        a.row_no,
        a.question_column,
        b.form_kind,
        b.edition,
        b.column_no,
        b.cell,
        b.kind,
        b.key,
        b.text,
        b.marks,
        b.shown
    from asked as a
    inner join
        body as b
        -- The label is printed over two columns; what stands further off is beside the mark, not in it.
        on
            a.place = b.place and a.row_no = b.row_no
            and b.column_no between a.question_column + 1 and a.question_column + 3
    qualify row_number() over (partition by a.place order by b.column_no) = 1
)

select
    w.place,
    w.row_no,
    w.question_column,
    w.column_no,
    w.cell,
    w.text,
    n.said,
    coalesce(n.of_all_sheets, false) as is_of_all_sheets,
    case when n.said is null then 'nil_mark_unknown' end as finding
from answered as w
-- What is struck out, covered, or shows as something else says nothing.
left join
    nil_answers as n
    on
        w.kind = 'text' and w.key = n.key
        and (
            w.form_kind = 'matrix' or n.of_lists
            -- A list of which no field may be left empty is empty, or what is in it is in it.
            or (not n.of_all_sheets and w.edition in (select l.edition from shortened_lists as l))
        )
        and w.shown is null and not regexp_matches(coalesce(w.marks, ''), 'struck|covered')
-- An emptied cell may hold spaces.
where coalesce(w.key, '') <> '' or w.kind <> 'text';
