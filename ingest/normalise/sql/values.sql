-- The worth of every slot. In: slots, worth (one row per distinct content and type). Out: typed; and problems.

CREATE TEMP TABLE typed AS
SELECT s.* EXCLUDE (kind, text), coalesce(w.raw_text, s.text) AS raw_text, w.value, w.value_text,
    CASE WHEN NOT s.applicable THEN 'not_applicable' ELSE coalesce(w.state, 'missing') END AS state,
    CASE WHEN s.applicable THEN w.finding END AS finding, w.suggested
FROM slots s
LEFT JOIN worth w ON w.content = concat_ws(chr(31), s.type, CASE s.type WHEN 'flag' THEN 'yes_no' ELSE s.code_list END,
        CASE WHEN s.type IN ('code', 'flag') THEN s.period_code END, s.kind)
    AND w.text = s.text AND s.kind IS NOT NULL;

INSERT INTO problems (name, file_hash, form, sheet, cell, cell_code, observed, detail, suggested)
SELECT finding, file_hash, form, sheet, cell, CASE WHEN form_kind = 'matrix' THEN code END, raw_text, code_list, suggested
FROM typed WHERE finding IS NOT NULL;

INSERT INTO problems (name, file_hash, form, sheet, cell, expected)
SELECT 'required_missing', file_hash, form, sheet, cell, label
FROM typed WHERE form_kind <> 'matrix' AND required AND state = 'missing' AND cell IS NOT NULL;
