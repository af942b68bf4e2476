"""Taking a received file out of what counts, and back in: which file is meant, and one line in the register."""

from __future__ import annotations

import pandas as pd

from ingest.deciding_roles import DecidingRoles
from ingest.lake import SUBMISSIONS, read_tables, source_hashes
from ingest.receive.receipts import Receipt, Receipts
from ingest.told import Told
from ingest.vietnam import today
from khoi.deployment.home import Home
from khoi.exchange.received import received_file
from quality.submissions.withdrawals import (
    RESTORE,
    WITHDRAW,
    Withdrawal,
    append_withdrawal,
    in_force,
    load_withdrawals,
)


class CannotWithdraw(Told, ValueError):
    """A file that cannot be withdrawn or taken back in; the message says why and what to name instead."""


def withdraw(
    home: Home, file: str, *, by: str, reason: str, organization: str | None = None, undo: bool = False
) -> Withdrawal:
    """Write into the register that ``file`` counts no longer, or with ``undo`` that it counts again.

    ``file`` is a received file's name, the beginning of its hash or a path to the same bytes; ``organization``: only
    its part of a file of many. Raises NotReceived where that names no one received file, CannotWithdraw where nothing
    would change, UnknownRole where ``by`` is no role of the list.
    """
    if not by.strip() or not reason.strip():
        raise CannotWithdraw("--by, --reason: không được để trống / must not be empty")
    role = DecidingRoles.read(home.seeds).required(by)
    receipt = received_file(Receipts.load(home.landed).first.values(), file)
    file_hash = _part(home, receipt, organization) if organization else receipt.file_hash
    standing = in_force(load_withdrawals(home.withdrawals))
    if undo and file_hash not in standing:
        raise CannotWithdraw(f"{receipt.name}: chưa bị rút / was not withdrawn")
    if not undo and (file_hash in standing or receipt.file_hash in standing):
        raise CannotWithdraw(f"{receipt.name}: đã rút trước đây / was withdrawn before")
    verdict = RESTORE if undo else WITHDRAW
    name = f"{receipt.name} ({organization})" if organization else receipt.name
    decision = Withdrawal(today().isoformat(), verdict, file_hash, name, role, " ".join(reason.split()))
    append_withdrawal(home.withdrawals, decision)
    return decision


def withdrawals(home: Home) -> pd.DataFrame:
    """One row per decision of the register, the latest first; is_in_force: it is the one that holds now."""
    decisions = load_withdrawals(home.withdrawals)
    standing = {id(one) for one in in_force(decisions).values()}
    rows = [{**vars(one), "is_in_force": id(one) in standing} for one in decisions]
    columns = [*Withdrawal.__dataclass_fields__, "is_in_force"]
    return pd.DataFrame(rows[::-1], columns=columns)


def _part(home: Home, receipt: Receipt, organization: str) -> str:
    """The hash of ``organization``'s part of a file of many."""
    known = read_tables(home.lake / "submissions", SUBMISSIONS)
    mine = known[source_hashes(known) == receipt.file_hash]
    parts = mine[mine["organization_code"].astype(str).str.lower() == organization.lower()]
    if len(parts) != 1:
        listed = ", ".join(sorted(mine["organization_code"].dropna().astype(str))) or "–"
        raise CannotWithdraw(
            f"{receipt.name}: không có phần của {organization}; trong tệp có / no part of it; the file holds: {listed}"
        )
    return str(parts["file_hash"].iloc[0])
