"""What senders answered: list sheets read back from the lake's cells, and the state of every finding since.

A finding is the same from version to version by its key and period. It is *open* until the sender explains or
disputes it (*answered*), *accepted* once a reviewer accepted the explanation (`quality.submissions.decisions`), and
*closed* by the first version it no longer stands in. Hard findings must be fixed: explaining leaves them open,
disputing them asks the reviewer. An answer holds for the value it was given to; when that moves, the finding is open
again.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from ingest.database import ask, small_database
from ingest.labels import label_key
from ingest.lake import ANSWERS, CELLS, FINDING_HISTORY
from quality.engine import SUBJECT
from quality.returned.words import answer_sheets, returned_words
from quality.submissions.decisions import EXPLAINED

_SAID = ["answer", "explanation"]
_READ = ["finding_key", "finding_id", *_SAID]
OPEN, ANSWERED, ACCEPTED, CLOSED = "open", "answered", "accepted", "closed"

_HISTORY = f"""
WITH versions AS (
    SELECT file_hash, committee_code, organization_code, period_code, received_at, row_number() OVER (
        PARTITION BY committee_code, organization_code, period_code ORDER BY submission_no, received_at, file_hash
    )::INTEGER AS version_no
    FROM identified
),
found AS (
    SELECT v.version_no, v.committee_code, v.organization_code, v.period_code, f.finding_key, f.rule_id, f.severity,
        f.sheet, f.cell, f.observed, f.message_vi, f.outcome
    FROM findings f JOIN versions v USING (file_hash)
    WHERE f.severity IN ('hard', 'soft') AND f.outcome IN ('fail', '{EXPLAINED}')
    QUALIFY row_number() OVER (PARTITION BY file_hash, finding_key ORDER BY f.severity, f.finding_id) = 1
),
said AS (
    SELECT v.version_no, v.committee_code, v.organization_code, v.period_code, a.finding_key, a.answer, a.explanation
    FROM answers a JOIN versions v USING (file_hash)
    WHERE a.answer IS NOT NULL
),
said_to AS (
    SELECT s.*, f.observed
    FROM said s ASOF LEFT JOIN found f
        ON f.committee_code = s.committee_code AND f.organization_code = s.organization_code
        AND f.period_code = s.period_code AND f.finding_key = s.finding_key AND s.version_no >= f.version_no
),
grid AS (
    SELECT k.finding_key, v.*
    FROM (SELECT committee_code, organization_code, period_code, finding_key, min(version_no) AS first_no
        FROM found GROUP BY ALL) k
    JOIN versions v USING (committee_code, organization_code, period_code)
    WHERE v.version_no >= k.first_no
)
SELECT g.*, f.rule_id, f.severity, f.sheet, f.cell, f.observed, f.message_vi, s.answer, s.explanation,
    CASE
        WHEN f.version_no < g.version_no THEN '{CLOSED}'
        WHEN f.outcome = '{EXPLAINED}' THEN '{ACCEPTED}'
        WHEN s.observed IS DISTINCT FROM f.observed THEN '{OPEN}'
        WHEN s.answer = 'dispute' OR (s.answer = 'explain' AND f.severity = 'soft') THEN '{ANSWERED}'
        ELSE '{OPEN}'
    END AS state,
    g.version_no = max(g.version_no) OVER (PARTITION BY g.committee_code, g.organization_code, g.period_code)
        AS is_latest
FROM grid g
ASOF JOIN found f
    ON f.committee_code = g.committee_code AND f.organization_code = g.organization_code
    AND f.period_code = g.period_code AND f.finding_key = g.finding_key AND g.version_no >= f.version_no
ASOF LEFT JOIN said_to s
    ON s.committee_code = g.committee_code AND s.organization_code = g.organization_code
    AND s.period_code = g.period_code AND s.finding_key = g.finding_key AND g.version_no >= s.version_no
ORDER BY g.committee_code, g.organization_code, g.period_code, g.finding_key, g.version_no
"""


def answer_cells(files: list[Path]) -> pd.DataFrame:
    """The cells of every list sheet in ``files`` of the lake (`ingest.lake.CELLS`)."""
    if not files:
        return CELLS.empty_table().to_pandas()
    return pq.read_table(files, schema=CELLS, filters=[("sheet", "in", answer_sheets())]).to_pandas()


def read_answers(cells: pd.DataFrame, submissions: pd.DataFrame) -> pd.DataFrame:
    """One row per line of the list sheets among ``cells``, of identified ``submissions`` (`ingest.lake.ANSWERS`).

    Columns are found by their headings. A text without a choice counts as an explanation, and so does a choice
    that is none of ours.
    """
    headings = {column.heading: column.field for column in returned_words().columns}
    sheets = cells[cells["sheet"].isin(answer_sheets())]
    if sheets.empty:
        return ANSWERS.empty_table().to_pandas()
    known = sheets.assign(field=sheets["text"].map(headings)).dropna(subset="field")
    tops = known.loc[known["field"] == "finding_key", ["file_hash", "sheet", "row_no"]]
    heads = known.merge(tops, on=["file_hash", "sheet", "row_no"])[
        ["file_hash", "sheet", "row_no", "column_no", "field"]
    ]
    body = sheets.merge(heads, on=["file_hash", "sheet", "column_no"], suffixes=("", "_head"))
    body = body[(body["row_no"] > body["row_no_head"]) & body["field"].isin(_READ)]
    lines = body.pivot_table(index=["file_hash", "sheet", "row_no"], columns="field", values="text", aggfunc="first")
    lines = lines.reset_index().reindex(columns=["file_hash", "row_no", *_READ])
    lines = lines.dropna(subset="finding_key").astype(object).where(lambda frame: frame.notna(), None)
    said = [_said(choice, text) for choice, text in zip(lines["answer"], lines["explanation"], strict=True)]
    lines[_SAID] = pd.DataFrame(said, columns=_SAID, index=lines.index, dtype=object)
    identified = submissions.loc[submissions["read_state"] == "identified", ["file_hash", *SUBJECT]]
    answers = lines.merge(identified, on="file_hash").sort_values(["file_hash", "row_no"], ignore_index=True)
    return answers.drop_duplicates(["file_hash", "finding_key"])[ANSWERS.names]


def _said(choice: str | None, text: str | None) -> tuple[str | None, str | None]:
    answer = returned_words().answer_codes.get(label_key(choice or ""))
    if answer is None and (choice or text):
        return "explain", " ".join(part.strip() for part in (choice, text) if part)
    return answer, text


def finding_history(versions: pd.DataFrame, findings: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """How every finding fared from version to version (`ingest.lake.FINDING_HISTORY`).

    ``versions`` are the identified file versions (`evaluation_context`), ``findings`` those of all engines with
    their keys, ``answers`` as `read_answers` gives them.
    """
    if findings.empty or versions.empty:
        return FINDING_HISTORY.empty_table().to_pandas()
    columns = ["finding_key", "finding_id", "file_hash", "rule_id", "severity", "outcome"]
    with small_database() as connection:
        connection.register("identified", versions[["file_hash", *SUBJECT, "submission_no", "received_at"]])
        connection.register("findings", findings[[*columns, "sheet", "cell", "observed", "message_vi"]].astype("str"))
        connection.register("answers", answers[["file_hash", "finding_key", "answer", "explanation"]].astype("str"))
        return ask(connection, _HISTORY).df()[FINDING_HISTORY.names]


def with_states(findings: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """``findings`` with answer_state; of what needs no answer it is empty."""
    states = history[["file_hash", "finding_key", "state"]].rename(columns={"state": "answer_state"})
    joined = findings.drop(columns="answer_state", errors="ignore").merge(
        states, on=["file_hash", "finding_key"], how="left"
    )
    asked = joined["severity"].isin(["hard", "soft"]) & joined["outcome"].isin(["fail", EXPLAINED])
    filled = joined["answer_state"].astype(object).where(joined["answer_state"].notna(), OPEN)
    return joined.assign(answer_state=filled.where(asked, None))
