"""Reading workbooks that are not in an inbox: what `khoi check` does before a file is sent in."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ingest.catalogue import Catalogue
from ingest.findings import shown
from ingest.lake import CELLS, FINDINGS, SUBMISSIONS, read_tables
from ingest.reading.limits import Limits
from ingest.reading.worker import FileTask
from ingest.receive.identify import cover_labels
from ingest.receive.judge import Judge
from ingest.receive.pool import reader
from ingest.reference import Reference


@dataclass(frozen=True)
class ReadFiles:
    """The frames of some workbooks, in the schemas of the lake."""

    cells: pd.DataFrame
    submissions: pd.DataFrame
    findings: pd.DataFrame


@dataclass(frozen=True)
class _GivenFile:
    name: str
    size: int
    received_at: dt.datetime


def read_files(
    paths: Sequence[Path],
    catalogue: Catalogue,
    reference: Reference,
    *,
    workers: int = 1,
    limits: Limits | None = None,
) -> ReadFiles:
    """Read ``paths`` without landing them; of identical files the first counts.

    Raises OSError where a path cannot be opened, WorkersDoNotStart where no reading process starts.
    """
    limits = limits or Limits()
    given: dict[str, _GivenFile] = {}
    tasks = []
    for path in paths:
        content = path.read_bytes()
        file_hash = hashlib.sha256(content).hexdigest()
        if file_hash not in given:
            tasks.append(FileTask(file_hash, str(path)))
            received_at = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
            given[file_hash] = _GivenFile(shown(path.name), len(content), received_at)
    submissions, findings = [pd.DataFrame(columns=SUBMISSIONS.names)], [pd.DataFrame(columns=FINDINGS.names)]
    size = max(1, min(limits.batch_files, -(-len(tasks) // max(1, workers))))
    batches = [tasks[start : start + size] for start in range(0, len(tasks), size)]
    with tempfile.TemporaryDirectory() as folder:
        judge = Judge(catalogue, reference, Path(folder))
        with reader(Path(folder), cover_labels(catalogue, reference), limits, workers) as readers:
            for cells_file, results in readers.results([(batch, readers.start(batch)) for batch in batches]):
                told = judge.judge(results, given, cells_file)
                submissions.append(told[0])
                findings.append(told[1])
        cells = read_tables(Path(folder), CELLS)
    return ReadFiles(cells, _union(submissions), _union(findings))


def _union(frames: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else frames[0]
