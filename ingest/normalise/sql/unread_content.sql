-- What stands in or beside a table, or on a sheet of its own, and is not read; what is read though the eye does not meet
-- it; and tables that were moved. In: account, unknown_columns, geometry, list_rows, typed, printed, cover_keys, sheet_keys.
-- Out: problems, unread_places. Hard where it lies in or beside what is asked for, soft elsewhere, never nothing.

INSERT INTO problems (name, place, cell, observed, cells)
SELECT CASE WHEN bool_or(a.is_figure) THEN 'unknown_header' ELSE 'unread_text' END, u.place, u.cell, u.text,
    string_agg(p.sheet || '!' || a.cell, '; ' ORDER BY a.row_no)
FROM account a
JOIN unknown_columns u ON u.place = a.place AND u.column_no = a.column_no
JOIN places p ON p.place = a.place
WHERE a.reason = 'unknown_header' AND a.outcome = 'unread'
GROUP BY u.place, u.cell, u.text;

-- A row with figures that is no line of the form, and a row below the foot of a list: one finding a row.
INSERT INTO problems (name, place, cell, observed, cells)
SELECT a.reason, a.place,
    coalesce(max_by(a.cell, a.column_no) FILTER (WHERE a.column_no < e.first_value AND a.kind = 'text'),
        min_by(a.cell, a.column_no) FILTER (WHERE a.column_no >= e.first_value), min_by(a.cell, a.column_no)),
    coalesce(max_by(a.text, a.column_no) FILTER (WHERE a.column_no < e.first_value AND a.kind = 'text'),
        min_by(a.text, a.column_no) FILTER (WHERE a.column_no >= e.first_value), min_by(a.text, a.column_no)),
    string_agg(p.sheet || '!' || a.cell, '; ' ORDER BY a.column_no)
FROM account a JOIN extents e USING (place) JOIN places p USING (place)
WHERE a.outcome = 'unread' AND a.reason IN ('unknown_label', 'row_below_end')
GROUP BY a.place, a.row_no, a.reason;

INSERT INTO problems (name, file_no, place, sheet, cell, observed)
SELECT CASE a.reason WHEN 'aside' THEN CASE WHEN a.is_figure THEN 'unread_number' ELSE 'unread_text' END
        WHEN 'personal' THEN CASE WHEN a.is_near_input THEN 'personal_in_table' ELSE 'personal_aside' END
        ELSE a.reason END,
    a.file_no, a.place, a.sheet, a.cell, a.text
FROM account a
WHERE a.outcome = 'unread'
    -- These are told once for all their cells.
    AND a.reason NOT IN ('unknown_label', 'row_below_end', 'unknown_header', 'duplicate_label', 'table_not_found',
        'not_due', 'organization_unknown', 'unknown_sheet');

INSERT INTO problems (name, file_no, sheet, observed, cells)
SELECT 'unknown_sheet', file_no, sheet, sheet, string_agg(sheet || '!' || cell, '; ' ORDER BY row_no, column_no)
FROM account WHERE form_kind = 'layout' AND reason = 'unknown_sheet'
GROUP BY file_no, sheet;

-- Read, but not met by the eye: said once a row, a column or a sheet.
CREATE TEMP TABLE unseen AS
SELECT t.place, p.sheet, t.row_no, t.column_no, t.cell, t.raw_text, unnest(string_split(t.marks, ' ')) AS mark
FROM typed t JOIN places p USING (place)
WHERE t.marks IS NOT NULL AND t.state IN ('value', 'zero');

INSERT INTO problems (name, place, cell, observed, detail, cells)
SELECT CASE mark WHEN 'hidden_row' THEN 'row_hidden' WHEN 'hidden_column' THEN 'column_hidden'
        WHEN 'hidden_sheet' THEN 'sheet_hidden' ELSE 'row_struck' END,
    place, min_by(cell, (row_no, column_no)), min_by(raw_text, (row_no, column_no)),
    CASE mark WHEN 'hidden_column' THEN regexp_extract(min(cell), '^[A-Z]+') ELSE min(row_no)::VARCHAR END,
    string_agg(sheet || '!' || cell, '; ' ORDER BY row_no, column_no)
FROM unseen
WHERE mark IN ('hidden_row', 'hidden_column', 'hidden_sheet', 'struck')
GROUP BY place, mark, CASE WHEN mark IN ('hidden_row', 'struck') THEN row_no WHEN mark = 'hidden_column' THEN column_no END;

INSERT INTO problems (name, place)
SELECT DISTINCT 'moved', m.place
FROM (
    SELECT place, edition, 'row' AS axis, code, row_no AS position FROM lines
    UNION ALL SELECT place, edition, 'column', code, column_no FROM heads
) m
JOIN printed p USING (edition, axis, code) WHERE m.position <> p.position;

-- Labels in a font of the years before Unicode: read as the printed ones they can only be, and said once a sheet.
INSERT INTO problems (name, file_no, sheet, cell, observed, expected, detail, suggested, cells)
SELECT 'legacy_labels', c.file_no, c.sheet, min_by(c.cell, (c.row_no, c.column_no)),
    '“' || min_by(c.text || '” → “' || k.said, (c.row_no, c.column_no)) || '”', count(*)::VARCHAR, k.encoding, min_by(k.said, (c.row_no, c.column_no)),
    string_agg(c.sheet || '!' || c.cell, '; ' ORDER BY c.row_no, c.column_no)
FROM raw_cells c JOIN text_keys k ON k.text = c.text AND k.encoding IS NOT NULL
WHERE c.kind = 'text'
GROUP BY c.file_no, c.sheet, k.encoding;

-- Sheets with content that are no form of this workbook.
CREATE TEMP TABLE other_sheets AS
SELECT s.file_no, s.sheet, s.key IN (SELECT key FROM cover_keys WHERE axis = 'sheet') AS is_cover
FROM sheet_keys s
ANTI JOIN sheet_hits h ON h.file_no = s.file_no AND h.sheet = s.sheet
ANTI JOIN parts p ON p.file_no = s.file_no
ANTI JOIN own_sheets o ON o.key = s.key;

-- One sheet with the cover's name is the cover; any other sheet with its lines is the cover of something else.
CREATE TEMP TABLE covers AS
SELECT o.file_no, o.sheet, o.is_cover AND row_number() OVER (
        PARTITION BY o.file_no, o.is_cover ORDER BY o.sheet) = 1 AS is_first,
    min_by(v.text, c.row_no) FILTER (WHERE k.code = 'ORGANIZATION_CODE') AS organization
FROM other_sheets o
JOIN raw_cells c ON c.file_no = o.file_no AND c.sheet = o.sheet AND c.kind = 'text'
JOIN text_keys t ON t.text = c.text
JOIN cover_keys k ON k.axis = 'row' AND k.key = t.key
LEFT JOIN raw_cells v ON v.file_no = c.file_no AND v.sheet = c.sheet AND v.row_no = c.row_no AND v.column_no = c.column_no + 1
GROUP BY o.file_no, o.sheet, o.is_cover
HAVING count(DISTINCT k.code) >= 2;

INSERT INTO problems (name, file_no, sheet, observed)
SELECT 'second_cover', c.file_no, c.sheet, coalesce(c.organization, c.sheet) FROM covers c WHERE NOT c.is_first;

-- A sheet whose heading row or lines are those of a form that is due, and that holds figures.
CREATE TEMP TABLE unread_forms AS
WITH met AS (
    SELECT o.file_no, o.sheet, ff.place, ff.form_kind, l.axis, l.code, c.row_no, c.column_no
    FROM other_sheets o
    JOIN raw_cells c ON c.file_no = o.file_no AND c.sheet = o.sheet AND c.kind = 'text'
    JOIN text_keys t ON t.text = c.text
    JOIN file_forms ff ON ff.file_no = o.file_no
    JOIN labels l ON l.edition = ff.edition AND l.label_key = t.key AND l.axis IN ('row', 'column', 'ignored', 'structure')
    WHERE NOT o.is_cover
),
tables AS (
    SELECT file_no, sheet, place, any_value(form_kind) AS form_kind,
        count(DISTINCT code) FILTER (WHERE axis = 'row') AS lines,
        count(DISTINCT code) FILTER (WHERE axis = 'column') AS columns, min(row_no) AS first_row,
        list(DISTINCT column_no) FILTER (WHERE axis IN ('ignored', 'structure')) AS other_columns
    FROM met GROUP BY file_no, sheet, place
),
likely AS (
    SELECT * FROM tables WHERE CASE form_kind WHEN 'list' THEN columns >= 2 ELSE lines >= 2 END
    QUALIFY row_number() OVER (PARTITION BY file_no, sheet ORDER BY lines + columns DESC, place) = 1
)
SELECT l.file_no, l.sheet, l.place, min_by(c.cell, (c.row_no, c.column_no)) AS cell,
    string_agg(c.sheet || '!' || c.cell, '; ' ORDER BY c.row_no, c.column_no) AS cells
FROM likely l
JOIN raw_cells c ON c.file_no = l.file_no AND c.sheet = l.sheet AND c.row_no > l.first_row
    AND is_figure_of(c.kind, c.text)
    AND NOT list_contains(coalesce(l.other_columns, []), c.column_no)
GROUP BY l.file_no, l.sheet, l.place;

INSERT INTO unread_places SELECT place FROM unread_forms u JOIN file_forms USING (place)
WHERE form_kind = 'list' AND place NOT IN (FROM unread_places);

INSERT INTO problems (name, file_no, sheet, cell, observed, detail, cells)
SELECT 'unread_form_sheet', u.file_no, u.sheet, u.cell, u.sheet, ff.title, u.cells
FROM unread_forms u JOIN file_forms ff USING (place);

INSERT INTO problems (name, file_no, sheet, observed)
SELECT 'unknown_sheet', o.file_no, o.sheet, o.sheet
FROM other_sheets o
ANTI JOIN unread_forms u ON u.file_no = o.file_no AND u.sheet = o.sheet
ANTI JOIN covers c ON c.file_no = o.file_no AND c.sheet = o.sheet
WHERE NOT o.is_cover;

-- What stands on other sheets is accounted for with them.
INSERT INTO account BY NAME
SELECT o.file_no, o.sheet, 'other' AS form_kind, c.row_no, c.column_no, c.cell, c.kind, c.text, c.shown, c.marks,
    'unread' AS outcome,
    CASE WHEN u.sheet IS NOT NULL THEN 'unread_form_sheet' WHEN v.sheet IS NOT NULL THEN 'second_cover'
        ELSE 'unknown_sheet' END AS reason
FROM other_sheets o
JOIN raw_cells c ON c.file_no = o.file_no AND c.sheet = o.sheet
LEFT JOIN (SELECT DISTINCT file_no, sheet FROM unread_forms) u ON u.file_no = o.file_no AND u.sheet = o.sheet
LEFT JOIN (SELECT DISTINCT file_no, sheet FROM covers WHERE NOT is_first) v ON v.file_no = o.file_no AND v.sheet = o.sheet
WHERE NOT o.is_cover OR v.sheet IS NOT NULL;
