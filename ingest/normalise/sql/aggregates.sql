-- Named counts and sums over records, as observations. In: places, header, heads, typed, conditions, unread_places.
-- Out: aggregates.
-- A record counts where every conditioned field holds one of its codes. What cannot be read, or is not filled in,
-- and is not excluded by another field makes the cell unreadable or missing: never a smaller number.

CREATE TEMP TABLE aggregate_cells AS
SELECT edition, aggregate, any_value(cell_code) AS cell_code, any_value(sum_field) AS sum_field,
    -- The column that shows what is counted: the summed field, else the last conditioned one.
    coalesce(any_value(sum_field), max_by(field, position)) AS shown_field
FROM conditions GROUP BY edition, aggregate;

CREATE TEMP TABLE tested AS
SELECT place, record_no, aggregate, bool_and(verdict <> 'out') AS may_count,
    bool_or(verdict = 'unreadable') AS is_unreadable, bool_or(verdict = 'missing') AS is_missing
FROM (
    SELECT v.place, v.record_no, c.aggregate, c.field,
        CASE WHEN v.state IN ('unreadable', 'missing') THEN v.state
            WHEN bool_or(c.code = '*' OR c.code = v.value_text) THEN 'in' ELSE 'out' END AS verdict
    FROM typed v
    JOIN file_forms ff USING (place)
    JOIN conditions c ON c.edition = ff.edition AND c.field = v.code
    WHERE v.form_kind <> 'matrix'
    GROUP BY v.place, v.record_no, c.aggregate, c.field, v.state
)
GROUP BY ALL;

CREATE TEMP TABLE counted AS
SELECT r.place, a.aggregate,
    bool_or(coalesce(t.is_unreadable, false) OR s.state = 'unreadable') AS is_unreadable,
    bool_or(coalesce(t.is_missing, false) OR s.state = 'missing') AS is_missing,
    sum(CASE WHEN a.sum_field IS NULL THEN 1 ELSE s.value END) AS total
FROM (SELECT DISTINCT place, record_no FROM typed WHERE form_kind <> 'matrix') r
JOIN file_forms ff USING (place)
JOIN aggregate_cells a USING (edition)
LEFT JOIN tested t ON t.place = r.place AND t.record_no = r.record_no AND t.aggregate = a.aggregate
LEFT JOIN typed s ON s.place = r.place AND s.record_no = r.record_no AND s.code = a.sum_field
WHERE coalesce(t.may_count, true)
GROUP BY r.place, a.aggregate;

-- Cells whose list does not print a column they need.
CREATE TEMP TABLE lost_cells AS
SELECT DISTINCT p.place, c.aggregate
FROM places p
JOIN conditions c USING (edition)
JOIN wanted w ON w.edition = p.edition AND w.code IN (c.field, c.sum_field)
ANTI JOIN heads h ON h.place = p.place AND h.code = w.code
WHERE p.form_kind = 'list';

-- Where the records' values of a field stand; an empty list shows the first cell below the heading.
CREATE TEMP TABLE spans AS
SELECT place, code, min(row_no) AS row_no, max(row_no) AS last_row, any_value(column_no) AS column_no
FROM (
    SELECT place, code, row_no, column_no FROM typed WHERE form_kind <> 'matrix' AND column_no IS NOT NULL
    UNION ALL
    SELECT h.place, h.code, r.last_row + 1, h.column_no FROM heads h JOIN header r USING (place) ANTI JOIN records USING (place)
    WHERE h.form_kind = 'list'
)
GROUP BY place, code;

CREATE TEMP TABLE aggregates AS
SELECT * EXCLUDE (total), CASE WHEN state IN ('value', 'zero') THEN total END AS value
FROM (
    SELECT ff.place, a.cell_code, coalesce(c.total, 0) AS total,
        CASE
            WHEN p.place IS NULL OR lost.place IS NOT NULL OR u.place IS NOT NULL OR (ff.form_kind = 'list' AND r.place IS NULL) THEN 'missing'
            WHEN c.is_unreadable THEN 'unreadable'
            WHEN c.is_missing THEN 'missing'
            WHEN coalesce(c.total, 0) = 0 THEN 'zero'
            ELSE 'value'
        END AS state,
        s.row_no, s.column_no,
        a1(s.row_no, s.column_no) || CASE WHEN s.row_no < s.last_row THEN ':' || a1(s.last_row, s.column_no) ELSE '' END
            AS cell
    FROM file_forms ff
    JOIN aggregate_cells a USING (edition)
    LEFT JOIN places p ON p.place = ff.place
    LEFT JOIN header r ON r.place = ff.place
    LEFT JOIN counted c ON c.place = ff.place AND c.aggregate = a.aggregate
    LEFT JOIN spans s ON s.place = ff.place AND s.code = a.shown_field
    LEFT JOIN unread_places u ON u.place = ff.place
    LEFT JOIN lost_cells lost ON lost.place = ff.place AND lost.aggregate = a.aggregate
);
