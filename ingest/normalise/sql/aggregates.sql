-- Named counts and sums over records, as observations. In: places, header, slots, typed, conditions. Out: aggregates.
-- A record counts where every conditioned field holds one of its codes. What cannot be read, or is not filled in,
-- and is not excluded by another field makes the cell unreadable or missing: never a smaller number.

CREATE TEMP TABLE tested AS
SELECT file_hash, form, record_no, cell_code, bool_and(verdict <> 'out') AS may_count,
    bool_or(verdict = 'unreadable') AS is_unreadable, bool_or(verdict = 'missing') AS is_missing
FROM (
    SELECT v.file_hash, v.form, v.record_no, c.cell_code, c.field,
        CASE WHEN v.state IN ('unreadable', 'missing') THEN v.state
            WHEN bool_or(c.code = '*' OR c.code = v.value_text) THEN 'in' ELSE 'out' END AS verdict
    FROM typed v JOIN conditions c ON c.form = v.form AND c.field = v.code
    WHERE v.form_kind <> 'matrix'
    GROUP BY v.file_hash, v.form, v.record_no, c.cell_code, c.field, v.state
)
GROUP BY ALL;

CREATE TEMP TABLE aggregate_cells AS
SELECT cell_code, form, any_value(sum_field) AS sum_field,
    -- The column that shows what is counted: the summed field, else the last conditioned one.
    coalesce(any_value(sum_field), last(field ORDER BY position)) AS shown_field
FROM (SELECT *, row_number() OVER () AS position FROM conditions) GROUP BY ALL;

CREATE TEMP TABLE counted AS
SELECT r.file_hash, r.form, a.cell_code,
    bool_or(coalesce(t.is_unreadable, false) OR s.state = 'unreadable') AS is_unreadable,
    bool_or(coalesce(t.is_missing, false) OR s.state = 'missing') AS is_missing,
    sum(CASE WHEN a.sum_field IS NULL THEN 1 ELSE s.value END) AS total
FROM (SELECT DISTINCT file_hash, form, record_no FROM typed WHERE form_kind <> 'matrix') r
JOIN aggregate_cells a ON a.form = r.form
LEFT JOIN tested t ON t.file_hash = r.file_hash AND t.form = r.form AND t.record_no = r.record_no
    AND t.cell_code = a.cell_code
LEFT JOIN typed s ON s.file_hash = r.file_hash AND s.form = r.form AND s.record_no = r.record_no AND s.code = a.sum_field
WHERE coalesce(t.may_count, true)
GROUP BY ALL;

CREATE TEMP TABLE spans AS
SELECT file_hash, form, code, min(row_no) AS row_no, max(row_no) AS last_row, any_value(column_no) AS column_no
FROM typed WHERE form_kind <> 'matrix' AND column_no IS NOT NULL GROUP BY ALL;

-- Cells whose list does not print a column they need.
CREATE TEMP TABLE lost_cells AS
SELECT DISTINCT p.file_hash, c.cell_code
FROM places p
JOIN conditions c ON c.form = p.form
JOIN wanted w ON w.form = p.form AND w.version = p.version AND w.code IN (c.field, c.sum_field)
WHERE p.form_kind = 'list'
    AND NOT EXISTS (FROM heads h WHERE h.file_hash = p.file_hash AND h.form = p.form AND h.code = w.code);

-- An empty list shows the first cell below the heading.
CREATE TEMP TABLE empty_spans AS
SELECT h.file_hash, h.form, h.code, r.last_row + 1 AS row_no, h.column_no
FROM heads h JOIN header r USING (file_hash, form) WHERE h.form_kind = 'list';

CREATE TEMP TABLE aggregates AS
SELECT * EXCLUDE (total), CASE WHEN state IN ('value', 'zero') THEN total END AS value
FROM (
    SELECT ff.file_hash, ff.form, ff.version, a.cell_code, coalesce(c.total, 0) AS total, p.sheet,
        CASE
            WHEN p.sheet IS NULL OR lost.cell_code IS NOT NULL OR (ff.form_kind = 'list' AND r.first_row IS NULL)
                THEN 'missing'
            WHEN c.is_unreadable THEN 'unreadable'
            WHEN c.is_missing THEN 'missing'
            WHEN coalesce(c.total, 0) = 0 THEN 'zero'
            ELSE 'value'
        END AS state,
        coalesce(s.row_no, e.row_no) AS row_no,
        coalesce(s.column_no, e.column_no) AS column_no,
        a1(coalesce(s.row_no, e.row_no), coalesce(s.column_no, e.column_no))
            || CASE WHEN s.row_no < s.last_row THEN ':' || a1(s.last_row, s.column_no) ELSE '' END AS cell
    FROM file_forms ff
    JOIN aggregate_cells a ON a.form = ff.form
    LEFT JOIN places p ON p.file_hash = ff.file_hash AND p.form = ff.form
    LEFT JOIN header r ON r.file_hash = ff.file_hash AND r.form = ff.form
    LEFT JOIN counted c ON c.file_hash = ff.file_hash AND c.cell_code = a.cell_code
    LEFT JOIN spans s ON s.file_hash = ff.file_hash AND s.form = ff.form AND s.code = a.shown_field
    LEFT JOIN empty_spans e ON e.file_hash = ff.file_hash AND e.form = ff.form AND e.code = a.shown_field
    LEFT JOIN lost_cells lost ON lost.file_hash = ff.file_hash AND lost.cell_code = a.cell_code
);
