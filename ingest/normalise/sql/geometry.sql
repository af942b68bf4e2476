-- Where the tables of the forms stand, found by what is printed. In: files, raw_cells, text_keys, sheet_keys, due,
-- labels. Out: places (one row per file and form found), body, header, heads, lines; and problems.

CREATE TEMP TABLE file_forms AS
SELECT f.file_hash, f.period_code, d.form, d.version, d.form_kind, d.title FROM files f JOIN due d USING (period_code);

CREATE TEMP TABLE sheet_hits AS
SELECT ff.*, s.sheet, count(*) OVER (PARTITION BY ff.file_hash, ff.form) AS candidates
FROM file_forms ff
JOIN labels l ON l.form = ff.form AND l.version = ff.version AND l.axis = 'sheet'
JOIN sheet_keys s ON s.file_hash = ff.file_hash AND s.key = l.label_key;

-- Two sheets that both could be the form are never chosen between.
CREATE TEMP TABLE places AS SELECT * EXCLUDE (candidates) FROM sheet_hits WHERE candidates = 1;

INSERT INTO problems (name, file_hash, form, sheet, observed)
SELECT 'duplicate_sheet', file_hash, form, sheet, sheet FROM sheet_hits WHERE candidates > 1;

INSERT INTO problems (name, file_hash, form, expected, detail)
SELECT 'sheet_missing', ff.file_hash, ff.form, l.label, ff.title
FROM file_forms ff
JOIN (SELECT form, version, min_by(label, rank) AS label FROM labels WHERE axis = 'sheet' GROUP BY ALL) l
    ON l.form = ff.form AND l.version = ff.version
WHERE NOT EXISTS (FROM sheet_hits h WHERE h.file_hash = ff.file_hash AND h.form = ff.form);

CREATE TEMP TABLE body AS
SELECT p.file_hash, p.form, p.version, p.form_kind, c.sheet, c.row_no, c.column_no, c.cell, c.kind, c.text,
    CASE c.kind WHEN 'text' THEN k.key WHEN 'number' THEN c.text END AS key
FROM raw_cells c
JOIN places p ON p.file_hash = c.file_hash AND p.sheet = c.sheet
LEFT JOIN text_keys k ON k.text = c.text AND c.kind = 'text';

CREATE TEMP TABLE hits AS
SELECT b.*, l.axis, l.code, l.ordinal_key, l.group_key
FROM body b JOIN labels l ON l.form = b.form AND l.version = b.version AND l.label_key = b.key
WHERE b.kind = 'text' AND l.axis <> 'sheet';

-- The header: the rows within reach of each other that name most columns; among equals the one nearest above the
-- lines (a matrix) or the first (a list).
CREATE TEMP TABLE header AS
WITH marks AS (
    SELECT DISTINCT file_hash, form, form_kind, row_no, axis, code
    FROM hits WHERE axis IN ('column', 'ignored', 'group', 'structure') AND form_kind <> 'record'
),
windows AS (
    SELECT r.file_hash, r.form, r.form_kind, r.row_no AS first_row, max(m.row_no) AS last_row,
        count(DISTINCT m.code) FILTER (WHERE m.axis = 'column') AS columns,
        count(DISTINCT m.axis || m.code) AS named
    FROM (SELECT DISTINCT file_hash, form, form_kind, row_no FROM marks) r
    JOIN marks m ON m.file_hash = r.file_hash AND m.form = r.form
        AND m.row_no BETWEEN r.row_no AND r.row_no + 3
    GROUP BY ALL HAVING columns > 0
),
weighed AS (
    SELECT w.*, count(DISTINCT h.code) FILTER (WHERE h.axis = 'row' AND h.row_no > w.last_row) AS lines_below
    FROM windows w
    LEFT JOIN hits h ON h.file_hash = w.file_hash AND h.form = w.form AND h.axis = 'row'
    GROUP BY ALL
)
SELECT file_hash, form, first_row, last_row FROM weighed
QUALIFY row_number() OVER (
    PARTITION BY file_hash, form
    ORDER BY columns DESC, lines_below DESC, named DESC, CASE WHEN form_kind = 'matrix' THEN -first_row ELSE first_row END
) = 1;

INSERT INTO problems (name, file_hash, form, sheet, detail)
SELECT 'table_not_found', p.file_hash, p.form, p.sheet, p.title
FROM places p ANTI JOIN header h ON h.file_hash = p.file_hash AND h.form = p.form
WHERE p.form_kind <> 'record';

-- Columns. A heading that stands for several columns of the form is told apart by the group heading above it.
CREATE TEMP TABLE head_hits AS
WITH candidates AS (
    SELECT h.*, count(*) OVER (PARTITION BY h.file_hash, h.form, h.row_no, h.column_no) AS meanings
    FROM hits h JOIN header r ON r.file_hash = h.file_hash AND r.form = h.form
        AND h.row_no BETWEEN r.first_row AND r.last_row
    WHERE h.axis = 'column'
),
grouped AS (
    SELECT c.file_hash, c.form, c.row_no, c.column_no, max_by(g.label_key, b.column_no) AS group_above
    FROM (SELECT DISTINCT file_hash, form, version, row_no, column_no FROM candidates WHERE meanings > 1) c
    JOIN body b ON b.file_hash = c.file_hash AND b.form = c.form AND b.row_no < c.row_no AND b.column_no <= c.column_no
    JOIN labels g ON g.form = c.form AND g.version = c.version AND g.axis = 'group' AND g.label_key = b.key
    GROUP BY ALL
)
SELECT c.* EXCLUDE (meanings),
    count(*) OVER (PARTITION BY c.file_hash, c.form, c.code) AS times,
    count(*) OVER (PARTITION BY c.file_hash, c.form, c.row_no, c.column_no) AS readings
FROM candidates c
LEFT JOIN grouped g ON g.file_hash = c.file_hash AND g.form = c.form AND g.row_no = c.row_no AND g.column_no = c.column_no
WHERE c.meanings = 1 OR coalesce(g.group_above, '') = c.group_key;

CREATE TEMP TABLE heads AS SELECT * FROM head_hits WHERE times = 1 AND readings = 1;

-- Lines. The ordinal left of a label is only a second witness: it tells lines of one label apart, and a conflict is told.
CREATE TEMP TABLE line_hits AS
WITH bounds AS (
    SELECT h.file_hash, h.form, any_value(r.last_row) AS last_row, min(h.column_no) AS first_value
    FROM heads h JOIN header r USING (file_hash, form) GROUP BY ALL
),
inside AS (
    SELECT h.* FROM hits h JOIN bounds b USING (file_hash, form)
    WHERE h.form_kind = 'matrix' AND h.axis = 'row' AND h.row_no > b.last_row AND h.column_no < b.first_value
    UNION ALL
    SELECT h.* FROM hits h WHERE h.form_kind = 'record' AND h.axis = 'row'
),
leftmost AS (
    SELECT * FROM inside QUALIFY column_no = min(column_no) OVER (PARTITION BY file_hash, form, row_no, code)
),
witnessed AS (
    SELECT i.*, o.ordinal,
        count(*) OVER (PARTITION BY i.file_hash, i.form, i.row_no, i.column_no) AS meanings
    FROM leftmost i
    LEFT JOIN (
        SELECT l.file_hash, l.form, l.row_no, l.column_no, max_by(b.key, b.column_no) AS ordinal
        FROM (SELECT DISTINCT file_hash, form, row_no, column_no FROM leftmost) l
        JOIN body b ON b.file_hash = l.file_hash AND b.form = l.form AND b.row_no = l.row_no
            AND b.column_no < l.column_no AND b.key IS NOT NULL
        GROUP BY ALL
    ) o USING (file_hash, form, row_no, column_no)
)
SELECT * EXCLUDE (meanings),
    count(*) OVER (PARTITION BY file_hash, form, code) AS times,
    count(*) OVER (PARTITION BY file_hash, form, row_no, column_no) AS readings
FROM witnessed WHERE meanings = 1 OR coalesce(ordinal, '') = ordinal_key;

CREATE TEMP TABLE lines AS SELECT * FROM line_hits WHERE times = 1 AND readings = 1;

INSERT INTO problems (name, file_hash, form, sheet, cell, observed)
SELECT DISTINCT 'duplicate_label', file_hash, form, sheet, cell, text
FROM (FROM head_hits UNION ALL BY NAME FROM line_hits) WHERE times > 1 OR readings > 1;

INSERT INTO problems (name, file_hash, form, sheet, cell, observed, expected)
SELECT 'ordinal_conflict', l.file_hash, l.form, l.sheet, l.cell, l.ordinal, upper(l.ordinal_key)
FROM lines l
WHERE l.ordinal <> l.ordinal_key AND EXISTS (
    FROM labels o WHERE o.form = l.form AND o.version = l.version AND o.axis = 'row' AND o.ordinal_key = l.ordinal
);
