"""`khoi forget`: a received file and all that came of it is deleted, and the record of it holds a hash and no name.

A withdrawal (`khoi.exchange.withdrawals`) is for figures that must not count; this is for bytes that must not be kept.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from ingest.deciding_roles import DecidingRoles
from ingest.lake import SUBMISSIONS, read_tables
from ingest.numerals import day_vi
from ingest.receive.arrivals import arrivals
from ingest.receive.erasing import came_with, erase_files, is_left
from ingest.receive.inbox_index import InboxIndex
from ingest.receive.landing import hash_of
from ingest.receive.receipts import Erasure, Receipts
from ingest.told import Told
from ingest.vietnam import VIETNAM
from khoi.deployment.home import Home
from khoi.deployment.memory import clear_spilled
from khoi.exchange.received import SHORTEST_HASH, NotReceived, hash_of_path, received_file
from khoi.exchange.returned import remove_copies
from khoi.warehouse.build import warehouse_file
from khoi.warehouse.pointer import read_pointer, remove_whole, version_time, whole_versions
from quality.submissions.withdrawals import redact_withdrawals


class CannotForget(Told, ValueError):
    """A file that cannot be forgotten, or was before; the message says why and what to do."""


@dataclass(frozen=True)
class Forgotten:
    """What was forgotten: hash, moment (UTC), role, reason; how many files went, the file and what came in it.

    ``copies``: returned copies that were taken away; ``in_inbox``: where the same bytes still lie in the inbox.
    """

    file_hash: str
    erased_at: str
    by_role: str
    reason: str
    files: int
    copies: int
    in_inbox: tuple[str, ...]


def forget(home: Home, file: str, *, by: str, reason: str) -> Forgotten:
    """Delete the received file that ``file`` names and everything that came of it, and write down that it was done.

    ``file`` is a received file's name, the beginning of its hash or a path to the same bytes. Publications and pages
    lose it with the next run. Raises NotReceived where that names no one received file, CannotForget where it was
    forgotten before or came inside another file, UnknownRole where ``by`` is no role of the list.
    """
    if not by.strip() or not reason.strip():
        raise CannotForget("--by, --reason: không được để trống / must not be empty")
    role = DecidingRoles.read(home.seeds).required(by)
    receipts = Receipts.load(home.landed)
    _refuse_twice(home, receipts, file)
    try:
        receipt = received_file(receipts.first.values(), file)
    except NotReceived:
        _refuse_members(home, receipts, file)
        raise
    inside = came_with(home.lake, receipt.file_hash, receipts.first.keys())
    now = dt.datetime.now(dt.UTC)
    told = " ".join(reason.split())
    erasures = [Erasure(receipt.file_hash, now, role, told)]
    erasures += [Erasure(name, now, role, told, receipt.file_hash) for name in sorted(inside)]
    receipts.erase(erasures)
    gone = {one.file_hash for one in erasures}
    copies = _erase(home, gone)
    return Forgotten(receipt.file_hash, now.isoformat(), role, told, len(gone), copies, _in_inbox(home, gone))


def finish_forgetting(home: Home) -> None:
    """Delete what a forgetting that was cut off has left; called by the next run before it reads anything."""
    erased = set(Receipts.load(home.landed).erased)
    if is_left(home.lake, erased):
        _erase(home, erased)


def forgotten(home: Home) -> pd.DataFrame:
    """One row per forgotten file, the latest first: file_hash, erased_at, by_role, reason, source_hash."""
    rows = [vars(one) for one in Receipts.load(home.landed).erased.values()]
    return pd.DataFrame(rows[::-1], columns=list(Erasure.__dataclass_fields__))


def forget_in_publications(home: Home) -> list[str]:
    """Remove the warehouses from before the last file was forgotten, but for the one people read.

    Called once a later one is published; returns the versions that are gone. What they said - figures, by organization
    and cell - stays with the publication.
    """
    erased = Receipts.load(home.landed).erased.values()
    current = read_pointer(home.published)
    if not erased or current is None:
        return []
    last = max(one.erased_at for one in erased)
    older = [version for version in whole_versions(home.published) if version_time(version) < last]
    return remove_whole(home.published, 1) if version_time(current) >= last and older else []


def _erase(home: Home, gone: set[str]) -> int:
    """Everything but the publications; returns how many copies were taken away."""
    copies = remove_copies(home, gone)
    if home.withdrawals.is_file():
        redact_withdrawals(home.withdrawals, gone)
    warehouse_file(home).unlink(missing_ok=True)  # one that the gate did not let through still holds its rows
    clear_spilled(home)
    erase_files(home.landed, home.lake, gone)
    return copies


def _in_inbox(home: Home, gone: set[str]) -> tuple[str, ...]:
    found = arrivals(home.inbox, InboxIndex(home.lake / "inbox_index.json"), 0, hash_of)
    found.open_with(gone)
    return tuple(one.name for one in found.files if one.file_hash in gone)


def _refuse_twice(home: Home, receipts: Receipts, file: str) -> None:
    """Raises CannotForget where ``file`` names what was forgotten before; what was left of it is deleted first."""
    bytes_hash = hash_of_path(file) or hash_of_path(str(home.inbox / file))
    for name, one in receipts.erased.items():
        if name == bytes_hash or (len(file) >= SHORTEST_HASH and name.startswith(file.lower())):
            _erase(home, {name})
            day = day_vi(one.erased_at.astimezone(VIETNAM).date())
            raise CannotForget(f"{file}: đã quên ngày {day}, không còn gì / was forgotten on {day}, nothing is left")


def _refuse_members(home: Home, receipts: Receipts, file: str) -> None:
    """Raises CannotForget where ``file`` came inside a mail or an archive, whose bytes hold it as well."""
    known = read_tables(home.lake / "submissions", SUBMISSIONS)
    inside = known[known["part_of"].notna() & known["layout"].isna()]
    named = inside["file_name"].eq(file) | inside["file_name"].str.endswith(f"» {file}")
    if len(file) >= SHORTEST_HASH:
        named |= inside["file_hash"].str.startswith(file.lower())
    sources = {str(source) for source in inside.loc[named, "part_of"]}
    while outer := set(inside.loc[inside["file_hash"].isin(sources), "part_of"]) - sources:
        sources |= outer
    listed = ", ".join(f"{one.name} ({name[:12]})" for name in sorted(sources) if (one := receipts.first.get(name)))
    if listed:
        raise CannotForget(
            f"{file}: nằm trong {listed}; quên tệp đó là quên mọi biểu trong đó: khoi forget MÃ / "
            "lies in that file, and its bytes hold it: forget that one, with every workbook in it"
        )
