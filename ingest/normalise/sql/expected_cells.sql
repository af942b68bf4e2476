-- Every value that a form due should hold, with its cell where one was found. In: geometry, wanted, code_keys.
-- Out: list_facts, list_rows, records, expected_cells (one row per place, record and wanted value), unread_places (lists of
-- which some rows were not read); and problems.

-- What every row of a list below its heading is. A text that is a code of its column is never a total, a remark or a
-- signature, whatever word it begins with.
CREATE TEMP TABLE list_facts AS
WITH code_columns AS (
    SELECT DISTINCT h.place, h.column_no, w.code_list FROM heads h JOIN wanted w ON w.edition = h.edition AND w.head = h.code
),
below AS (
    SELECT b.*, r.last_row, h.place IS NOT NULL AS is_read, k.key IS NOT NULL AS is_code,
        t.place IS NOT NULL AS is_heading,
        regexp_extract(trim(b.text), '^[(]?-?(\d{1,2})[)]?(\s*=.*)?$', 1) AS counted,
        row_number() OVER (PARTITION BY b.place, b.row_no, h.place IS NOT NULL ORDER BY b.column_no) AS position
    FROM body b
    JOIN header r ON r.place = b.place AND b.row_no > r.last_row
    LEFT JOIN heads h ON h.place = b.place AND h.column_no = b.column_no
    LEFT JOIN code_columns c ON c.place = b.place AND c.column_no = b.column_no
    LEFT JOIN code_keys k ON k.period_code = b.period_code AND k.code_list = c.code_list AND k.key = b.key
    LEFT JOIN (
        SELECT DISTINCT place, row_no, column_no FROM hits WHERE axis IN ('column', 'ignored', 'structure', 'group')
    ) t ON t.place = b.place AND t.row_no = b.row_no AND t.column_no = b.column_no
    WHERE b.form_kind = 'list'
),
facts AS (
    SELECT place, row_no, any_value(last_row) AS last_row,
        count(*) FILTER (WHERE is_read) AS read_cells,
        count(*) FILTER (WHERE is_read AND is_figure) AS figures,
        count(*) FILTER (WHERE is_read AND is_code) AS codes,
        bool_and(kind = 'date') FILTER (WHERE is_read) AS only_days,
        min_by(cell, column_no) FILTER (WHERE is_read) AS first_cell,
        min_by(text, column_no) FILTER (WHERE is_read) AS first_text,
        coalesce(bool_or(regexp_matches(key, getvariable('totals'))) FILTER (WHERE kind = 'text' AND NOT is_code), false)
            AS is_total,
        coalesce(bool_or(regexp_matches(key, getvariable('ends'))) FILTER (WHERE kind = 'text' AND NOT is_code), false)
            AS has_end,
        count(*) FILTER (WHERE is_read AND is_heading) >= 2 AND bool_and(is_heading OR NOT is_read) AS is_heading,
        count(*) FILTER (WHERE is_read) >= 2
            AND bool_and(NOT is_read OR counted <> '' OR regexp_matches(trim(text), '^[A-ZĐ]$'))
            AND count(DISTINCT TRY_CAST(nullif(counted, '') AS INTEGER) - position) FILTER (WHERE is_read) = 1
            AND (bool_and(kind = 'text' OR NOT is_read) OR count(*) FILTER (WHERE is_read) >= 4) AS counts_up
    FROM below GROUP BY place, row_no
)
SELECT *, counts_up AND row_no = last_row + 1 AS is_numbering,
    has_end AND read_cells <= 2 AND figures = 0 AND codes = 0 AS is_end,
    bool_or(row_no - coalesce(previous, last_row) > 1) OVER (
        PARTITION BY place ORDER BY row_no ROWS UNBOUNDED PRECEDING) AS after_gap
FROM (SELECT *, lag(row_no) OVER (PARTITION BY place ORDER BY row_no) AS previous FROM facts);

-- What is a record: a row with something in a column of the form, above the foot, that is no total, no numbering of the
-- columns, no repeated heading and no remark standing alone below an empty row.
CREATE TEMP TABLE list_rows AS
SELECT *,
    read_cells > 0 AND row_no < coalesce(end_row, row_no + 1) AND NOT is_total AND NOT is_numbering AND NOT is_heading
        AND NOT (after_gap AND read_cells = 1 AND figures = 0 AND codes = 0) AS is_record,
    -- Below the foot: what looks like a record was not read, and a list of which something was not read is not counted.
    coalesce(row_no >= end_row, false) AND NOT is_total AND figures + codes > 0 AND NOT coalesce(only_days, false)
        AS is_unread
FROM (SELECT *, min(row_no) FILTER (WHERE is_end) OVER (PARTITION BY place) AS end_row FROM list_facts);

CREATE TEMP TABLE unread_places AS SELECT DISTINCT place FROM list_rows WHERE is_unread;

CREATE TEMP TABLE records AS
SELECT place, row_no, row_number() OVER (PARTITION BY place ORDER BY row_no)::INTEGER AS record_no
FROM list_rows WHERE is_record;

-- The answers of a record form stand under their heading, else right of the label.
CREATE TEMP TABLE answer_columns AS
SELECT place, min(column_no) AS answer_column FROM hits WHERE form_kind = 'record' AND axis = 'answer' GROUP BY place;

CREATE TEMP TABLE expected_cells AS
WITH placed AS (
    SELECT ff.place, ff.edition, ff.form_kind, 1 AS record_no, w.value_no, l.row_no, h.column_no
    FROM file_forms ff
    JOIN wanted w USING (edition)
    LEFT JOIN lines l ON l.place = ff.place AND l.code = w.line
    LEFT JOIN heads h ON h.place = ff.place AND h.code = w.head
    WHERE ff.form_kind = 'matrix'
    UNION ALL
    SELECT p.place, p.edition, p.form_kind, 1, w.value_no, l.row_no, coalesce(a.answer_column, l.column_no + 1)
    FROM places p
    JOIN wanted w USING (edition)
    LEFT JOIN lines l ON l.place = p.place AND l.code = w.line
    LEFT JOIN answer_columns a ON a.place = p.place
    WHERE p.form_kind = 'record'
    UNION ALL
    SELECT p.place, p.edition, p.form_kind, r.record_no, w.value_no, r.row_no, h.column_no
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
SELECT f.*, b.kind, b.text, b.shown, b.marks
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
