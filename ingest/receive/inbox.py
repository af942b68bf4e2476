"""From the inbox to landed bytes, cells and submissions; only what is new, and every file in exactly one state."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from ingest.catalogue import Catalogue
from ingest.findings import reading_findings
from ingest.lake import FINDINGS, SUBMISSIONS, read_tables, source_hashes, write_table
from ingest.reading.limits import Limits
from ingest.reading.worker import FileResult, FileTask
from ingest.receive.arrivals import InboxFile, arrivals
from ingest.receive.identify import cover_labels
from ingest.receive.inbox_index import InboxIndex
from ingest.receive.judge import Judge
from ingest.receive.landing import land, landed_path
from ingest.receive.pool import Batch, batch_name, reader
from ingest.receive.reidentify import reidentify
from ingest.reference import Reference

Progress = Callable[[int, int], None]


@dataclass
class ReceiveReport:
    """What one pass over the inbox did.

    ``new`` were read now, ``known`` before, ``waiting`` are still being written, ``repeated`` have the bytes of
    another, ``refused`` could not be read, ``reidentified`` were judged again because a register changed.
    ``partitions`` are the (committee, period) pairs with new workbooks.
    """

    new: int = 0
    known: int = 0
    waiting: int = 0
    repeated: int = 0
    refused: int = 0
    reidentified: int = 0
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
    Raises WorkersDoNotStart where no reading process starts.
    """
    report = ReceiveReport()
    report.reidentified = reidentify(lake, catalogue, reference)
    names = _known_names(lake)
    index = InboxIndex(lake / "inbox_index.json")
    found = arrivals(inbox, index, settle_seconds, partial(land, landed=landed))
    files, report.waiting = found.files, found.waiting
    first: dict[str, InboxFile] = {}
    for file in sorted(files, key=lambda file: (names.get(file.file_hash) != file.name, file.mtime_ns, file.name)):
        first.setdefault(file.file_hash, file)
    _tell_about_files(found.told + _repeated(files, first, report), lake)
    new = [file for file in first.values() if file.file_hash not in names]
    report.known = len(first) - len(new)
    if new:
        _read_new(new, landed, lake, catalogue, reference, workers or os.cpu_count() or 1, limits, report, progress)
    index.write({file.name: [file.size, file.mtime_ns, file.file_hash] for file in files})
    return report


def _known_names(lake: Path) -> dict[str, str]:
    """Content hash -> the name under which it was received first."""
    submissions = read_tables(lake / "submissions", SUBMISSIONS)
    return dict(zip(source_hashes(submissions), submissions["file_name"], strict=True))


def _read_new(
    new: list[InboxFile],
    landed: Path,
    lake: Path,
    catalogue: Catalogue,
    reference: Reference,
    workers: int,
    limits: Limits | None,
    report: ReceiveReport,
    progress: Progress | None,
) -> None:
    limits = limits or Limits()
    by_hash = {file.file_hash: file for file in new}
    tasks = [
        FileTask(file.file_hash, str(landed_path(landed, file.file_hash, file.last_name)))
        for file in sorted(new, key=lambda file: file.name)
    ]
    judge = Judge(catalogue, reference, lake / "cells")
    with reader(lake / "cells", cover_labels(catalogue, reference), limits, min(workers, len(tasks))) as readers:
        started = [(batch, readers.start(batch)) for batch in _batches(tasks, workers, limits)]
        for cells_file, results in readers.results(started):
            submissions, findings = judge.judge(results, by_hash, cells_file)
            name = batch_name([FileTask(result.file_hash, "") for result in results])
            if len(findings):
                write_table(findings, FINDINGS, lake / "received_findings" / f"{name}.parquet")
            write_table(submissions, SUBMISSIONS, lake / "submissions" / f"{name}.parquet")
            _count(report, results, submissions)
            if progress:
                progress(report.new, len(tasks))


def _batches(tasks: list[FileTask], workers: int, limits: Limits) -> list[Batch]:
    """Batches of files that lie together, several a worker so that none waits long for another."""
    size = max(1, min(limits.batch_files, -(-len(tasks) // (workers * 3))))
    return [tasks[start : start + size] for start in range(0, len(tasks), size)]


def _count(report: ReceiveReport, results: list[FileResult], submissions: pd.DataFrame) -> None:
    report.new += len(results)
    report.refused += sum(result.refused is not None for result in results)
    identified = submissions[submissions["read_state"] == "identified"]
    report.partitions |= set(zip(identified["committee_code"], identified["period_code"], strict=True))


def _repeated(files: list[InboxFile], first: dict[str, InboxFile], report: ReceiveReport) -> list[dict[str, Any]]:
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
    return rows


def _tell_about_files(rows: list[dict[str, Any]], lake: Path) -> None:
    """Findings about what lies in the inbox now, beside those of the batches; written only where they changed."""
    path = lake / "received_findings" / "_inbox.parquet"
    fresh = reading_findings(sorted(rows, key=lambda row: (row["file_name"], row["name"])))
    known = read_tables(path.parent, FINDINGS, path.name)
    if list(known["finding_id"]) != list(fresh["finding_id"]):
        write_table(fresh, FINDINGS, path)
