-- What every step writes into, and the address of a cell. A place is one form of one file, by number; cells lists all
-- cells of a problem that concerns several.
CREATE TEMP TABLE problems (
    name VARCHAR, file_no INTEGER, place INTEGER, sheet VARCHAR, cell VARCHAR, cell_code VARCHAR,
    observed VARCHAR, expected VARCHAR, detail VARCHAR, suggested VARCHAR, cells VARCHAR
);

CREATE MACRO a1(row_no, column_no) AS
    CASE WHEN column_no > 702 THEN chr((64 + (column_no - 703) // 676 + 1)::INTEGER) ELSE '' END
    || CASE WHEN column_no > 26 THEN chr((65 + ((column_no - 27) // 26) % 26)::INTEGER) ELSE '' END
    || chr((65 + (column_no - 1) % 26)::INTEGER) || row_no;

-- A number, or a text of digits and what stands between and around them; no space that a program knows is no space.
CREATE MACRO is_figure_of(kind, content) AS
    kind <> 'text' OR regexp_matches(
        content, '^[\s\x{00A0}\x{2000}-\x{200B}\x{202F}\x{3000}\x{FEFF}]*[(−-]?[\s\x{00A0}\x{2000}-\x{200B}\x{202F}]*\d[\d.,/\s\x{00A0}\x{2000}-\x{200B}\x{202F}\x{3000}\x{FEFF}]*\)?[\s\x{00A0}\x{200B}\x{FEFF}]*$'
    );
