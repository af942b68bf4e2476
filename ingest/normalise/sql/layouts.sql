-- The values of submissions that are parts of a file of a known layout: their places were found by the layout, not by
-- what our own forms print. In: parts, layout_terms, expected_cells, wanted. Out: expected_cells, places with them; and problems.

ALTER TABLE expected_cells ADD COLUMN sign INTEGER DEFAULT 1;
ALTER TABLE expected_cells ADD COLUMN address VARCHAR;

CREATE TEMP TABLE layout_places AS
SELECT ff.*, t.sheet, p.blank_is_zero
FROM file_forms ff
JOIN parts p USING (file_no)
LEFT JOIN (SELECT file_no, form, min(sheet) AS sheet FROM layout_terms GROUP BY ALL) t USING (file_no, form);

INSERT INTO places BY NAME SELECT * EXCLUDE (blank_is_zero) FROM layout_places WHERE sheet IS NOT NULL;

DELETE FROM expected_cells WHERE place IN (SELECT place FROM layout_places);

INSERT INTO expected_cells BY NAME
SELECT l.place, l.edition, l.form_kind, 1 AS record_no, w.value_no, t.row_no, t.column_no, t.kind, t.text,
    t.shown, t.marks,
    coalesce(t.sign, 1) AS sign, t.address
FROM layout_places l
JOIN wanted w USING (edition)
LEFT JOIN layout_terms t ON t.file_no = l.file_no AND t.form = l.form AND t.code = w.code;

-- Figures for a form that is not due in the period, or for a line that its edition does not print.
INSERT INTO problems (name, file_no, sheet, cell, observed)
SELECT 'not_due', t.file_no, t.sheet, t.address, string_agg(t.text, ', ')
FROM layout_terms t
LEFT JOIN layout_places l ON l.file_no = t.file_no AND l.form = t.form
ANTI JOIN wanted w ON w.edition = l.edition AND w.code = t.code
WHERE t.kind = 'number'
GROUP BY t.file_no, t.sheet, t.address, t.code;
