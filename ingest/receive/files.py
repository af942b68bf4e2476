"""Reading workbooks that are not in an inbox: what `khoi check` does before a file is sent in."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ingest.catalogue import Catalogue
from ingest.lake import CELLS, FINDINGS, SUBMISSIONS, read_tables
from ingest.receive.identify import CoverLabels
from ingest.receive.judge import judge
from ingest.receive.limits import Limits
from ingest.receive.pool import read_in_workers
from ingest.receive.worker import FileTask
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
    paths: list[Path],
    catalogue: Catalogue,
    reference: Reference,
    *,
    workers: int = 1,
    limits: Limits | None = None,
) -> ReadFiles:
    """Read ``paths`` without landing them. Raises OSError where a path cannot be opened."""
    given: dict[str, _GivenFile] = {}
    tasks = []
    for path in paths:
        content = path.read_bytes()
        file_hash = hashlib.sha256(content).hexdigest()
        if file_hash not in given:
            tasks.append(FileTask(file_hash, str(path)))
        given[file_hash] = _GivenFile(path.name, len(content), dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC))
    submissions, findings = [], []
    with tempfile.TemporaryDirectory() as folder:
        for cells_file, results in read_in_workers(
            tasks, Path(folder), CoverLabels.of(catalogue), limits or Limits(), workers
        ):
            told = judge(results, given, cells_file, catalogue, reference)
            submissions.append(told[0])
            findings.append(told[1])
        cells = read_tables(Path(folder), CELLS)
    empty = pd.DataFrame(columns=FINDINGS.names)
    return ReadFiles(
        cells,
        pd.concat(submissions, ignore_index=True) if submissions else pd.DataFrame(columns=SUBMISSIONS.names),
        pd.concat(findings, ignore_index=True) if findings else empty,
    )
