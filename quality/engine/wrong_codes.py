"""A row of a list that names another organization than the one it means.

Who wrote the wrong code has given to somebody who got nothing, and got nothing from somebody who says that he gave just
as many, or the other way round. Two errors of two other organizations would look the same and are much rarer, so only
the one who wrote the row is asked, at the cell of the code, with the organization that is probably meant. Where several
rows or several organizations could be meant, nothing is said of codes and all sides are asked (`engine.counterparts`).
"""

from __future__ import annotations

# One row per such pair of pairs. In: judged, said, form_sheets (`engine.counterparts`). The code stands in the row of
# the number, in the column of the codes.
WRONG_CODES = """
CREATE OR REPLACE TEMP TABLE wrong_codes AS
WITH sides AS (
    SELECT rule_id, period_code, giver, taker, outcome, true AS gave, giver AS asked, taker AS other,
        giver_file AS file_hash, given AS own, taken AS theirs, abs(unmatched) AS amount
    FROM judged WHERE giver_file IS NOT NULL AND taker_file IS NOT NULL AND unmatched <> 0
  UNION ALL
    SELECT rule_id, period_code, giver, taker, outcome, false, taker, giver, taker_file, taken, given, abs(unmatched)
    FROM judged WHERE giver_file IS NOT NULL AND taker_file IS NOT NULL AND unmatched <> 0
),
meant AS (
    SELECT n.*, l.other AS meant, l.giver AS meant_giver, l.taker AS meant_taker
    FROM sides n JOIN sides l USING (rule_id, period_code, asked, gave, file_hash, amount)
    WHERE n.theirs = 0 AND n.own = n.amount AND l.own = 0 AND l.theirs = l.amount
        AND (n.outcome = 'fail' OR l.outcome = 'fail')
    QUALIFY count(*) OVER (PARTITION BY rule_id, period_code, asked, gave, n.other) = 1
        AND count(*) OVER (PARTITION BY rule_id, period_code, asked, gave, l.other) = 1
)
SELECT m.*, s.sheet,
    regexp_extract(o.cell, '^[A-Z]+') || regexp_extract(s.cell, '[0-9]+$') AS cell
FROM meant m
JOIN said s ON s.rule_id = m.rule_id AND s.file_hash = m.file_hash AND s.gave = m.gave
    AND s.giver = m.giver AND s.taker = m.taker
JOIN judged j ON j.rule_id = m.rule_id AND j.period_code = m.period_code AND j.giver = m.giver AND j.taker = m.taker
JOIN form_sheets o ON o.file_hash = m.file_hash AND o.form = j.form
WHERE NOT contains(s.cells, '; ') AND s.cell IS NOT NULL AND o.cell IS NOT NULL
"""

# What is asked about the code, in the shape of the other questions about transfers.
ASKED = """
SELECT
    w.rule_id, 'counterpart' AS engine, j.severity, j.committee_code, w.asked AS organization_code, w.period_code,
    w.file_hash, w.sheet, w.cell, j.form || '.' || j.counterpart AS cell_code,
    concat_ws('; ', w.sheet || '!' || w.cell, t.organization_code || ' ' || t.cells) AS cells,
    w.other AS observed, w.meant AS expected, NULL::VARCHAR AS difference,
    format(CASE WHEN w.gave THEN 'chuyển đến {} {:d} đảng viên' ELSE 'nhận từ {} {:d} đảng viên' END, w.other,
        w.own::BIGINT) AS observed_vi,
    format(CASE WHEN w.gave THEN '{:d} sent to {}' ELSE '{:d} received from {}' END, w.own::BIGINT, w.other)
        AS observed_en,
    format(CASE WHEN w.gave
        THEN '{0} không ghi nhận, còn {1} ghi nhận {2:d} từ đơn vị mà danh sách không có; có thể mã phải là {1}'
        ELSE '{0} không ghi chuyển, còn {1} ghi chuyển {2:d} đến đơn vị mà danh sách không có; có thể mã phải là {1}'
        END, w.other, w.meant, w.own::BIGINT) AS expected_vi,
    format(CASE WHEN w.gave
        THEN '{0} received none and {1} received {2:d} from you that the list lacks: the code may have to be {1}'
        ELSE '{0} sent none and {1} sent you {2:d} that the list lacks: the code may have to be {1}'
        END, w.other, w.meant, w.own::BIGINT) AS expected_en,
    format(CASE WHEN w.gave THEN '{}!{}: {} → {} - {} ghi nhận đúng số này từ đơn vị'
        ELSE '{}!{}: {} → {} - {} ghi chuyển đúng số này đến đơn vị' END,
        w.sheet, w.cell, w.other, w.meant, w.meant) AS suggested
FROM wrong_codes w
JOIN judged j ON j.rule_id = w.rule_id AND j.period_code = w.period_code AND j.giver = w.giver AND j.taker = w.taker
LEFT JOIN said t ON t.rule_id = w.rule_id AND t.period_code = w.period_code AND t.gave <> w.gave
    AND t.giver = w.meant_giver AND t.taker = w.meant_taker
ORDER BY w.rule_id, w.period_code, w.giver, w.taker, w.asked
"""
