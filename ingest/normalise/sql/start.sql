-- What every step writes into, and the address of a cell. A place is one form of one file, by number; cells lists all
-- cells of a problem that concerns several.
create temp table problems (
    name varchar, file_no integer, place integer, sheet varchar, cell varchar, cell_code varchar,
    observed varchar, expected varchar, detail varchar, suggested varchar, cells varchar, thing varchar
);

create temp macro a1(row_no, column_no) as
case when column_no > 702 then chr((64 + (column_no - 703) // 676 + 1)::integer) else '' end
|| case when column_no > 26 then chr((65 + ((column_no - 27) // 26) % 26)::integer) else '' end
|| chr((65 + (column_no - 1) % 26)::integer) || row_no;

-- A number, or a text of digits and what stands between and around them; no space that a program knows is no space.
create temp macro is_figure_of(kind, content) as
kind <> 'text' or regexp_matches(
    content,
    '^[\s\x{00A0}\x{2000}-\x{200B}\x{2028}\x{2029}\x{202F}\x{3000}\x{FEFF}]*[(−-]?[\s\x{00A0}\x{2000}-\x{200B}\x{2028}\x{2029}\x{202F}]*\d[\d.,/\s\x{00A0}\x{2000}-\x{200B}\x{2028}\x{2029}\x{202F}\x{3000}\x{FEFF}]*\)?[\s\x{00A0}\x{200B}\x{2028}\x{2029}\x{FEFF}]*$'  -- noqa: LT05
);
