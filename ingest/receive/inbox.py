"""From the inbox to landed bytes, cells and submissions; only what is new, and every file in exactly one state."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import stat
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ingest.catalogue import Catalogue
from ingest.findings import shown
from ingest.lake import FINDINGS, SUBMISSIONS, read_tables, write_table
from ingest.receive.identify import CoverLabels
from ingest.receive.judge import judge
from ingest.receive.limits import Limits
from ingest.receive.pool import batch_name, read_in_workers
from ingest.receive.worker import FileResult, FileTask
from ingest.reference import Reference

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class InboxFile:
    """One settled file of the inbox: relative name, size in bytes, modification time, content hash."""

    name: str
    path: Path
    size: int
    mtime_ns: int
    file_hash: str

    @property
    def received_at(self) -> dt.datetime:
        """When the file came in, in UTC."""
        return dt.datetime.fromtimestamp(self.mtime_ns / 1e9, dt.UTC)


@dataclass
class ReceiveReport:
    """What one pass over the inbox did. ``new`` were read now, ``waiting`` are still being written."""

    new: int = 0
    known: int = 0
    waiting: int = 0
    repeated: int = 0
    refused: int = 0
    partitions: set[tuple[str, str]] = field(default_factory=set)


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
    progress: Progress | None = None,
) -> ReceiveReport:
    """Receive every new file below ``inbox``.

    Bytes are landed unchanged under their hash, cells and submissions are written to the lake batch by batch;
    the submissions file of a batch is its commit point, so a crash loses nothing and the next run finishes.
    """
    limits = limits or Limits()
    report = ReceiveReport()
    index = _Index(lake / "inbox_index.json")
    known = set(read_tables(lake / "submissions", SUBMISSIONS)["file_hash"])
    files = list(_settled_files(inbox, index, settle_seconds, report))
    first: dict[str, InboxFile] = {}
    for file in sorted(files, key=lambda file: (file.mtime_ns, file.name)):
        first.setdefault(file.file_hash, file)
    _tell_repeated(files, first, lake, report)
    new = [file for file_hash, file in sorted(first.items()) if file_hash not in known]
    report.known = len(first) - len(new)
    for file in new:
        _land(file, landed)
    _read_new(new, landed, lake, catalogue, reference, workers or os.cpu_count() or 1, limits, report, progress)
    index.write(files)
    return report


def unreceived(inbox: Path, lake: Path, *, settle_seconds: float = 0.0) -> list[str]:
    """The content hashes of the settled files of ``inbox`` that the lake does not know, sorted; nothing is parsed."""
    index = _Index(lake / "inbox_index.json")
    files = _settled_files(inbox, index, settle_seconds, ReceiveReport())
    return sorted({file.file_hash for file in files} - index.hashes)


def _settled_files(inbox: Path, index: _Index, settle_seconds: float, report: ReceiveReport) -> Iterable[InboxFile]:
    now = time.time()
    for folder, folders, names in os.walk(inbox, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.startswith((".", "~$")):
                continue
            path = Path(folder) / name
            facts = os.lstat(path)
            if not stat.S_ISREG(facts.st_mode):
                continue
            if now - facts.st_mtime < settle_seconds:
                report.waiting += 1
                continue
            relative = path.relative_to(inbox).as_posix()
            file_hash = index.hash_of(relative, facts) or _hash(path)
            yield InboxFile(shown(relative), path, facts.st_size, facts.st_mtime_ns, file_hash)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def landed_path(landed: Path, file_hash: str, name: str) -> Path:
    """Where the bytes of a file are kept: by hash, with the extension it came with."""
    extension = Path(name).suffix.lower()
    safe = extension if extension.isascii() and extension[1:].isalnum() and len(extension) <= 6 else ""
    return landed / file_hash[:2] / f"{file_hash}{safe}"


def _land(file: InboxFile, landed: Path) -> None:
    target = landed_path(landed, file.file_hash, file.name)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    temporary.write_bytes(file.path.read_bytes())
    temporary.chmod(0o444)
    os.replace(temporary, target)


def _read_new(
    new: list[InboxFile],
    landed: Path,
    lake: Path,
    catalogue: Catalogue,
    reference: Reference,
    workers: int,
    limits: Limits,
    report: ReceiveReport,
    progress: Progress | None,
) -> None:
    by_hash = {file.file_hash: file for file in new}
    tasks = [FileTask(file.file_hash, str(landed_path(landed, file.file_hash, file.name))) for file in new]
    if not tasks:
        return
    done = 0
    for cells_file, results in read_in_workers(tasks, lake / "cells", CoverLabels.of(catalogue), limits, workers):
        submissions, findings = judge(results, by_hash, cells_file, catalogue, reference)
        name = batch_name([FileTask(result.file_hash, "") for result in results])
        write_table(findings, FINDINGS, lake / "received_findings" / f"{name}.parquet")
        write_table(submissions, SUBMISSIONS, lake / "submissions" / f"{name}.parquet")
        _count(report, results, submissions)
        done += len(results)
        if progress:
            progress(done, len(tasks))


def _count(report: ReceiveReport, results: list[FileResult], submissions: pd.DataFrame) -> None:
    report.new += len(results)
    report.refused += sum(result.refused is not None for result in results)
    identified = submissions[submissions["read_state"] == "identified"]
    report.partitions |= set(zip(identified["committee_code"], identified["period_code"], strict=True))


def _tell_repeated(files: list[InboxFile], first: dict[str, InboxFile], lake: Path, report: ReceiveReport) -> None:
    from ingest.findings import reading_findings

    rows = [
        {
            "name": "same_bytes",
            "file_hash": file.file_hash,
            "file_name": file.name,
            "observed": file.name,
            "detail": first[file.file_hash].name,
        }
        for file in files
        if first[file.file_hash] is not file
    ]
    report.repeated = len(rows)
    path = lake / "received_findings" / "_repeated.parquet"
    if rows or path.exists():
        fresh = reading_findings(sorted(rows, key=lambda row: row["file_name"]))
        known = read_tables(path.parent, FINDINGS, path.name)
        if list(known["finding_id"]) != list(fresh["finding_id"]):
            write_table(fresh, FINDINGS, path)


class _Index:
    """Which inbox file had which hash at which size and time, so that a second run hashes nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, list[object]] = json.loads(path.read_text("utf-8")) if path.exists() else {}

    @property
    def hashes(self) -> set[str]:
        """The content hashes of all files that have been received."""
        return {str(entry[2]) for entry in self._known.values()}

    def hash_of(self, name: str, facts: os.stat_result) -> str | None:
        """The remembered hash of an unchanged file, else None."""
        entry = self._known.get(name)
        unchanged = entry is not None and entry[:2] == [facts.st_size, facts.st_mtime_ns]
        return str(entry[2]) if entry is not None and unchanged else None

    def write(self, files: list[InboxFile]) -> None:
        """Remember ``files``; nothing is written where nothing changed."""
        fresh = {file.name: [file.size, file.mtime_ns, file.file_hash] for file in files}
        if fresh == self._known:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._path.with_suffix(".tmp")
        temporary.write_text(json.dumps(fresh, ensure_ascii=False), "utf-8")
        os.replace(temporary, self._path)
