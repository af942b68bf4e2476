"""Reading workbooks that are not in an inbox: what `khoi check` does before a file is sent in."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from ingest.catalogue import Catalogue
from ingest.findings import shown
from ingest.lake import CELLS, FINDINGS, SUBMISSIONS, read_tables
from ingest.reading.limits import Limits
from ingest.reading.worker import FileTask
from ingest.receive.identify import cover_labels
from ingest.receive.judge import Judge
from ingest.receive.pool import Reader, reader
from ingest.receive.receipts import FIRST_SIGHTING
from ingest.reference import Reference

_CHUNK = 1 << 20
_NOT_REGULAR = (
    "không phải tệp thường (thư mục, ống dẫn, thiết bị). Hãy chỉ đúng tệp bảng tính / is no ordinary file; name the "
    "workbook itself"
)
_NOT_OPENED = "không mở được. Hãy kiểm tra tên và quyền đọc / cannot be opened; check its name and permissions"


class NotAFile(ValueError):
    """What was named is no file that can be opened; the message says which and what to do."""


@dataclass(frozen=True)
class ReadFiles:
    """The frames of some workbooks, in the schemas of the lake, and where their bytes lie.

    ``places``: by hash; those from mails and archives only as long as the reader is open.
    """

    cells: pd.DataFrame
    submissions: pd.DataFrame
    findings: pd.DataFrame
    places: dict[str, Path]


@dataclass(frozen=True)
class _GivenFile:
    name: str
    size: int
    received_at: dt.datetime
    file_time: dt.datetime | None = None
    basis: str = FIRST_SIGHTING


def read_files(
    paths: Sequence[Path],
    catalogue: Catalogue,
    reference: Reference,
    *,
    workers: int = 1,
    limits: Limits | None = None,
    keeps_unknown: bool = False,
) -> ReadFiles:
    """Read ``paths`` without landing them; of identical files the first counts.

    ``keeps_unknown``: texts that no form or layout knows are handed over too, unless they name a person.
    Raises NotAFile where a path is none or cannot be opened, WorkersDoNotStart where no reading process starts.
    """
    with file_reader(catalogue, reference, workers=workers, limits=limits, keeps_unknown=keeps_unknown) as read:
        return read(paths)


@contextmanager
def file_reader(
    catalogue: Catalogue,
    reference: Reference,
    *,
    workers: int = 1,
    limits: Limits | None = None,
    keeps_unknown: bool = False,
) -> Iterator[Callable[[Sequence[Path]], ReadFiles]]:
    """`read_files` with processes that stay ready from one call to the next, as long as the block lasts.

    Raises WorkersDoNotStart where no reading process starts.
    """
    limits = limits or Limits()
    labels = cover_labels(catalogue, reference)
    if keeps_unknown:
        labels = replace(labels, known=replace(labels.known, keeps_unknown=True))
    with tempfile.TemporaryDirectory() as name, reader(Path(name), labels, limits, workers) as readers:
        judge = Judge(catalogue, reference, Path(name), keeps_unidentified=keeps_unknown)
        yield lambda paths: _read(paths, readers, Path(name), judge, max(1, workers), limits)


def _read(
    paths: Sequence[Path], readers: Reader, folder: Path, judge: Judge, workers: int, limits: Limits
) -> ReadFiles:
    given: dict[str, _GivenFile] = {}
    now = dt.datetime.now(dt.UTC)
    tasks = []
    for path in paths:
        file_hash, facts = hash_of_given(path)
        if file_hash not in given:
            tasks.append(FileTask(file_hash, str(path)))
            # As if it came in now: the file's own time says when it was saved, not when it is sent.
            received_at = now + len(given) * dt.timedelta(microseconds=1)
            given[file_hash] = _GivenFile(shown(path.name), facts.st_size, received_at)
    submissions, findings = [pd.DataFrame(columns=SUBMISSIONS.names)], [pd.DataFrame(columns=FINDINGS.names)]
    size = max(1, min(limits.batch_files, -(-len(tasks) // workers)))
    batches = [tasks[start : start + size] for start in range(0, len(tasks), size)]
    readers.knows(given)
    places = {task.file_hash: Path(task.path) for task in tasks}
    for cells_file, results in readers.results([(batch, readers.start(batch)) for batch in batches]):
        places |= {one.file_hash: Path(one.path) for result in results for one in result.members}
        told = judge.judge(results, given, cells_file)
        submissions.append(told[0])
        findings.append(told[1])
    cells = read_tables(folder, CELLS)
    for file in folder.glob("*.parquet"):
        file.unlink()
    return ReadFiles(cells, _union(submissions), _union(findings), places)


def hash_of_given(path: Path) -> tuple[str, os.stat_result]:
    """The hash of a file that was named by a person, and what the system says of it; links are followed.

    Raises NotAFile for a pipe, a device, a folder, or a file that cannot be opened: nothing is waited for.
    """
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise NotAFile(f"“{shown(str(path))}” {_NOT_REGULAR}")
        digest = hashlib.sha256()
        with path.open("rb") as source:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise NotAFile(f"“{shown(str(path))}” {_NOT_OPENED} ({error.strerror})") from error
    return digest.hexdigest(), facts


def _union(frames: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else frames[0]
