"""From the inbox to landed bytes, receipts, cells and submissions; only what is new, every file in exactly one state.

What is read are the receipts that the lake does not know, wherever their files lie by now: a lake that is lost, or an
inbox that was emptied, costs reading again and nothing else.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from ingest.bounded import READING, start_server
from ingest.catalogue import Catalogue
from ingest.findings import reading_findings
from ingest.lake import FINDINGS, SUBMISSIONS, read_tables, source_hashes, write_table
from ingest.lake.edition import read_anew
from ingest.landed import landed_path
from ingest.reading.limits import Limits
from ingest.reading.worker import FileResult, FileTask
from ingest.receive.arrivals import Arrivals, InboxFile, settled_arrivals
from ingest.receive.erasing import erase_again, erase_bytes
from ingest.receive.identify import cover_labels
from ingest.receive.inbox_index import InboxIndex
from ingest.receive.judge import Judge
from ingest.receive.landing import BytesMissing, land
from ingest.receive.pool import Batch, batch_name, reader
from ingest.receive.receipts import Clock, ClockJump, Receipt, Receipts, Sighting
from ingest.receive.reidentify import reidentify
from ingest.receive.second_tries import forget_refusals, note_refusals
from ingest.reference import Reference

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Refused:
    """A file that could not be received, and why, in both languages."""

    name: str
    reason_vi: str
    reason_en: str


@dataclass
class ReceiveReport:
    """What one pass over the inbox did.

    ``new`` were read now, ``known`` before, ``waiting`` are still being written (``waiting_files``: their names),
    ``repeated`` have the bytes of another, ``refused`` could not be read, ``reidentified`` were judged again because a
    register changed. ``refused_files`` names what was not received in this pass and what lies in the inbox and is no
    file. ``partitions`` are the (committee, period) pairs with new workbooks. ``clock_jump``: our clock went back.
    """

    new: int = 0
    known: int = 0
    waiting: int = 0
    repeated: int = 0
    refused: int = 0
    reidentified: int = 0
    partitions: set[tuple[str, str]] = field(default_factory=set)
    waiting_files: list[str] = field(default_factory=list)
    refused_files: list[Refused] = field(default_factory=list)
    clock_jump: ClockJump | None = None

    @property
    def only_waits(self) -> bool:
        """True where nothing was ever received and all that lies in the inbox is still being written."""
        return bool(self.waiting) and not self.new and not self.known


@dataclass(frozen=True)
class ArrivalTerms:
    """How arrivals are taken.

    Files still being written are waited for ``wait_seconds`` at most. ``vouched``: why the files' own times are when
    they arrived (earlier years that are taken over). ``clock_is_right``: why sightings later than now were made by a
    clock that ran ahead. ``clock``: our own, in UTC.
    """

    wait_seconds: float = 0.0
    vouched: str | None = None
    clock_is_right: str | None = None
    clock: Clock = field(default_factory=lambda: our_clock)


def our_clock() -> dt.datetime:
    """The time it is, in UTC."""
    return dt.datetime.now(dt.UTC)


def receive_inbox(
    inbox: Path,
    landed: Path,
    lake: Path,
    catalogue: Catalogue,
    reference: Reference,
    *,
    workers: int | None = None,
    limits: Limits | None = None,
    settle_seconds: float = 0.0,
    terms: ArrivalTerms | None = None,
    progress: Progress | None = None,
    waiting: Progress | None = None,
) -> ReceiveReport:
    """Receive every new file below ``inbox``.

    Bytes are landed unchanged under their hash, each with a receipt that says when our clock first saw them; cells and
    submissions are written to the lake batch by batch. The submissions file of a batch is its commit point, so a crash
    loses nothing and the next run finishes. ``waiting`` is told how many files have settled. Raises WorkersDoNotStart
    where no reading process starts, DamagedReceipts and BytesMissing where what was landed is damaged.
    """
    terms, receipts = terms or ArrivalTerms(), Receipts.load(landed)
    _clear_away(landed, lake, receipts)
    report = ReceiveReport(reidentified=reidentify(lake, catalogue, reference))
    again, submissions = forget_refusals(lake), read_tables(lake / "submissions", SUBMISSIONS)
    index = InboxIndex(lake / "inbox_index.json")
    found = settled_arrivals(inbox, index, settle_seconds, partial(_land, landed), terms.wait_seconds, waiting)
    write_down(found, index, receipts, terms, report)
    known = set(source_hashes(submissions))
    report.known = len(known.intersection(found.hashes))
    unread = _unread(receipts, known)
    _tell_about_files(found, receipts, lake, report)
    _date_again(lake, submissions, receipts)
    if unread:
        _land_again(unread, found, landed)
        reading = _Reading(landed, lake, catalogue, reference, workers or os.cpu_count() or 1, limits or Limits())
        reading.read(unread, {*known, *receipts.erased}, report, progress)
    note_refusals(lake, again)
    erase_bytes(landed, receipts.erased)
    return report


def _clear_away(landed: Path, lake: Path, receipts: Receipts) -> None:
    """Take out of the lake what must not stay there: erased files, and what another edition of the reader read."""
    erase_again(landed, lake, receipts)
    _adopt(read_tables(lake / "submissions", SUBMISSIONS), receipts)
    read_anew(lake)


def _land(landed: Path, path: Path, facts: os.stat_result) -> str:
    """Land what nobody has seen; the processes that will read it begin to load."""
    start_server(READING)
    return land(path, facts, landed)


def write_down(
    found: Arrivals, index: InboxIndex, receipts: Receipts, terms: ArrivalTerms, report: ReceiveReport
) -> None:
    """Write receipts for what was ``found``, then into the ``index`` that it is known."""
    noted = {one.folder.key for one in found.noted}
    _leave_out_erased(found, receipts, report)
    _take_down(found, receipts, terms, report, is_written=receipts.begins_with(index.journal))
    index.write(found.folders, noted, receipts.mark)


def _leave_out_erased(found: Arrivals, receipts: Receipts, report: ReceiveReport) -> None:
    """Files that were forgotten on purpose and still lie in the inbox are told, and not taken."""
    found.open_with(receipts.erased)
    left = [file for file in found.files if file.file_hash in receipts.erased]
    report.refused_files += [Refused(file.name, *_ERASED_BEFORE) for file in left]
    found.files = [file for file in found.files if file.file_hash not in receipts.erased]


_ERASED_BEFORE = (
    "đã xóa theo `khoi forget`, không nhận lại; hãy xóa tệp này khỏi hộp thư",
    "was erased by `khoi forget` and is not taken again; delete it from the inbox",
)


def _take_down(
    found: Arrivals, receipts: Receipts, terms: ArrivalTerms, report: ReceiveReport, *, is_written: bool
) -> None:
    """Write receipts for what was found. ``is_written``: those of folders in which nothing is new are, already."""
    if is_written:
        found.open_with({file.file_hash for file in found.files})  # the same bytes may lie there under another name
    else:
        found.open_all()
    now = terms.clock()
    if terms.clock_is_right:
        receipts.redate(now, terms.clock_is_right)
    report.clock_jump = receipts.clock_jump(now)
    first = _first_of_each(found.files, receipts)
    receipts.record(_sightings(found.files, first), now, vouched=terms.vouched)
    report.waiting, report.waiting_files = len(found.waiting), found.waiting
    report.repeated = len(found.hashes) - len(set(found.hashes))


def _unread(receipts: Receipts, known: Collection[str]) -> list[Receipt]:
    """The receipts of what nobody has read; the processes that read it begin to load."""
    unread = [receipts.first[file_hash] for file_hash in receipts.first if file_hash not in known]
    if unread:
        start_server(READING)
    return unread


def _adopt(submissions: pd.DataFrame, receipts: Receipts) -> None:
    """Write receipts for what an edition without them received, dated as it dated them."""
    # What came in a mail or an archive has no receipt of its own: the mail has.
    rows = submissions[submissions["part_of"].isna() | submissions["layout"].notna()]
    rows = rows.assign(file_hash=source_hashes(rows)).drop_duplicates("file_hash")
    rows = rows[~rows["file_hash"].isin(receipts.first.keys())].sort_values(["received_at", "file_hash"])
    received = [moment.to_pydatetime() for moment in rows["received_at"]]
    facts = zip(rows["file_hash"], rows["file_name"], rows["size_bytes"], received, strict=True)
    receipts.adopt((Sighting(name, file, int(size), moment), moment) for name, file, size, moment in facts)


def _first_of_each(files: list[InboxFile], receipts: Receipts) -> dict[str, InboxFile]:
    """By hash the file that counts: the one received under its name before, else the oldest."""

    def place(file: InboxFile) -> tuple[bool, int, str]:
        receipt = receipts.first.get(file.file_hash)
        return receipt is None or not receipts.knows(file.file_hash, file.name), file.facts.st_mtime_ns, file.name

    first: dict[str, InboxFile] = {}
    for file in sorted(files, key=place):
        first.setdefault(file.file_hash, file)
    return first


def _sightings(files: list[InboxFile], first: dict[str, InboxFile]) -> list[Sighting]:
    """What is seen now, in the order of the files' own times: of what came together nothing else tells the older."""
    ordered = sorted(files, key=lambda file: (first[file.file_hash] is not file, file.facts.st_mtime_ns, file.name))
    return [
        Sighting(file.file_hash, file.name, file.size, file.file_time, None if other is file else other.name)
        for file in ordered
        for other in [first[file.file_hash]]
    ]


def _land_again(unread: list[Receipt], found: Arrivals, landed: Path) -> None:
    """Take the bytes of landed files that are gone, where they still lie in the inbox; else say which."""
    gone = []
    lost = [one for one in unread if not landed_path(landed, one.file_hash, one.name).exists()]
    found.open_with(receipt.file_hash for receipt in lost)
    by_hash = {file.file_hash: file for file in found.files} if lost else {}
    for receipt in lost:
        file = by_hash.get(receipt.file_hash)
        if file is None or land(file.path, file.facts, landed, receipt.name) != receipt.file_hash:
            gone.append(receipt.name)
    if gone:
        raise BytesMissing(landed, gone)


def _date_again(lake: Path, submissions: pd.DataFrame, receipts: Receipts) -> None:
    """Let the lake say when files were received where the receipts say so anew, or did when a run was cut off."""
    moments = {file_hash: receipt.received_at for file_hash, receipt in receipts.first.written.items()}
    if _as_received(submissions, moments).eq(submissions["received_at"]).all():
        return
    for path in sorted((lake / "submissions").glob("*.parquet")):
        batch = read_tables(path.parent, SUBMISSIONS, path.name)
        fresh = _as_received(batch, moments)
        if not fresh.eq(batch["received_at"]).all():
            write_table(batch.assign(received_at=fresh), SUBMISSIONS, path)


def _as_received(submissions: pd.DataFrame, moments: Mapping[str, dt.datetime]) -> pd.Series:
    is_inside = submissions["part_of"].notna() & submissions["layout"].isna()
    received = source_hashes(submissions).mask(is_inside, submissions["part_of"])
    told = pd.to_datetime(received.map(moments), utc=True).astype(submissions["received_at"].dtype)
    return told.fillna(submissions["received_at"])


@dataclass(frozen=True)
class _Reading:
    """Reading landed files into the lake, with everything it needs that does not depend on the files."""

    landed: Path
    lake: Path
    catalogue: Catalogue
    reference: Reference
    workers: int
    limits: Limits

    def read(
        self, unread: list[Receipt], known: Collection[str], report: ReceiveReport, progress: Progress | None
    ) -> None:
        """Read the files of ``unread`` and write what they hold, batch by batch; ``known`` was read before."""
        by_hash = {receipt.file_hash: receipt for receipt in unread}
        tasks = [
            FileTask(receipt.file_hash, str(landed_path(self.landed, receipt.file_hash, receipt.name)))
            for receipt in sorted(unread, key=lambda receipt: (receipt.name, receipt.no))
        ]
        cells, labels = self.lake / "cells", cover_labels(self.catalogue, self.reference)
        place = partial(landed_path, self.landed)
        with reader(cells, labels, self.limits, min(self.workers, len(tasks)), place) as readers:
            readers.knows({*known, *by_hash})
            started = [(batch, readers.start(batch)) for batch in _batches(tasks, self.workers, self.limits)]
            judge = Judge(self.catalogue, self.reference, cells)  # its look-ups are made while the first are read
            for cells_file, results in readers.results(started):
                submissions, findings = judge.judge(results, by_hash, cells_file)
                name = batch_name([FileTask(result.file_hash, "") for result in results])
                if len(findings):
                    write_table(findings, FINDINGS, self.lake / "received_findings" / f"{name}.parquet")
                write_table(submissions, SUBMISSIONS, self.lake / "submissions" / f"{name}.parquet")
                _count(report, results, submissions, findings)
                if progress:
                    progress(report.new, len(tasks))


def _batches(tasks: list[FileTask], workers: int, limits: Limits) -> list[Batch]:
    """Batches of files that lie together, several a worker so that none waits long for another."""
    size = max(1, min(limits.batch_files, -(-len(tasks) // (workers * 3))))
    return [tasks[start : start + size] for start in range(0, len(tasks), size)]


def _count(report: ReceiveReport, results: list[FileResult], submissions: pd.DataFrame, findings: pd.DataFrame) -> None:
    report.new += len(results)
    refused = {result.file_hash for result in results if result.refused is not None}
    report.refused += len(refused)
    told = findings[findings["file_hash"].isin(refused)].drop_duplicates("file_hash")
    report.refused_files += [Refused(row.file_name, row.message_vi, row.message_en) for row in told.itertuples()]
    identified = submissions[submissions["read_state"] == "identified"]
    report.partitions |= set(zip(identified["committee_code"], identified["period_code"], strict=True))


def _tell_about_files(found: Arrivals, receipts: Receipts, lake: Path, report: ReceiveReport) -> None:
    """Findings about files that became no submission, beside those of the batches; written only where they changed.

    What lies in the inbox and is no file is told as long as it lies there; that bytes came once more under another
    name is a fact of the journal, and stays told.
    """
    rows: list[dict[str, Any]] = [*found.told]
    rows += [
        {
            "name": "same_bytes",
            "file_hash": sighting.file_hash,
            "file_name": sighting.name,
            "observed": sighting.name,
            "detail": sighting.beside,
        }
        for sighting in receipts.again
        if sighting.beside
    ]
    fresh = reading_findings(sorted(rows, key=lambda row: (row["file_name"], row["name"])))
    unreceived = fresh[fresh["file_hash"].isna()]
    report.refused_files += [Refused(row.file_name, row.message_vi, row.message_en) for row in unreceived.itertuples()]
    path = lake / "received_findings" / "_inbox.parquet"
    known = read_tables(path.parent, FINDINGS, path.name)
    if list(known["finding_id"]) != list(fresh["finding_id"]):
        write_table(fresh, FINDINGS, path)
