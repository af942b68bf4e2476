-- Several cells of a layout that make one value are added up by their signs. In: typed, layout_places. Out: typed, layout_values.
-- A cell that cannot be read makes the sum unreadable, a missing one makes it missing: never a smaller number.

-- What a form of others does not ask for does not apply; where empty means nothing to report, it is zero beside figures.
UPDATE typed SET state = 'not_applicable', finding = NULL
WHERE form_kind = 'matrix' AND row_no IS NULL AND place IN (SELECT place FROM layout_places);

UPDATE typed SET state = 'zero', value = 0
WHERE state = 'missing' AND row_no IS NOT NULL
    AND place IN (SELECT place FROM layout_places WHERE blank_is_zero)
    AND place IN (SELECT place FROM typed WHERE state IN ('value', 'zero'))
    AND value_no IN (SELECT value_no FROM wanted WHERE type IN ('count', 'balance', 'money'));

-- What each cell says by itself, before cells are added up: the account of the file needs it.
CREATE TEMP TABLE layout_values AS
SELECT p.file_no, p.sheet, t.row_no, t.column_no, min(t.finding) AS finding
FROM typed t JOIN layout_places p USING (place)
WHERE t.row_no IS NOT NULL
GROUP BY ALL;

CREATE TEMP TABLE sums AS
SELECT s.place, s.record_no, s.value_no, sum(s.sign * s.value) AS value, any_value(s.address) AS address,
    string_agg(CASE WHEN s.sign < 0 THEN '- ' ELSE '+ ' END || coalesce(s.raw_text, ''), ' '
        ORDER BY s.sign DESC, s.column_no, s.row_no) AS raw_text,
    bool_or(s.state = 'unreadable') AS is_unreadable, bool_or(s.state = 'missing') AS is_missing,
    min(s.row_no) AS row_no, min(s.column_no) AS column_no
FROM typed s
WHERE s.place IN (SELECT place FROM layout_places)
GROUP BY s.place, s.record_no, s.value_no
HAVING count(*) > 1 OR any_value(s.sign) < 0;

CREATE TEMP TABLE added AS
SELECT DISTINCT ON (t.place, t.record_no, t.value_no) t.* REPLACE (
    s.row_no AS row_no, s.column_no AS column_no, s.address AS cell, ltrim(s.raw_text, '+ ') AS raw_text,
    NULL AS finding, NULL AS suggested, 1 AS sign,
    CASE WHEN NOT s.is_unreadable AND NOT s.is_missing AND (s.value >= 0 OR w.type = 'balance') THEN s.value END AS value,
    CASE WHEN NOT s.is_unreadable AND NOT s.is_missing AND (s.value >= 0 OR w.type = 'balance')
        THEN s.value::BIGINT::VARCHAR END AS value_text,
    CASE WHEN s.is_unreadable THEN 'unreadable' WHEN s.is_missing THEN 'missing'
        WHEN s.value < 0 AND w.type <> 'balance' THEN 'unreadable' WHEN s.value = 0 THEN 'zero' ELSE 'value' END AS state)
FROM typed t JOIN sums s USING (place, record_no, value_no) JOIN wanted w USING (value_no);

INSERT INTO problems (name, place, cell, cell_code, observed)
SELECT 'not_a_count', a.place, a.cell, a.code, a.raw_text FROM added a JOIN sums s USING (place, record_no, value_no)
WHERE a.state = 'unreadable' AND NOT s.is_unreadable;

DELETE FROM typed USING sums s
WHERE typed.place = s.place AND typed.record_no = s.record_no AND typed.value_no = s.value_no;

INSERT INTO typed BY NAME SELECT * FROM added;
