"""The register of withdrawals: received files that count no longer, an append-only CSV of the deployment.

A workbook sent by mistake stays where it is, bytes and receipt; it is only taken out of everything that is checked
and counted, and what it replaced counts again. Taking a withdrawal back is one more line. Who decides is a role.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

import pandas as pd

from ingest.deciding_roles import DecidingRoles
from ingest.register_files.journal import append_journal, read_journal, write_journal
from ingest.register_files.values import is_day
from ingest.told import Told

WITHDRAWN = "withdrawn"
WITHDRAW, RESTORE = "withdraw", "restore"
_HASH = re.compile(r"[0-9a-f]{64}")
_DAYS = ("decided_on",)


class WithdrawalsError(Told, ValueError):
    """A register of withdrawals that cannot be read; the message names file, line and column."""


@dataclass(frozen=True)
class Withdrawal:
    """One decision on a received file. verdict: withdraw, restore; by_role is a role, never a name.

    ``file_hash`` is that of the file's bytes, or of one organization's part of a file of many.
    """

    decided_on: str
    verdict: str
    file_hash: str
    file_name: str
    by_role: str
    reason: str


COLUMNS = [one.name for one in fields(Withdrawal)]


def load_withdrawals(path: Path | None) -> list[Withdrawal]:
    """The decisions in the order they were taken; none where there is no file. Raises WithdrawalsError."""
    if path is None or not path.is_file():
        return []
    journal = read_journal(path, COLUMNS, _DAYS)
    decisions = [(line, Withdrawal(*row)) for line, row in journal.rows]
    wrong = [*journal.mistakes, *(text for line, one in decisions for text in _mistakes(path, line, one))]
    if wrong:
        raise WithdrawalsError("\n".join(wrong))
    return [decision for _, decision in decisions]


def in_force(decisions: Collection[Withdrawal]) -> dict[str, Withdrawal]:
    """By hash the withdrawals that hold: the last decision on a file counts."""
    last = {decision.file_hash: decision for decision in decisions}
    return {name: decision for name, decision in last.items() if decision.verdict == WITHDRAW}


def append_withdrawal(path: Path, decision: Withdrawal) -> None:
    """Add one decision; lines before it are never touched. Raises WithdrawalsError where they cannot be read."""
    load_withdrawals(path)
    append_journal(path, COLUMNS, _DAYS, astuple(decision))


def redact_withdrawals(path: Path, file_hashes: Collection[str]) -> None:
    """Take the names of files that were forgotten on purpose out of the register: what was decided of them stays."""
    decisions = load_withdrawals(path)
    if not any(one.file_hash in file_hashes and one.file_name for one in decisions):
        return
    kept = [replace(one, file_name="") if one.file_hash in file_hashes else one for one in decisions]
    write_journal(path, COLUMNS, [astuple(one) for one in kept])


def part_withdrawn(
    submissions: pd.DataFrame, path: Path | None, roles: DecidingRoles
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """``submissions`` without the withdrawn ones, and those with withdrawn_on, withdrawn_by and withdrawal_reason.

    ``path`` is the register, ``roles`` those that withdrawn_by may name. Raises WithdrawalsError where it cannot be
    read.
    """
    decisions = in_force(load_withdrawals(path))
    came_in = dict(zip(submissions["file_hash"], submissions["part_of"], strict=True))
    found = [_decided(decisions, came_in, name) for name in submissions["file_hash"]]
    gone = pd.Series([decision is not None for decision in found], index=submissions.index, dtype=bool)
    told = [decision for decision in found if decision is not None]
    by_role = [roles.stored(one.by_role) for one in told]
    withdrawn = submissions[gone].assign(
        withdrawn_on=pd.Series([one.decided_on for one in told], index=submissions.index[gone], dtype=object),
        withdrawn_by=pd.Series(by_role, index=submissions.index[gone], dtype=object),
        withdrawal_reason=pd.Series([one.reason for one in told], index=submissions.index[gone], dtype=object),
    )
    return submissions[~gone], withdrawn


def _decided(decisions: Mapping[str, Withdrawal], came_in: Mapping[str, object], name: object) -> Withdrawal | None:
    """The withdrawal of a file, or of what it is a part of or came in, however deep."""
    while isinstance(name, str):
        if name in decisions:
            return decisions[name]
        name = came_in.get(name)
    return None


def with_withdrawn(states: pd.DataFrame, withdrawn: pd.DataFrame) -> pd.DataFrame:
    """``states`` and one row for every withdrawn submission, which asks for nothing and counts for nothing."""
    if withdrawn.empty:
        return states
    rows = withdrawn.assign(state=WITHDRAWN, is_current=False, hard_findings=0, soft_findings=0)
    both = [frame.astype(object) for frame in (states, rows.reindex(columns=states.columns)) if len(frame)]
    whole = pd.concat(both, ignore_index=True).sort_values("file_hash", ignore_index=True)
    return whole.astype({"is_current": bool, "hard_findings": "int32", "soft_findings": "int32"})


def _mistakes(path: Path, line: int, decision: Withdrawal) -> list[str]:
    """What is wrong with the decision on ``line``, a sentence a column."""
    wrong = (
        ("decided_on", not is_day(decision.decided_on), "YYYY-MM-DD"),
        ("verdict", decision.verdict not in (WITHDRAW, RESTORE), f"{WITHDRAW} | {RESTORE}"),
        (
            "file_hash",
            not _HASH.fullmatch(decision.file_hash),
            "64 chữ số hệ 16 / hexadecimal digits (`khoi withdraw`)",
        ),
        ("by_role", not decision.by_role, "vai trò / a role"),
        ("reason", not decision.reason, "lý do / a reason"),
    )
    return [
        f"{path}, dòng / line {line}, cột / column {column}: cần / must be {wanted}"
        for column, is_wrong, wanted in wrong
        if is_wrong
    ]
