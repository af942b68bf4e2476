-- Every value that a form due should hold, with its cell where one was found. In: geometry, wanted, words.
-- Out: slots (one row per file, form, record and wanted value); and problems.

-- What is a record of a list: a row with something in a column of the form, above the foot, that is no total, no
-- numbering of the columns and no remark standing alone below an empty row.
CREATE TEMP TABLE list_rows AS
WITH below AS (
    SELECT b.*, r.last_row, h.code IS NOT NULL AS is_read
    FROM body b
    JOIN header r ON r.file_hash = b.file_hash AND r.form = b.form AND b.row_no > r.last_row
    LEFT JOIN heads h ON h.file_hash = b.file_hash AND h.form = b.form AND h.column_no = b.column_no
    WHERE b.form_kind = 'list'
),
facts AS (
    SELECT file_hash, form, version, sheet, row_no, any_value(last_row) AS last_row,
        count(*) FILTER (WHERE is_read) AS read_cells,
        count(*) FILTER (WHERE is_read AND kind <> 'text') AS figures,
        min_by(cell, column_no) FILTER (WHERE is_read) AS first_cell,
        min_by(text, column_no) FILTER (WHERE is_read) AS first_text,
        bool_or(kind = 'text' AND regexp_matches(key, getvariable('totals'))) AS is_total,
        bool_or(kind = 'text' AND regexp_matches(key, getvariable('ends'))) AS has_end,
        bool_and(coalesce(regexp_matches(trim(text), '^(\(?-?\d{1,2}\)?|[A-ZĐ]|\(?\d+\)?\s*=.*)$'), false)) AND count(*) >= 3 AS numbering
    FROM below GROUP BY file_hash, form, version, sheet, row_no
),
placed AS (
    SELECT *,
        bool_or(row_no - coalesce(previous, last_row) > 1) OVER (
            PARTITION BY file_hash, form ORDER BY row_no ROWS UNBOUNDED PRECEDING
        ) AS after_gap,
        min(row_no) FILTER (WHERE has_end AND read_cells <= 2 AND figures = 0) OVER (PARTITION BY file_hash, form) AS end_row
    FROM (SELECT *, lag(row_no) OVER (PARTITION BY file_hash, form ORDER BY row_no) AS previous FROM facts)
)
SELECT *, NOT is_total AND NOT (numbering AND row_no <= last_row + 2) AND NOT (after_gap AND read_cells = 1) AS is_record
FROM placed
WHERE read_cells > 0 AND row_no < coalesce(end_row, row_no + 1);

INSERT INTO problems (name, file_hash, form, sheet, cell, observed)
SELECT 'beside_table', file_hash, form, sheet, first_cell, first_text
FROM list_rows WHERE NOT is_record AND NOT is_total AND NOT numbering;

CREATE TEMP TABLE records AS
SELECT file_hash, form, version, sheet, row_no,
    row_number() OVER (PARTITION BY file_hash, form ORDER BY row_no) AS record_no
FROM list_rows WHERE is_record;

-- The answers of a record form stand under its heading, else right of the label.
CREATE TEMP TABLE answer_columns AS
SELECT file_hash, form, min(column_no) AS answer_column FROM hits
WHERE form_kind = 'record' AND axis = 'answer' GROUP BY ALL;

CREATE TEMP TABLE slots AS
WITH placed AS (
    SELECT ff.file_hash, ff.period_code, ff.form, ff.version, ff.form_kind, 1 AS record_no,
        w.code, w.type, w.code_list, w.required, w.label, w.applicable,
        p.sheet, l.row_no, CASE WHEN l.row_no IS NOT NULL THEN h.column_no END AS column_no
    FROM file_forms ff
    JOIN wanted w ON w.form = ff.form AND w.version = ff.version
    LEFT JOIN places p ON p.file_hash = ff.file_hash AND p.form = ff.form
    LEFT JOIN lines l ON l.file_hash = ff.file_hash AND l.form = ff.form AND l.code = w.line
    LEFT JOIN heads h ON h.file_hash = ff.file_hash AND h.form = ff.form AND h.code = w.head
    WHERE ff.form_kind = 'matrix'
    UNION ALL
    SELECT p.file_hash, p.period_code, p.form, p.version, p.form_kind, 1,
        w.code, w.type, w.code_list, w.required, w.label, w.applicable,
        p.sheet, l.row_no, coalesce(a.answer_column, l.column_no + 1)
    FROM places p
    JOIN wanted w ON w.form = p.form AND w.version = p.version
    LEFT JOIN lines l ON l.file_hash = p.file_hash AND l.form = p.form AND l.code = w.line
    LEFT JOIN answer_columns a ON a.file_hash = p.file_hash AND a.form = p.form
    WHERE p.form_kind = 'record'
    UNION ALL
    SELECT r.file_hash, p.period_code, r.form, r.version, 'list', r.record_no,
        w.code, w.type, w.code_list, w.required, w.label, w.applicable,
        r.sheet, CASE WHEN h.column_no IS NOT NULL THEN r.row_no END, h.column_no
    FROM records r
    JOIN places p ON p.file_hash = r.file_hash AND p.form = r.form
    JOIN wanted w ON w.form = r.form AND w.version = r.version
    LEFT JOIN heads h ON h.file_hash = r.file_hash AND h.form = r.form AND h.code = w.head
)
SELECT s.* REPLACE (CASE WHEN s.row_no IS NOT NULL THEN s.column_no END AS column_no), b.kind, b.text,
    CASE WHEN s.column_no IS NOT NULL THEN a1(s.row_no, s.column_no) END AS cell
FROM placed s
LEFT JOIN body b ON b.file_hash = s.file_hash AND b.form = s.form AND b.row_no = s.row_no AND b.column_no = s.column_no;

-- Lines and columns that the sheet does not print although the form does.
INSERT INTO problems (name, file_hash, form, sheet, expected)
WITH expected AS (
    SELECT DISTINCT form, version, axis, code, label FROM (
        SELECT form, version, 'row' AS axis, line AS code FROM wanted WHERE line IS NOT NULL
        UNION SELECT form, version, 'column', head FROM wanted WHERE head IS NOT NULL
    ) JOIN (
        SELECT form, version, axis, code, min_by(label, rank) AS label FROM labels GROUP BY ALL
    ) USING (form, version, axis, code)
)
SELECT 'item_missing', p.file_hash, p.form, p.sheet, e.label
FROM places p JOIN expected e ON e.form = p.form AND e.version = p.version
WHERE (p.form_kind = 'record' OR EXISTS (FROM header h WHERE h.file_hash = p.file_hash AND h.form = p.form))
    AND NOT EXISTS (FROM line_hits l WHERE e.axis = 'row' AND l.file_hash = p.file_hash AND l.form = p.form AND l.code = e.code)
    AND NOT EXISTS (FROM head_hits h WHERE e.axis = 'column' AND h.file_hash = p.file_hash AND h.form = p.form AND h.code = e.code);
