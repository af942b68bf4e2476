-- What every expected cell says. In: expected_cells, wanted, parsed_values (one row per distinct content and type).
-- Out: typed; and problems.

CREATE TEMP TABLE typed AS
SELECT s.place, s.form_kind, s.record_no, s.value_no, w.code, w.required, w.label, w.code_list, s.row_no, s.column_no,
    s.sign, s.address, CASE WHEN s.column_no IS NOT NULL THEN a1(s.row_no, s.column_no) END AS cell,
    coalesce(v.raw_text, s.text) AS raw_text, v.value, v.value_text,
    CASE WHEN NOT w.applicable THEN 'not_applicable' ELSE coalesce(v.state, 'missing') END AS state,
    CASE WHEN w.applicable THEN v.finding END AS finding, v.detail, v.suggested, s.marks
FROM expected_cells s
JOIN wanted w USING (value_no)
JOIN file_forms ff USING (place)
LEFT JOIN parsed_values v ON v.text = s.text AND v.kind = s.kind AND v.type = w.type
    AND v.shown IS NOT DISTINCT FROM s.shown AND v.marks IS NOT DISTINCT FROM s.marks
    AND v.pattern IS NOT DISTINCT FROM w.pattern
    AND v.code_list IS NOT DISTINCT FROM w.code_list
    AND v.period_code IS NOT DISTINCT FROM CASE WHEN w.code_list IS NOT NULL THEN ff.period_code END;

INSERT INTO problems (name, place, cell, cell_code, observed, detail, suggested)
SELECT finding, place, cell, CASE WHEN form_kind = 'matrix' THEN code END, raw_text, detail, suggested
FROM typed WHERE finding IS NOT NULL;

INSERT INTO problems (name, place, cell, expected)
SELECT 'required_missing', place, cell, label
FROM typed WHERE form_kind <> 'matrix' AND required AND state = 'missing' AND cell IS NOT NULL;
