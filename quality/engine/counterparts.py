"""What one organization says it gave another against what that one says it got, all pairs and periods at once.

The last version of both sides is compared, whether or not it is accepted: a slip in the list is what makes a workbook
unacceptable. What is given at the end of a period may be taken in the next one, so a gift waits for the next workbook
of the other side, at the longest until the window is over; what was taken and never given waits for nothing.

Who is at fault is said only where there is a witness: a sum inside one side's own workbook that is off by just what
the two sides differ. Then that side alone is asked, with the figure that would settle both; else both are asked. A row
whose code is probably another's is a question about that code alone (`engine.wrong_codes`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

import duckdb
import pandas as pd
import pyarrow as pa

from ingest.database import ask, give, give_declared, open_database
from ingest.derived_once import derived_once
from ingest.lake import COUNTERPART_RECORDS
from ingest.reference import Reference
from ingest.working_days import WorkingDays
from quality.catalogue import RuleCatalogue
from quality.catalogue.model import CounterpartRule
from quality.catalogue.words import said
from quality.engine import VIOLATION_COLUMNS, Verdicts, nothing_found
from quality.engine.context import latest_versions
from quality.engine.wrong_codes import ASKED, WRONG_CODES

# One row per rule and record: who gave to whom, as this file says.
RECORDS = """
CREATE OR REPLACE TEMP TABLE said AS
WITH records AS (
    SELECT r.rule_id, r.gives, c.file_hash, c.organization_code, c.period_code, e.record_no,
        max(e.value_text) FILTER (e.field = r.direction) AS direction,
        upper(trim(max(e.value_text) FILTER (e.field = r.counterpart))) AS counterpart,
        max(e.value) FILTER (e.field = r.amount) AS amount,
        any_value(e.sheet) AS sheet,
        any_value(e.cell) FILTER (e.field = r.amount) AS cell,
        coalesce(bool_or(e.value_text = r.only_code) FILTER (e.field = r.only_field), false) AS chosen
    FROM entries e
    JOIN latest c USING (file_hash)
    JOIN rules r ON r.form = e.form
    GROUP BY ALL
)
SELECT rule_id, period_code, file_hash, organization_code, direction = gives AS gave,
    CASE WHEN direction = gives THEN organization_code ELSE counterpart END AS giver,
    CASE WHEN direction = gives THEN counterpart ELSE organization_code END AS taker,
    sum(amount) AS amount,
    any_value(sheet) AS sheet,
    arg_min(cell, record_no) AS cell,
    string_agg(sheet || '!' || cell || '=' || amount::BIGINT, '; ' ORDER BY record_no) AS cells
FROM records
WHERE chosen AND counterpart IS NOT NULL AND amount IS NOT NULL AND direction IS NOT NULL
    -- Whoever names itself has named nobody (`quality.schemas.counterpart_codes`).
    AND counterpart <> upper(organization_code)
GROUP BY ALL
"""

# Where the form of a rule stands in a file, and the codes and numbers of its list: where somebody may be missing.
SHEETS = """
CREATE OR REPLACE TEMP TABLE form_sheets AS
WITH lists AS (
    SELECT e.file_hash, e.form,
        arg_min(e.cell, e.row_no) FILTER (e.field = r.counterpart) AS first_code,
        arg_max(e.cell, e.row_no) FILTER (e.field = r.counterpart) AS last_code,
        arg_min(e.cell, e.row_no) FILTER (e.field = r.amount) AS first_amount,
        arg_max(e.cell, e.row_no) FILTER (e.field = r.amount) AS last_amount
    FROM entries e JOIN latest c USING (file_hash) JOIN rules r ON r.form = e.form
    GROUP BY ALL
)
SELECT o.file_hash, r.form, any_value(o.sheet) AS sheet,
    any_value(CASE WHEN first_code = last_code THEN first_code ELSE first_code || ':' || last_code END) AS cell,
    any_value(CASE WHEN first_amount = last_amount THEN first_amount ELSE first_amount || ':' || last_amount END)
        AS cells
FROM observations o
JOIN latest c USING (file_hash)
JOIN (SELECT DISTINCT form FROM rules) r ON r.form = split_part(o.cell_code, '.', 1)
LEFT JOIN lists l ON l.file_hash = o.file_hash AND l.form = r.form
GROUP BY ALL
"""

_KEPT = """
SELECT s.rule_id, r.form, s.* EXCLUDE (rule_id) FROM said s JOIN rules r USING (rule_id)
UNION ALL BY NAME
SELECT form, file_hash, sheet, cell, cells FROM form_sheets
"""
_SAID_AGAIN = (
    "CREATE TEMP TABLE said AS SELECT * EXCLUDE (form) FROM counterpart_records WHERE rule_id IS NOT NULL",
    "CREATE TEMP TABLE form_sheets AS"
    " SELECT file_hash, form, sheet, cell, cells FROM counterpart_records WHERE rule_id IS NULL",
)

_CONCERNED = "SELECT count(*) FROM said WHERE list_has_any([upper(giver), upper(taker)], $asked)"
_FAILED = (
    "SELECT count(*) FROM judged WHERE outcome = 'fail'"
    " AND ($asked IS NULL OR list_has_any([upper(giver), upper(taker)], $asked))"
)

# One row per rule, pair and period of which both sides have sent a workbook, with what stays unmatched.
JUDGE = """
CREATE OR REPLACE TEMP TABLE judged AS
WITH pairs AS (
    SELECT rule_id, period_code, giver, taker,
        coalesce(sum(amount) FILTER (gave), 0) AS given,
        coalesce(sum(amount) FILTER (NOT gave), 0) AS taken
    FROM said GROUP BY ALL
),
known AS (
    SELECT p.*, o.committee_code, o.period_end, o.file_hash AS giver_file, t.file_hash AS taker_file,
        n.period_code AS next_period, b.file_hash IS NOT NULL AS next_is_there
    FROM pairs p
    LEFT JOIN latest o ON o.organization_code = p.giver AND o.period_code = p.period_code
    LEFT JOIN latest t ON t.organization_code = p.taker AND t.period_code = p.period_code
    LEFT JOIN periods n ON n.previous_period_code = p.period_code
    LEFT JOIN latest b ON b.organization_code = p.taker AND b.period_code = n.period_code
),
moved AS (
    SELECT k.*,
        greatest(k.given - k.taken, 0) AS gift,
        greatest(k.taken - k.given, 0) AS take,
        coalesce(greatest(f.taken - f.given, 0), 0) AS next_take,
        coalesce(greatest(b.given - b.taken, 0), 0) AS last_gift
    FROM known k
    LEFT JOIN known f ON f.rule_id = k.rule_id AND f.giver = k.giver AND f.taker = k.taker
        AND f.period_code = k.next_period
    LEFT JOIN known b ON b.rule_id = k.rule_id AND b.giver = k.giver AND b.taker = k.taker
        AND b.next_period = k.period_code
)
SELECT *,
    greatest(gift - next_take, 0) - greatest(take - last_gift, 0) AS unmatched,
    CASE
        WHEN giver_file IS NULL OR taker_file IS NULL THEN 'not_assessable'
        WHEN take > last_gift THEN 'fail'
        WHEN gift <= next_take THEN 'pass'
        -- Where nobody knows on which day the window ends, nobody can say that it is over.
        WHEN NOT next_is_there AND coalesce($as_of <= w.last_day, true) THEN 'not_assessable'
        ELSE 'fail'
    END AS outcome
FROM moved JOIN rules r USING (rule_id)
    LEFT JOIN windows w USING (rule_id, committee_code, period_code)
"""

# Both sides of every failed pair; a side with a witness is asked alone.
SIDES = """
WITH failed AS (
    SELECT * FROM judged j WHERE outcome = 'fail'
        AND NOT EXISTS (
            SELECT 1 FROM wrong_codes w WHERE w.rule_id = j.rule_id AND w.period_code = j.period_code
                AND (j.giver, j.taker) IN ((w.giver, w.taker), (w.meant_giver, w.meant_taker))
        )
),
sides AS (
    SELECT j.*, true AS gave, j.giver AS asked, j.taker AS other, j.giver_file AS file_hash, j.given AS own,
        j.taken AS theirs
    FROM failed j
  UNION ALL
    SELECT j.*, false, j.taker, j.giver, j.taker_file, j.taken, j.given
    FROM failed j
),
witnessed AS (
    SELECT s.*, w.rule_id AS witness
    FROM sides s
    LEFT JOIN own_violations w ON w.file_hash = s.file_hash
        AND w.rule_id = CASE WHEN s.gave THEN s.witness_gives ELSE s.witness_takes END
        AND try_cast(w.difference AS DOUBLE) = s.theirs - s.own
),
asked AS (
    SELECT *, bool_or(witness IS NOT NULL) OVER pair AS any_witness, count(witness) OVER pair AS witnesses
    FROM witnessed WINDOW pair AS (PARTITION BY rule_id, period_code, giver, taker)
)
SELECT
    a.rule_id, 'counterpart' AS engine, a.severity, a.committee_code, a.asked AS organization_code, a.period_code,
    a.file_hash, coalesce(m.sheet, o.sheet) AS sheet, m.cell, a.form || '.' || a.amount_field AS cell_code,
    concat_ws('; ', coalesce(m.cells, o.sheet || '!' || o.cell), t.organization_code || ' ' || t.cells) AS cells,
    a.own::BIGINT::VARCHAR AS observed, a.theirs::BIGINT::VARCHAR AS expected,
    (a.own - a.theirs)::BIGINT::VARCHAR AS difference,
    format(CASE WHEN a.gave THEN 'chuyển đến {} {:d} đảng viên' ELSE 'nhận từ {} {:d} đảng viên' END, a.other,
        a.own::BIGINT) AS observed_vi,
    format(CASE WHEN a.gave THEN '{:d} sent to {}' ELSE '{:d} received from {}' END, a.own::BIGINT, a.other)
        AS observed_en,
    format(CASE WHEN a.gave THEN '{} ghi nhận {:d}' ELSE '{} ghi chuyển {:d}' END, a.other, a.theirs::BIGINT)
        AS expected_vi,
    format(CASE WHEN a.gave THEN '{} received {:d}' ELSE '{} sent {:d}' END, a.other, a.theirs::BIGINT) AS expected_en,
    -- A cell is named only where it holds the number; what several rows add up to is in the list.
    CASE WHEN a.witnesses <> 1 OR m.cell IS NULL THEN NULL
        WHEN NOT contains(m.cells, '; ') THEN format('{}!{}: {:d} → {:d} - {}', m.sheet, m.cell, a.own::BIGINT,
            a.theirs::BIGINT, CASE WHEN a.gave THEN a.off_as_given ELSE a.off_as_taken END)
        ELSE format('{}!{}: các dòng {} {} cộng lại {:d} → {:d} - {}', m.sheet, coalesce(o.cells, m.cell),
            CASE WHEN a.gave THEN 'chuyển đến' ELSE 'nhận từ' END, a.other, a.own::BIGINT, a.theirs::BIGINT,
            CASE WHEN a.gave THEN a.off_as_given ELSE a.off_as_taken END)
        END AS suggested
FROM asked a
LEFT JOIN said m ON m.rule_id = a.rule_id AND m.file_hash = a.file_hash AND m.gave = a.gave
    AND m.giver = a.giver AND m.taker = a.taker
LEFT JOIN said t ON t.rule_id = a.rule_id AND t.period_code = a.period_code AND t.gave != a.gave
    AND t.giver = a.giver AND t.taker = a.taker
LEFT JOIN form_sheets o ON o.file_hash = a.file_hash AND o.form = a.form
WHERE a.witnesses != 1 OR a.witness IS NOT NULL
ORDER BY a.rule_id, a.period_code, a.giver, a.taker, a.asked
"""

COUNT = """
SELECT rule_id, committee_code, period_code,
    count(*) FILTER (outcome = 'pass') AS passed,
    count(*) FILTER (outcome = 'fail') AS failed,
    count(*) FILTER (outcome = 'not_assessable') AS not_assessable
FROM judged WHERE committee_code IS NOT NULL GROUP BY ALL
"""


def check_counterparts(
    connection: duckdb.DuckDBPyConnection,
    rules: RuleCatalogue,
    reference: Reference,
    versions: pd.DataFrame,
    own_violations: pd.DataFrame,
    as_of: dt.date,
    asked: Collection[str] | None = None,
) -> Verdicts:
    """Evaluate every counterpart rule over the last version of each organization and period among ``versions``.

    ``connection`` must have the relations ``entries`` and ``observations``; ``own_violations`` are those of the linear
    rules inside workbooks, the witnesses. One violation per side that is asked. ``asked``: the organizations whose
    pairs have to be judged, all unless given.
    """
    if not rules.counterparts or versions.empty:
        return nothing_found()
    latest = latest_versions(versions)
    _say(connection, rules, latest)
    if asked is not None:
        asked = sorted({organization.upper() for organization in asked})
        ((concerned,),) = ask(connection, _CONCERNED, {"asked": asked}).fetchall()
        if not concerned:
            return nothing_found()
    return _judged(connection, rules, reference, latest, own_violations, as_of, asked)


def counterpart_records(
    connection: duckdb.DuckDBPyConnection, rules: RuleCatalogue, versions: pd.DataFrame
) -> pa.Table:
    """What the last of ``versions`` say they gave and took (`ingest.lake.COUNTERPART_RECORDS`): all the rules look at.

    ``connection`` must have the relations ``entries`` and ``observations``.
    """
    if not rules.counterparts or versions.empty:
        return COUNTERPART_RECORDS.empty_table()
    _say(connection, rules, latest_versions(versions))
    ask(connection, SHEETS)
    found: pa.Table = connection.sql(_KEPT).to_arrow_table()
    return found.select(COUNTERPART_RECORDS.names).cast(COUNTERPART_RECORDS)


def judge_records(
    records: pa.Table,
    rules: RuleCatalogue,
    reference: Reference,
    versions: pd.DataFrame,
    own_violations: pd.DataFrame,
    as_of: dt.date,
) -> Verdicts:
    """`check_counterparts` of ``records`` (`counterpart_records`) of all ``versions``, whose workbooks are not needed.

    ``versions``: file_hash, the subject, submission_no, received_at and period_end of every one.
    """
    if not rules.counterparts or versions.empty:
        return nothing_found()
    with open_database() as connection:
        connection.register("counterpart_records", records)
        for sql in _SAID_AGAIN:
            connection.execute(sql)
        give_declared(connection, _rules(rules))
        latest = latest_versions(versions)
        give(connection, {"latest": latest})
        return _judged(connection, rules, reference, latest, own_violations, as_of, has_sheets=True)


def _say(connection: duckdb.DuckDBPyConnection, rules: RuleCatalogue, latest: pd.DataFrame) -> None:
    """Make the relations ``rules``, ``latest`` and ``said``, of what these workbooks say."""
    give(connection, {"latest": latest})
    give_declared(connection, _rules(rules))
    ask(connection, RECORDS)


def _judged(
    connection: duckdb.DuckDBPyConnection,
    rules: RuleCatalogue,
    reference: Reference,
    latest: pd.DataFrame,
    own_violations: pd.DataFrame,
    as_of: dt.date,
    asked: list[str] | None = None,
    *,
    has_sheets: bool = False,
) -> Verdicts:
    """The verdicts on what ``said`` holds of ``latest``, both of them relations as well.

    ``asked``: organizations without whom no pair has to be told of. ``has_sheets``: the relation ``form_sheets`` is
    there already.
    """
    columns = ["rule_id", "file_hash", "difference"]
    given = {
        "windows": _windows(rules, reference, latest),
        "own_violations": own_violations.reindex(columns=columns).astype("str"),
    }
    give(connection, given)
    give_declared(connection, _periods(reference))
    ask(connection, JUDGE, {"as_of": as_of})
    outcomes = ask(connection, COUNT).df()
    ((failed,),) = ask(connection, _FAILED, {"asked": asked}).fetchall()
    if not failed:
        return Verdicts(pd.DataFrame(columns=VIOLATION_COLUMNS), outcomes)
    if not has_sheets:
        ask(connection, SHEETS)
    ask(connection, WRONG_CODES)
    told = [ask(connection, query).df().reindex(columns=VIOLATION_COLUMNS).astype(object) for query in (SIDES, ASKED)]
    return Verdicts(pd.concat(told, ignore_index=True), outcomes)


@derived_once
def _rules(rules: RuleCatalogue) -> dict[str, pd.DataFrame]:
    titles = {rule.id: rule.title.vi for rule in rules.linear}
    return {"rules": pd.DataFrame([_row(rule, titles) for rule in rules.counterparts])}


@derived_once
def _periods(reference: Reference) -> dict[str, pd.DataFrame]:
    return {"periods": reference["periods"]}


def _row(rule: CounterpartRule, titles: Mapping[str, str]) -> dict[str, object]:
    """What the queries know of a rule; ``titles``: those of the rules that witness, a reader knows no other name."""
    only_field, only_code = rule.only
    off = [said("off_alike", "vi", title=titles[witness]) for witness in rule.witness]
    return {
        "rule_id": rule.id,
        "severity": rule.severity,
        "form": rule.form,
        "direction": rule.direction,
        "gives": rule.gives,
        "counterpart": rule.counterpart,
        "amount": rule.amount,
        "amount_field": rule.amount,
        "only_field": only_field,
        "only_code": only_code,
        "witness_gives": rule.witness[0],
        "witness_takes": rule.witness[1],
        "off_as_given": off[0],
        "off_as_taken": off[1],
    }


def _windows(rules: RuleCatalogue, reference: Reference, versions: pd.DataFrame) -> pd.DataFrame:
    """One row per rule, committee and period: the last day on which a gift may be under way, where it is known."""
    calendar = WorkingDays.of(reference)
    reports = versions[["committee_code", "period_code", "period_end"]].drop_duplicates()
    rows = []
    for rule in rules.counterparts:
        for committee, period, end in reports.itertuples(index=False):
            limit = calendar.limit(rule.window, str(committee), dt.date.fromisoformat(str(end)))
            rows.append((rule.id, committee, period, limit.last_day if limit else None))
    frame = pd.DataFrame(rows, columns=["rule_id", "committee_code", "period_code", "last_day"])
    return frame.assign(last_day=pd.to_datetime(frame["last_day"]))
