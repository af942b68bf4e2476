-- Where the tables of the forms stand, found by what is printed. In: files, raw_cells, text_keys, sheet_keys, due,
-- labels, parts, layout_forms. Out: file_forms (every place that is due), places (those with a sheet), body, header, heads, lines; problems.

CREATE TEMP TABLE file_forms AS
SELECT row_number() OVER (ORDER BY f.file_no, d.edition)::INTEGER AS place, f.file_no, d.*
FROM files f JOIN due d USING (period_code, sender)
WHERE f.part_of IS NULL OR (f.file_no, d.form) IN (SELECT (file_no, form) FROM layout_forms);

CREATE TEMP TABLE sheet_hits AS
SELECT ff.*, s.sheet, count(*) OVER (PARTITION BY ff.place) AS candidates
FROM file_forms ff
JOIN labels l ON l.edition = ff.edition AND l.axis = 'sheet'
JOIN sheet_keys s ON s.file_no = ff.file_no AND s.key = l.label_key;

-- Two sheets that both could be the form are never chosen between.
CREATE TEMP TABLE places AS SELECT * EXCLUDE (candidates) FROM sheet_hits WHERE candidates = 1;

INSERT INTO problems (name, file_no, place, sheet, observed)
SELECT 'duplicate_sheet', file_no, place, sheet, sheet FROM sheet_hits WHERE candidates > 1;

INSERT INTO problems (name, place, expected, detail)
SELECT 'sheet_missing', ff.place, l.label, ff.title
FROM file_forms ff
JOIN (SELECT edition, min_by(label, rank) AS label FROM labels WHERE axis = 'sheet' GROUP BY ALL) l USING (edition)
ANTI JOIN sheet_hits h ON h.place = ff.place
ANTI JOIN parts p ON p.file_no = ff.file_no;

CREATE TEMP TABLE body AS
SELECT p.place, p.edition, p.form_kind, p.period_code, c.row_no, c.column_no, c.cell, c.kind, c.text, c.shown, c.marks,
    CASE c.kind WHEN 'text' THEN k.key WHEN 'number' THEN c.text END AS key,
    is_figure_of(c.kind, c.text) AS is_figure
FROM raw_cells c
JOIN places p ON p.file_no = c.file_no AND p.sheet = c.sheet
-- A raised footnote mark is no part of a label; a text raised as a whole is one.
LEFT JOIN text_keys k ON k.text = CASE WHEN contains(c.marks, 'raised') THEN coalesce(c.shown, c.text) ELSE c.text END AND c.kind = 'text';

CREATE TEMP TABLE hits AS
SELECT b.place, b.edition, b.form_kind, b.row_no, b.column_no, b.cell, b.text, l.axis, l.code, l.ordinal_key, l.group_key
FROM body b JOIN labels l ON l.edition = b.edition AND l.label_key = b.key
WHERE b.kind = 'text' AND l.axis <> 'sheet';

-- The header: the rows within reach of each other that name most columns; among equals the one nearest above the
-- lines (a matrix) or the first (a list).
CREATE TEMP TABLE header AS
WITH marks AS (
    SELECT DISTINCT place, form_kind, row_no, axis, code
    FROM hits WHERE axis IN ('column', 'ignored', 'group', 'structure') AND form_kind <> 'record'
),
windows AS (
    SELECT r.place, r.form_kind, r.row_no AS first_row, max(m.row_no) AS last_row,
        count(DISTINCT m.code) FILTER (WHERE m.axis = 'column') AS columns,
        count(DISTINCT m.axis || m.code) AS named
    FROM (SELECT DISTINCT place, form_kind, row_no FROM marks) r
    JOIN marks m ON m.place = r.place AND m.row_no BETWEEN r.row_no AND r.row_no + 3
    GROUP BY ALL HAVING columns > 0
),
weighed AS (
    SELECT w.*, count(DISTINCT h.code) FILTER (WHERE h.row_no > w.last_row) AS lines_below
    FROM windows w
    LEFT JOIN hits h ON h.place = w.place AND h.axis = 'row'
    GROUP BY ALL
)
SELECT place, first_row, last_row FROM weighed
QUALIFY row_number() OVER (
    PARTITION BY place
    ORDER BY columns DESC, lines_below DESC, named DESC, CASE WHEN form_kind = 'matrix' THEN -first_row ELSE first_row END
) = 1;

INSERT INTO problems (name, place, detail)
SELECT 'table_not_found', p.place, p.title FROM places p ANTI JOIN header h USING (place) WHERE p.form_kind <> 'record';

-- Columns. A heading that stands for several columns of the form is told apart by the group heading above it.
CREATE TEMP TABLE head_hits AS
WITH candidates AS (
    SELECT h.*, count(*) OVER (PARTITION BY h.place, h.row_no, h.column_no) AS meanings
    FROM hits h JOIN header r ON r.place = h.place AND h.row_no BETWEEN r.first_row AND r.last_row
    WHERE h.axis = 'column'
),
grouped AS (
    SELECT c.place, c.row_no, c.column_no, max_by(g.code, g.column_no) AS group_above
    FROM (SELECT DISTINCT place, row_no, column_no FROM candidates WHERE meanings > 1) c
    JOIN hits g ON g.place = c.place AND g.axis = 'group' AND g.row_no < c.row_no AND g.column_no <= c.column_no
    GROUP BY ALL
)
SELECT c.* EXCLUDE (meanings),
    count(*) OVER (PARTITION BY c.place, c.code) AS times,
    count(*) OVER (PARTITION BY c.place, c.row_no, c.column_no) AS readings
FROM candidates c
LEFT JOIN grouped g USING (place, row_no, column_no)
WHERE c.meanings = 1 OR coalesce(g.group_above, '') = c.group_key;

CREATE TEMP TABLE heads AS SELECT * FROM head_hits WHERE times = 1 AND readings = 1;

-- Lines. The ordinal left of a label is only a second witness: it tells lines of one label apart, and a conflict is told.
CREATE TEMP TABLE line_hits AS
WITH bounds AS (
    SELECT place, any_value(r.last_row) AS last_row, min(h.column_no) AS first_value
    FROM heads h JOIN header r USING (place) GROUP BY place
),
inside AS (
    SELECT h.* FROM hits h JOIN bounds b USING (place)
    WHERE h.form_kind = 'matrix' AND h.axis = 'row' AND h.row_no > b.last_row AND h.column_no < b.first_value
    UNION ALL
    SELECT h.* FROM hits h WHERE h.form_kind = 'record' AND h.axis = 'row'
),
leftmost AS (
    SELECT * FROM inside QUALIFY column_no = min(column_no) OVER (PARTITION BY place, row_no, code)
),
witnessed AS (
    SELECT l.place, l.row_no, l.column_no, max_by(b.key, b.column_no) AS ordinal
    FROM (SELECT DISTINCT place, row_no, column_no FROM leftmost) l
    JOIN body b ON b.place = l.place AND b.row_no = l.row_no AND b.column_no < l.column_no AND b.key IS NOT NULL
    GROUP BY ALL
),
told AS (
    SELECT l.*, w.ordinal, count(*) OVER (PARTITION BY l.place, l.row_no, l.column_no) AS meanings
    FROM leftmost l LEFT JOIN witnessed w USING (place, row_no, column_no)
)
SELECT * EXCLUDE (meanings),
    count(*) OVER (PARTITION BY place, code) AS times,
    count(*) OVER (PARTITION BY place, row_no, column_no) AS readings
FROM told WHERE meanings = 1 OR coalesce(ordinal, '') = ordinal_key;

CREATE TEMP TABLE lines AS SELECT * FROM line_hits WHERE times = 1 AND readings = 1;

INSERT INTO problems (name, place, cell, observed)
SELECT DISTINCT 'duplicate_label', place, cell, text
FROM (FROM head_hits UNION ALL BY NAME FROM line_hits) WHERE times > 1 OR readings > 1;

INSERT INTO problems (name, place, cell, observed, expected)
SELECT 'ordinal_conflict', l.place, l.cell, upper(l.ordinal), upper(l.ordinal_key)
FROM lines l
SEMI JOIN labels o ON o.edition = l.edition AND o.axis = 'row' AND o.ordinal_key = l.ordinal
WHERE l.ordinal <> l.ordinal_key;
