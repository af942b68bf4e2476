-- What the steps layouts and sums leave where no submission is part of a file of a known layout. In: file_forms,
-- layout_cells. Out: layout_places and layout_values, both empty.

create temp table layout_places as
select
    *,
    null::varchar as sheet,
    null::boolean as blank_is_zero
from file_forms
where false;

create temp table layout_values as
select
    file_no,
    sheet,
    row_no,
    column_no,
    null::varchar as finding
from layout_cells
where false;
