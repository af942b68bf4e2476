-- What stands in or beside a table and is not read: unknown lines, unknown headings, values outside the columns,
-- sheets that are no form; and tables that were moved. In: geometry, slots, printed. Out: problems.

CREATE TEMP TABLE table_cells AS
WITH extent AS (
    SELECT r.file_hash, r.form, r.first_row, r.last_row, min(h.column_no) AS first_value,
        l.first_line, l.last_line, coalesce(l.label_column, 0) AS label_column
    FROM header r
    JOIN heads h ON h.file_hash = r.file_hash AND h.form = r.form
    LEFT JOIN (
        SELECT file_hash, form, min(row_no) AS first_line, max(row_no) AS last_line, max(column_no) AS label_column
        FROM line_hits GROUP BY ALL
    ) l ON l.file_hash = r.file_hash AND l.form = r.form
    GROUP BY ALL
)
SELECT b.*, e.* EXCLUDE (file_hash, form),
    CASE b.form_kind
        WHEN 'list' THEN EXISTS (
            FROM records c WHERE c.file_hash = b.file_hash AND c.form = b.form AND c.row_no = b.row_no)
        ELSE b.row_no BETWEEN e.first_line AND e.last_line END AS is_inside
FROM body b JOIN extent e ON e.file_hash = b.file_hash AND e.form = b.form;

-- Columns whose heading is known: read, knowingly not read, or the table's own structure.
CREATE TEMP TABLE known_columns AS
SELECT DISTINCT h.file_hash, h.form, h.column_no FROM hits h
JOIN header r ON r.file_hash = h.file_hash AND r.form = h.form AND h.row_no BETWEEN r.first_row AND r.last_row
WHERE h.axis IN ('column', 'ignored', 'structure');

CREATE TEMP TABLE strange_heads AS
SELECT t.file_hash, t.form, t.sheet, t.cell, t.column_no, t.text
FROM table_cells t
WHERE t.kind = 'text' AND t.key <> '' AND t.row_no BETWEEN t.first_row AND t.last_row AND t.column_no > t.label_column
    AND NOT EXISTS (
        FROM labels l WHERE l.form = t.form AND l.version = t.version AND l.label_key = t.key
            AND l.axis IN ('column', 'ignored', 'structure', 'group'));

INSERT INTO problems (name, file_hash, form, sheet, cell, observed)
SELECT 'unknown_header', file_hash, form, sheet, cell, text FROM strange_heads;

INSERT INTO problems (name, file_hash, form, sheet, cell, observed)
SELECT 'beside_table', t.file_hash, t.form, t.sheet, t.cell, t.text
FROM table_cells t
WHERE t.kind = 'number' AND t.is_inside AND t.column_no > t.label_column
    AND (t.form_kind = 'matrix' OR t.column_no > t.first_value)
    AND NOT EXISTS (
        FROM known_columns k WHERE k.file_hash = t.file_hash AND k.form = t.form AND k.column_no = t.column_no)
    AND NOT EXISTS (
        FROM strange_heads k WHERE k.file_hash = t.file_hash AND k.form = t.form AND k.column_no = t.column_no);

-- Rows with figures in the form's columns that are no line of the form: among the lines, or right below them.
INSERT INTO problems (name, file_hash, form, sheet, cell, observed)
WITH rows AS (
    SELECT t.file_hash, t.form, t.sheet, t.row_no,
        max_by(t.cell, t.column_no) FILTER (WHERE t.column_no < t.first_value AND t.kind = 'text') AS label_cell,
        max_by(t.text, t.column_no) FILTER (WHERE t.column_no < t.first_value AND t.kind = 'text') AS label,
        bool_or(t.column_no < t.first_value AND t.kind = 'text'
            AND regexp_matches(t.key, getvariable('totals'))) AS is_total,
        min_by(t.cell, t.column_no) FILTER (WHERE h.code IS NOT NULL AND (t.kind <> 'text' OR regexp_matches(t.text, '^\s*\d'))) AS value_cell,
        min_by(t.text, t.column_no) FILTER (WHERE h.code IS NOT NULL AND (t.kind <> 'text' OR regexp_matches(t.text, '^\s*\d'))) AS value
    FROM table_cells t
    LEFT JOIN heads h ON h.file_hash = t.file_hash AND h.form = t.form AND h.column_no = t.column_no
    WHERE t.form_kind = 'matrix' AND t.row_no BETWEEN t.first_line AND t.last_line + 3
    GROUP BY ALL
)
SELECT CASE WHEN label IS NULL THEN 'beside_table' ELSE 'unknown_label' END, r.file_hash, r.form, r.sheet,
    coalesce(label_cell, value_cell), coalesce(label, value)
FROM rows r
WHERE value_cell IS NOT NULL AND NOT coalesce(is_total, false) AND NOT EXISTS (
    FROM line_hits l WHERE l.file_hash = r.file_hash AND l.form = r.form AND l.row_no = r.row_no);

-- A figure beside an empty answer of a record form.
INSERT INTO problems (name, file_hash, form, sheet, cell, observed)
SELECT 'beside_table', b.file_hash, b.form, b.sheet, b.cell, b.text
FROM slots s
JOIN body b ON b.file_hash = s.file_hash AND b.form = s.form AND b.row_no = s.row_no AND b.column_no > s.column_no
WHERE s.form_kind = 'record' AND s.text IS NULL AND b.kind IN ('number', 'date');

INSERT INTO problems (name, file_hash, form, sheet)
SELECT DISTINCT 'moved', m.file_hash, m.form, m.sheet
FROM (
    SELECT file_hash, form, version, sheet, 'row' AS axis, code, row_no AS position FROM lines
    UNION ALL SELECT file_hash, form, version, sheet, 'column', code, column_no FROM heads
) m
JOIN printed p USING (form, version, axis, code) WHERE m.position <> p.position;

-- A sheet with content that is no form of this workbook.
INSERT INTO problems (name, file_hash, sheet, observed)
SELECT 'unknown_sheet', s.file_hash, s.sheet, s.sheet
FROM sheet_keys s
WHERE NOT starts_with(s.sheet, '_')
    AND NOT EXISTS (FROM sheet_hits h WHERE h.file_hash = s.file_hash AND h.sheet = s.sheet)
    AND NOT EXISTS (FROM cover_sheets c WHERE c.key = s.key);
