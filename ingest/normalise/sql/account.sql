-- The account of every filled cell of a form's sheet: read into a value, left aside for a named reason, or unread. In:
-- geometry, expected_cells (list_rows among them), typed, printed_help, cover_keys, layout_cells, layout_values. Out: account (one row per cell: outcome value,
-- unreadable, ignored or unread; reason), extents, unknown_columns. What is unread becomes a finding in unread_content.

CREATE TEMP TABLE extents AS
SELECT p.place, p.form_kind, coalesce(r.first_row, a.row_no, l.first_line) AS first_row,
    coalesce(r.last_row, a.row_no, l.first_line - 1) AS last_row,
    coalesce(h.first_value, a.answer_column, l.label_column + 1) AS first_value,
    coalesce(h.last_value, a.answer_column, l.label_column + 1) AS last_value,
    coalesce(l.first_line, 0) AS first_line, coalesce(l.last_line, 0) AS last_line,
    coalesce(l.label_column, 0) AS label_column
FROM places p
LEFT JOIN header r USING (place)
LEFT JOIN (SELECT place, min(column_no) AS first_value, max(column_no) AS last_value FROM heads GROUP BY place) h
    USING (place)
LEFT JOIN (
    SELECT place, min(row_no) AS row_no, min(column_no) AS answer_column FROM hits
    WHERE form_kind = 'record' AND axis = 'answer' GROUP BY place
) a USING (place)
LEFT JOIN (
    SELECT place, min(row_no) AS first_line, max(row_no) AS last_line, max(column_no) AS label_column
    FROM line_hits GROUP BY place
) l USING (place)
WHERE r.place IS NOT NULL OR (p.form_kind = 'record' AND l.place IS NOT NULL);

-- Columns whose heading is known: knowingly not read, or the table's own structure.
CREATE TEMP TABLE known_columns AS
SELECT DISTINCT h.place, h.column_no FROM hits h
JOIN extents e ON e.place = h.place AND h.row_no BETWEEN e.first_row AND e.last_row
WHERE h.axis IN ('ignored', 'structure');

-- Figures of such a column that count on from the figure above or below them. Others are no numbering.
CREATE TEMP TABLE counting AS
SELECT b.place, b.row_no, b.column_no FROM body b SEMI JOIN known_columns k USING (place, column_no)
WHERE b.is_figure
WINDOW down AS (PARTITION BY b.place, b.column_no ORDER BY b.row_no)
QUALIFY TRY_CAST(b.text AS DOUBLE) - lag(TRY_CAST(b.text AS DOUBLE)) OVER down = 1
    OR lead(TRY_CAST(b.text AS DOUBLE)) OVER down - TRY_CAST(b.text AS DOUBLE) = 1;

CREATE TEMP TABLE unknown_columns AS
SELECT b.place, b.column_no, min_by(b.cell, b.row_no) AS cell, min_by(b.text, b.row_no) AS text
FROM body b
JOIN extents e ON e.place = b.place AND b.row_no BETWEEN e.first_row AND e.last_row AND b.column_no > e.label_column
ANTI JOIN hits h ON h.place = b.place AND h.row_no = b.row_no AND h.column_no = b.column_no
    AND h.axis IN ('column', 'ignored', 'structure', 'group', 'answer')
WHERE b.kind = 'text' AND b.key <> '' AND b.form_kind <> 'record'
GROUP BY b.place, b.column_no;

-- What a row of a matrix or record form is: a printed line, the numbering of the columns, a total, one with figures.
CREATE TEMP TABLE form_rows AS
WITH below AS (
    SELECT b.place, b.row_no, b.column_no, b.kind, b.key, b.is_figure, e.last_row, e.first_value, e.last_value,
        b.column_no BETWEEN e.first_value AND e.last_value AS is_read,
        regexp_extract(trim(b.text), '^[(]?-?(\d{1,2})[)]?(\s*=.*)?$', 1) AS counted,
        regexp_matches(trim(b.text), '^[A-ZĐ]$') AS is_letter,
        row_number() OVER (PARTITION BY b.place, b.row_no ORDER BY b.column_no) AS position
    FROM body b JOIN extents e ON e.place = b.place AND b.row_no > e.last_row
    WHERE b.form_kind <> 'list'
)
SELECT b.place, b.row_no, any_value(l.row_no) IS NOT NULL AS is_line, any_value(d.row_no) IS NOT NULL AS is_doubled,
    count(*) FILTER (WHERE is_read AND is_figure) AS figures,
    bool_and(kind = 'date') FILTER (WHERE is_read AND is_figure) AS only_days,
    bool_or(column_no < first_value AND kind = 'text' AND regexp_matches(key, getvariable('totals'))) AS is_total,
    any_value(last_row) + 1 = b.row_no AND count(*) >= 2
        AND bool_and(counted <> '' OR is_letter) FILTER (WHERE column_no <= last_value)
        AND count(DISTINCT TRY_CAST(nullif(counted, '') AS INTEGER) - position) FILTER (WHERE column_no <= last_value) <= 1
        AND min(TRY_CAST(nullif(counted, '') AS INTEGER)) IN (1, 2, 3) AS is_numbering
FROM below b
LEFT JOIN (SELECT DISTINCT place, row_no FROM lines) l ON l.place = b.place AND l.row_no = b.row_no
LEFT JOIN (SELECT DISTINCT place, row_no FROM line_hits) d ON d.place = b.place AND d.row_no = b.row_no
GROUP BY b.place, b.row_no;

CREATE TEMP TABLE account AS
WITH wanted_cells AS (
    SELECT DISTINCT ON (place, row_no, column_no) place, row_no, column_no, state, finding, true AS is_wanted FROM typed
    WHERE row_no IS NOT NULL AND column_no IS NOT NULL AND place NOT IN (SELECT place FROM layout_places)
),
line_cells AS (SELECT DISTINCT place, row_no, column_no FROM line_hits),
help_keys AS (SELECT DISTINCT edition, key FROM printed_help),
-- An answer that is empty: what stands beside it may be the answer.
unanswered AS (SELECT place, row_no FROM typed WHERE form_kind = 'record' AND state = 'missing' AND row_no IS NOT NULL),
seen AS (
    SELECT b.*, e.* EXCLUDE (place, form_kind), w.state, w.finding, coalesce(w.is_wanted, false) AS is_wanted,
        k.place IS NOT NULL AS is_known_column, u.place IS NOT NULL AS is_unknown_column,
        lc.place IS NOT NULL AS is_label, hk.key IS NOT NULL AS is_help, un.place IS NOT NULL AS is_unanswered,
        coalesce(regexp_matches(b.key, getvariable('ends')) AND b.kind = 'text', false) AS is_closing,
        contains(coalesce(b.marks, ''), 'personal') AS is_personal,
        coalesce(f.is_line, false) AS is_line, coalesce(f.is_doubled, false) AS is_doubled, coalesce(f.figures, 0) AS figures,
        coalesce(f.is_total OR r.is_total, false) AS is_total, coalesce(f.only_days, false) AS only_days,
        coalesce(f.is_numbering OR r.is_numbering, false) AS is_numbering,
        coalesce(r.is_record, false) AS is_record, coalesce(r.is_unread, false) AS is_unread,
        coalesce(r.is_heading, false) AS is_heading, coalesce(b.row_no >= foot.end_row, false) AS is_foot,
        coalesce(h.place IS NOT NULL, false) AS is_head_column,
        hd.place IS NOT NULL AS is_heading_cell, co.place IS NOT NULL AS is_counting
    FROM body b
    LEFT JOIN extents e ON e.place = b.place
    LEFT JOIN wanted_cells w ON w.place = b.place AND w.row_no = b.row_no AND w.column_no = b.column_no
    LEFT JOIN known_columns k ON k.place = b.place AND k.column_no = b.column_no
    LEFT JOIN unknown_columns u ON u.place = b.place AND u.column_no = b.column_no
    LEFT JOIN counting co ON co.place = b.place AND co.row_no = b.row_no AND co.column_no = b.column_no
    LEFT JOIN line_cells lc ON lc.place = b.place AND lc.row_no = b.row_no AND lc.column_no = b.column_no
    LEFT JOIN help_keys hk ON hk.edition = b.edition AND hk.key = b.key
    LEFT JOIN (SELECT DISTINCT place, row_no FROM unanswered) un ON un.place = b.place AND un.row_no = b.row_no
    LEFT JOIN form_rows f ON f.place = b.place AND f.row_no = b.row_no
    LEFT JOIN list_rows r ON r.place = b.place AND r.row_no = b.row_no
    LEFT JOIN (SELECT DISTINCT place, end_row FROM list_rows WHERE end_row IS NOT NULL) foot ON foot.place = b.place
    LEFT JOIN (SELECT DISTINCT place, column_no FROM head_hits) h ON h.place = b.place AND h.column_no = b.column_no
    LEFT JOIN (
        SELECT DISTINCT place, row_no, column_no FROM hits
        WHERE axis IN ('column', 'ignored', 'structure', 'group', 'answer')
    ) hd ON hd.place = b.place AND hd.row_no = b.row_no AND hd.column_no = b.column_no
),
-- A verdict with a dash is a reason to leave a cell aside, any other the finding it becomes.
told AS (
    SELECT *, CASE
        WHEN is_wanted AND state <> 'not_applicable' THEN 'value'
        WHEN is_wanted AND kind = 'text' AND key IN ('x', '') THEN '-printed_mark'
        WHEN is_wanted THEN 'blocked_cell'
        WHEN is_unknown_column AND row_no > last_row AND (is_record OR is_line) THEN 'unknown_header'
        WHEN is_personal THEN 'personal'
        WHEN first_row IS NULL THEN 'table_not_found'
        WHEN row_no < first_row THEN CASE WHEN is_figure AND kind <> 'date' THEN 'aside' ELSE '-title' END
        WHEN row_no <= last_row THEN CASE
            WHEN is_heading_cell THEN '-heading'
            WHEN is_unknown_column AND kind = 'text' THEN 'unknown_header'
            WHEN column_no <= label_column AND NOT is_figure THEN '-heading'
            WHEN form_kind = 'record' AND NOT is_figure THEN '-heading'
            WHEN is_figure AND row_no > first_row AND column_no BETWEEN first_value AND last_value THEN 'beside_table'
            ELSE 'aside' END
        WHEN is_numbering THEN CASE WHEN column_no <= last_value THEN '-numbering'
            WHEN is_closing THEN '-signature' WHEN is_figure THEN 'beside_table' ELSE 'aside' END
        WHEN form_kind = 'list' THEN CASE
            WHEN is_heading THEN '-heading'
            WHEN is_total THEN '-total'
            WHEN is_unread THEN 'row_below_end'
            WHEN is_known_column AND NOT is_foot THEN CASE WHEN is_figure THEN '-ordinal' ELSE '-ignored_column' END
            WHEN is_unknown_column AND NOT is_foot THEN 'unknown_header'
            WHEN is_foot AND is_counting THEN '-ordinal'
            WHEN is_foot THEN CASE WHEN is_figure AND kind <> 'date' THEN 'aside' ELSE '-note' END
            WHEN is_figure THEN 'beside_table'
            WHEN is_closing AND NOT is_head_column THEN '-signature'
            ELSE 'aside' END
        WHEN is_line THEN CASE
            WHEN is_label THEN '-label'
            WHEN is_known_column AND form_kind = 'record' AND column_no > last_value
                THEN CASE WHEN is_help OR (kind = 'text' AND key = '') THEN '-help'
                    WHEN is_figure OR is_unanswered THEN 'beside_table' ELSE 'aside' END
            WHEN is_known_column THEN CASE WHEN column_no < first_value THEN '-ordinal' ELSE '-ignored_column' END
            WHEN column_no < label_column AND (is_figure OR length(text) <= 8) THEN '-ordinal'
            WHEN is_unknown_column THEN 'unknown_header'
            WHEN is_figure OR (form_kind = 'record' AND is_unanswered AND NOT is_closing) THEN 'beside_table'
            WHEN is_closing AND NOT is_head_column THEN '-signature'
            ELSE 'aside' END
        WHEN is_doubled THEN CASE WHEN is_label OR is_figure THEN 'duplicate_label' ELSE '-label' END
        WHEN is_total THEN '-total'
        WHEN figures > 0 AND NOT only_days THEN CASE
            WHEN row_no <= last_line + 3 THEN 'unknown_label' WHEN is_figure THEN 'beside_table' ELSE '-note' END
        WHEN is_figure AND kind <> 'date' AND is_known_column AND column_no < first_value THEN '-ordinal'
        WHEN is_unknown_column AND row_no <= last_line THEN 'unknown_header'
        WHEN is_figure AND kind <> 'date' THEN CASE WHEN row_no <= last_line THEN 'beside_table' ELSE 'aside' END
        WHEN row_no > last_line THEN '-note'
        ELSE '-section' END AS verdict
    FROM seen
)
SELECT p.file_no, p.sheet, t.place, t.form_kind, t.row_no, t.column_no, t.cell, t.kind, t.text, t.shown, t.marks, t.is_figure,
    CASE WHEN verdict = 'value' THEN CASE WHEN finding IS NULL THEN 'value' ELSE 'unreadable' END
        WHEN starts_with(verdict, '-') THEN 'ignored' ELSE 'unread' END AS outcome,
    CASE WHEN verdict = 'value' THEN coalesce(finding, 'value') ELSE ltrim(verdict, '-') END AS reason,
    coalesce(row_no > last_row AND column_no BETWEEN first_value - 1 AND last_value + 1
        AND (t.form_kind = 'list' OR row_no <= last_line) AND NOT is_foot, false) AS is_near_input
FROM told t JOIN places p USING (place);

-- Files of a committee's own form: what their layout's declaration makes of each cell.
INSERT INTO account BY NAME
SELECT c.file_no, c.sheet, 'layout' AS form_kind, c.row_no, c.column_no, a1(c.row_no, c.column_no) AS cell, c.kind, c.text, c.shown,
    c.marks, is_figure_of(c.kind, c.text) AS is_figure,
    CASE WHEN personal THEN 'unread' WHEN c.reason = 'value' AND v.row_no IS NULL THEN 'unread' WHEN c.is_unread THEN 'unread'
        WHEN c.reason <> 'value' THEN 'ignored' WHEN v.finding IS NOT NULL THEN 'unreadable' ELSE 'value' END AS outcome,
    CASE WHEN personal THEN 'personal' WHEN c.reason = 'value' AND v.row_no IS NULL THEN 'not_due'
        WHEN c.reason = 'value' THEN coalesce(v.finding, 'value') ELSE c.reason END AS reason,
    c.reason IN ('value', 'beside_table') AS is_near_input
FROM (SELECT *, contains(coalesce(marks, ''), 'personal') AS personal FROM layout_cells) c
LEFT JOIN layout_values v USING (file_no, sheet, row_no, column_no);

-- The cover was read when the file was received: its answers stand right of their labels.
INSERT INTO account BY NAME
WITH cover AS (
    SELECT c.*, k.key AS text_key, is_figure_of(c.kind, c.text) AS is_figure
    FROM raw_cells c
    JOIN sheet_keys s ON s.file_no = c.file_no AND s.sheet = c.sheet
    JOIN cover_keys o ON o.axis = 'sheet' AND o.key = s.key
    LEFT JOIN text_keys k ON k.text = c.text AND c.kind = 'text'
    WHERE c.file_no NOT IN (SELECT file_no FROM parts)
),
cover_lines AS (
    SELECT c.file_no, c.sheet, c.row_no, min(c.column_no) AS column_no
    FROM cover c JOIN cover_keys k ON k.axis = 'row' AND k.key = c.text_key GROUP BY ALL
),
cover_answers AS (
    SELECT c.file_no, c.sheet, min(c.column_no) AS column_no
    FROM cover c JOIN cover_keys k ON k.axis = 'answer' AND k.key = c.text_key GROUP BY ALL
)
SELECT c.file_no, c.sheet, 'cover' AS form_kind, c.row_no, c.column_no, c.cell, c.kind, c.text, c.shown, c.marks, c.is_figure,
    CASE WHEN contains(coalesce(c.marks, ''), 'personal') THEN 'unread'
        WHEN l.row_no IS NOT NULL AND c.column_no = coalesce(a.column_no, l.column_no + 1) THEN 'value'
        WHEN l.row_no IS NULL AND c.is_figure AND c.kind <> 'date' THEN 'unread'
        WHEN l.row_no IS NOT NULL AND c.column_no > l.column_no AND c.is_figure THEN 'unread' ELSE 'ignored' END AS outcome,
    CASE WHEN contains(coalesce(c.marks, ''), 'personal') THEN 'personal'
        WHEN l.row_no IS NOT NULL AND c.column_no = coalesce(a.column_no, l.column_no + 1) THEN 'value'
        WHEN (l.row_no IS NULL OR c.column_no > l.column_no) AND c.is_figure AND c.kind <> 'date' THEN 'aside'
        WHEN l.row_no IS NOT NULL AND c.column_no = l.column_no THEN 'label'
        WHEN l.row_no IS NOT NULL THEN CASE WHEN c.column_no < l.column_no THEN 'ordinal' ELSE 'help' END
        ELSE 'title' END AS reason,
    l.row_no IS NOT NULL AS is_near_input
FROM cover c
LEFT JOIN cover_lines l ON l.file_no = c.file_no AND l.sheet = c.sheet AND l.row_no = c.row_no
LEFT JOIN cover_answers a ON a.file_no = c.file_no AND a.sheet = c.sheet;
