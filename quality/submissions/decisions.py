"""The register of accepted explanations: an append-only CSV of the deployment, and what it silences.

A reviewer accepts an explanation once, in a role, up to a period. Until then the same flag is not raised again,
as long as it is still true: the value may not move away from the one that was explained.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from pathlib import Path

import pandas as pd

from ingest.database import small_database
from ingest.parameters import Parameters
from ingest.reference import Reference
from ingest.register_files.journal import append_journal, read_journal
from ingest.register_files.values import is_day

MOVE_PARAMETER = "explained_move_pct"
"""By how many percent an explained value may move in later periods (`rule_parameters.csv`; without it: not at all).

A committee's own row counts before that of all, and the row in force at the later period's end is the one meant.
"""
EXPLAINED = "explained"

_SILENCED = """
WITH last AS (
    SELECT d.*, s.period_end AS starts_on, u.period_end AS ends_on
    FROM (FROM decisions QUALIFY row_number() OVER (PARTITION BY finding_key, period_code ORDER BY number DESC) = 1) d
    JOIN periods s ON s.period_code = d.period_code
    JOIN periods u ON u.period_code = d.until_period
    WHERE d.verdict = 'accept'
)
SELECT DISTINCT f.number
FROM flags f
JOIN periods p USING (period_code)
JOIN last d ON d.finding_key = f.finding_key AND p.period_end BETWEEN d.starts_on AND d.ends_on
WHERE f.observed IS NOT DISTINCT FROM d.observed
    OR f.period_code <> d.period_code
    AND abs(try_cast(f.observed AS DOUBLE) - try_cast(d.observed AS DOUBLE))
        <= f.move_pct / 100 * abs(try_cast(d.observed AS DOUBLE))
"""


class DecisionsError(ValueError):
    """A register of decisions that cannot be read; the message names file and header."""


@dataclass(frozen=True)
class Decision:
    """What a reviewer decided on an explanation. verdict: accept, withdraw; decided_by is a role, never a name."""

    decided_on: str
    verdict: str
    finding_key: str
    rule_id: str
    committee_code: str
    organization_code: str
    period_code: str
    until_period: str
    observed: str
    decided_by: str
    note: str = ""


COLUMNS = [field.name for field in fields(Decision)]
_DAYS = ("decided_on",)


def load_decisions(path: Path | None) -> pd.DataFrame:
    """One row per decision, in the order they were taken; none where there is no file.

    Raises DecisionsError with every line that cannot be used.
    """
    if path is None or not path.is_file():
        return pd.DataFrame(columns=COLUMNS, dtype=object)
    journal = read_journal(path, COLUMNS, _DAYS)
    frame = pd.DataFrame([row for _, row in journal.rows], columns=COLUMNS, dtype=object)
    lines = [line for line, _ in journal.rows]
    wrong = [*journal.mistakes, *_mistakes(path, lines, frame)]
    if wrong:
        raise DecisionsError("\n".join(wrong))
    return frame.where(frame != "", None)


def _mistakes(path: Path, lines: list[int], frame: pd.DataFrame) -> list[str]:
    """Every line whose day, verdict or finding cannot be used: it would silence nothing."""
    tests = {
        "decided_on": (frame["decided_on"].map(is_day), "YYYY-MM-DD"),
        "verdict": (frame["verdict"].isin(["accept", "withdraw"]), "accept | withdraw"),
        "finding_key": (frame["finding_key"] != "", "mã phát hiện / a finding's key"),
    }
    return [
        f"{path}, dòng / line {line}, cột / column {column}: cần / must be {wanted}"
        for column, (usable, wanted) in tests.items()
        for line, is_usable in zip(lines, usable, strict=True)
        if not is_usable
    ]


def append_decision(path: Path, decision: Decision) -> None:
    """Add one decision to the register; what was decided before stays. Raises DecisionsError where it is damaged."""
    load_decisions(path)
    append_journal(path, COLUMNS, _DAYS, astuple(decision))


def with_explained(findings: pd.DataFrame, decisions: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """``findings`` with outcome ``explained`` where an accepted explanation covers them.

    Only soft findings that fail can be: a hard one ends when the figures are right, whatever was decided.
    """
    soft = findings[(findings["severity"] == "soft") & (findings["outcome"] == "fail")]
    if soft.empty or decisions.empty:
        return findings
    flags = soft[["finding_key", "period_code", "observed"]].astype("str")
    flags = flags.assign(number=soft.index, move_pct=_moves(soft, reference))
    with small_database() as connection:
        connection.register("flags", flags)
        connection.register("decisions", decisions.astype("str").assign(number=range(len(decisions))))
        connection.register("periods", reference["periods"][["period_code", "period_end"]].astype("str"))
        silenced = [row[0] for row in connection.execute(_SILENCED).fetchall()]
    outcomes = findings["outcome"].astype(object)
    outcomes.loc[silenced] = EXPLAINED
    return findings.assign(outcome=outcomes)


def _moves(flags: pd.DataFrame, reference: Reference) -> list[float]:
    """For each of ``flags`` by how many percent its committee lets an explained value move by its period's end."""
    parameters, ends = Parameters.of(reference), reference.period_ends
    said = [
        parameters.value_on(str(committee), ends[period].isoformat(), MOVE_PARAMETER) if period in ends else None
        for committee, period in zip(flags["committee_code"], flags["period_code"], strict=True)
    ]
    return [float(value or 0) for value in said]
