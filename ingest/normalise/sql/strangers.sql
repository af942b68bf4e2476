-- What stands in or beside a table and is not read: unknown lines, unknown headings, values outside the columns,
-- sheets that are no form; and tables that were moved. In: geometry, slots, printed. Out: problems.

CREATE TEMP TABLE extents AS
SELECT r.place, any_value(r.first_row) AS first_row, any_value(r.last_row) AS last_row,
    min(h.column_no) AS first_value, any_value(l.first_line) AS first_line, any_value(l.last_line) AS last_line,
    coalesce(any_value(l.label_column), 0) AS label_column
FROM header r
JOIN heads h USING (place)
LEFT JOIN (
    SELECT place, min(row_no) AS first_line, max(row_no) AS last_line, max(column_no) AS label_column
    FROM line_hits GROUP BY place
) l USING (place)
GROUP BY r.place;

-- Columns whose heading is known: read, knowingly not read, or the table's own structure.
CREATE TEMP TABLE known_columns AS
SELECT DISTINCT h.place, h.column_no FROM hits h
JOIN header r ON r.place = h.place AND h.row_no BETWEEN r.first_row AND r.last_row
WHERE h.axis IN ('column', 'ignored', 'structure');

CREATE TEMP TABLE strange_heads AS
SELECT b.place, b.cell, b.column_no, b.text
FROM body b
JOIN extents e ON e.place = b.place AND b.row_no BETWEEN e.first_row AND e.last_row AND b.column_no > e.label_column
ANTI JOIN hits h ON h.place = b.place AND h.row_no = b.row_no AND h.column_no = b.column_no
    AND h.axis IN ('column', 'ignored', 'structure', 'group')
WHERE b.kind = 'text' AND b.key <> '';

INSERT INTO problems (name, place, cell, observed) SELECT 'unknown_header', place, cell, text FROM strange_heads;

INSERT INTO problems (name, place, cell, observed)
SELECT 'beside_table', b.place, b.cell, b.text
FROM body b
JOIN extents e ON e.place = b.place
LEFT JOIN records c ON c.place = b.place AND c.row_no = b.row_no
ANTI JOIN known_columns k ON k.place = b.place AND k.column_no = b.column_no
ANTI JOIN strange_heads s ON s.place = b.place AND s.column_no = b.column_no
WHERE b.kind = 'number' AND CASE b.form_kind
    WHEN 'matrix' THEN b.row_no BETWEEN e.first_line AND e.last_line AND b.column_no > e.label_column
    ELSE c.place IS NOT NULL AND b.column_no > e.first_value END;

-- Rows with figures in the form's columns that are no line of the form: among the lines, or right below them.
INSERT INTO problems (name, place, cell, observed)
WITH strays AS (
    SELECT b.*, e.first_value, h.place IS NOT NULL AND (b.kind <> 'text' OR regexp_matches(b.text, '^\s*\d')) AS is_figure,
        b.column_no < e.first_value AND b.kind = 'text' AS is_label
    FROM body b
    JOIN extents e ON e.place = b.place AND b.row_no BETWEEN e.first_line AND e.last_line + 3
    LEFT JOIN heads h ON h.place = b.place AND h.column_no = b.column_no
    ANTI JOIN line_hits l ON l.place = b.place AND l.row_no = b.row_no
    WHERE b.form_kind = 'matrix'
),
told AS (
    SELECT place, row_no,
        max_by(cell, column_no) FILTER (WHERE is_label) AS label_cell,
        max_by(text, column_no) FILTER (WHERE is_label) AS label,
        min_by(cell, column_no) FILTER (WHERE is_figure) AS value_cell,
        min_by(text, column_no) FILTER (WHERE is_figure) AS value
    FROM strays GROUP BY place, row_no
    HAVING value_cell IS NOT NULL
        AND NOT coalesce(bool_or(regexp_matches(key, getvariable('totals'))) FILTER (WHERE is_label), false)
)
SELECT CASE WHEN label IS NULL THEN 'beside_table' ELSE 'unknown_label' END, place,
    coalesce(label_cell, value_cell), coalesce(label, value)
FROM told;

-- A figure beside an empty answer of a record form.
INSERT INTO problems (name, place, cell, observed)
SELECT 'beside_table', b.place, b.cell, b.text
FROM slots s
JOIN body b ON b.place = s.place AND b.row_no = s.row_no AND b.column_no > s.column_no
WHERE s.form_kind = 'record' AND s.text IS NULL AND b.kind IN ('number', 'date');

INSERT INTO problems (name, place)
SELECT DISTINCT 'moved', m.place
FROM (
    SELECT place, edition, 'row' AS axis, code, row_no AS position FROM lines
    UNION ALL SELECT place, edition, 'column', code, column_no FROM heads
) m
JOIN printed p USING (edition, axis, code) WHERE m.position <> p.position;

-- A sheet with content that is no form of this workbook.
INSERT INTO problems (name, file_no, sheet, observed)
SELECT 'unknown_sheet', s.file_no, s.sheet, s.sheet
FROM sheet_keys s
ANTI JOIN sheet_hits h ON h.file_no = s.file_no AND h.sheet = s.sheet
ANTI JOIN plain_sheets c ON c.key = s.key
WHERE NOT starts_with(s.sheet, '_');
