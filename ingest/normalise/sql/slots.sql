-- Every value that a form due should hold, with its cell where one was found. In: geometry, wanted.
-- Out: records, slots (one row per place, record and wanted value); and problems.

-- What is a record of a list: a row with something in a column of the form, above the foot, that is no total, no
-- numbering of the columns and no remark standing alone below an empty row.
CREATE TEMP TABLE list_rows AS
WITH below AS (
    SELECT b.*, r.last_row, h.place IS NOT NULL AS is_read
    FROM body b
    JOIN header r ON r.place = b.place AND b.row_no > r.last_row
    LEFT JOIN heads h ON h.place = b.place AND h.column_no = b.column_no
    WHERE b.form_kind = 'list'
),
facts AS (
    SELECT place, row_no, any_value(last_row) AS last_row,
        count(*) FILTER (WHERE is_read) AS read_cells,
        count(*) FILTER (WHERE is_read AND kind <> 'text') AS figures,
        min_by(cell, column_no) FILTER (WHERE is_read) AS first_cell,
        min_by(text, column_no) FILTER (WHERE is_read) AS first_text,
        coalesce(bool_or(regexp_matches(key, getvariable('totals'))) FILTER (WHERE kind = 'text'), false) AS is_total,
        coalesce(bool_or(regexp_matches(key, getvariable('ends'))) FILTER (WHERE kind = 'text'), false) AS has_end,
        count(*) >= 3 AND bool_and(
            regexp_matches(trim(text), '^(\(?-?\d{1,2}\)?|[A-ZĐ]|\(?\d+\)?\s*=.*)$')) AS numbering
    FROM below GROUP BY place, row_no
),
placed AS (
    SELECT *,
        bool_or(row_no - coalesce(previous, last_row) > 1) OVER (
            PARTITION BY place ORDER BY row_no ROWS UNBOUNDED PRECEDING) AS after_gap,
        min(row_no) FILTER (WHERE has_end AND read_cells <= 2 AND figures = 0) OVER (PARTITION BY place) AS end_row
    FROM (SELECT *, lag(row_no) OVER (PARTITION BY place ORDER BY row_no) AS previous FROM facts)
)
SELECT *, NOT is_total AND NOT (numbering AND row_no <= last_row + 2) AND NOT (after_gap AND read_cells = 1) AS is_record
FROM placed
WHERE read_cells > 0 AND row_no < coalesce(end_row, row_no + 1);

INSERT INTO problems (name, place, cell, observed)
SELECT 'beside_table', place, first_cell, first_text
FROM list_rows WHERE NOT is_record AND NOT is_total AND NOT numbering;

CREATE TEMP TABLE records AS
SELECT place, row_no, row_number() OVER (PARTITION BY place ORDER BY row_no)::INTEGER AS record_no
FROM list_rows WHERE is_record;

-- The answers of a record form stand under their heading, else right of the label.
CREATE TEMP TABLE answer_columns AS
SELECT place, min(column_no) AS answer_column FROM hits WHERE form_kind = 'record' AND axis = 'answer' GROUP BY place;

CREATE TEMP TABLE slots AS
WITH placed AS (
    SELECT ff.place, ff.edition, ff.form_kind, 1 AS record_no, w.slot, l.row_no, h.column_no
    FROM file_forms ff
    JOIN wanted w USING (edition)
    LEFT JOIN lines l ON l.place = ff.place AND l.code = w.line
    LEFT JOIN heads h ON h.place = ff.place AND h.code = w.head
    WHERE ff.form_kind = 'matrix'
    UNION ALL
    SELECT p.place, p.edition, p.form_kind, 1, w.slot, l.row_no, coalesce(a.answer_column, l.column_no + 1)
    FROM places p
    JOIN wanted w USING (edition)
    LEFT JOIN lines l ON l.place = p.place AND l.code = w.line
    LEFT JOIN answer_columns a ON a.place = p.place
    WHERE p.form_kind = 'record'
    UNION ALL
    SELECT p.place, p.edition, p.form_kind, r.record_no, w.slot, r.row_no, h.column_no
    FROM records r
    JOIN places p USING (place)
    JOIN wanted w USING (edition)
    LEFT JOIN heads h ON h.place = r.place AND h.code = w.head
),
found AS (
    SELECT * REPLACE (
        CASE WHEN column_no IS NOT NULL THEN row_no END AS row_no,
        CASE WHEN row_no IS NOT NULL THEN column_no END AS column_no)
    FROM placed
)
SELECT f.*, b.kind, b.text
FROM found f LEFT JOIN body b ON b.place = f.place AND b.row_no = f.row_no AND b.column_no = f.column_no;

-- Lines and columns that the sheet does not print although the form does.
INSERT INTO problems (name, place, expected)
WITH expected AS (
    SELECT DISTINCT w.edition, w.axis, w.code, l.label
    FROM (
        SELECT edition, 'row' AS axis, line AS code FROM wanted WHERE line IS NOT NULL
        UNION SELECT edition, 'column', head FROM wanted WHERE head IS NOT NULL
    ) w
    JOIN (SELECT edition, axis, code, min_by(label, rank) AS label FROM labels GROUP BY ALL) l USING (edition, axis, code)
),
found AS (
    SELECT place, 'row' AS axis, code FROM line_hits UNION SELECT place, 'column', code FROM head_hits
)
SELECT 'item_missing', p.place, e.label
FROM places p
JOIN expected e USING (edition)
LEFT JOIN header r ON r.place = p.place
ANTI JOIN found f ON f.place = p.place AND f.axis = e.axis AND f.code = e.code
WHERE p.form_kind = 'record' OR r.place IS NOT NULL;
