"""One partition of the lake, a committee and a period: normalised again only when what it rests on has changed."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from ingest.catalogue import Catalogue
from ingest.lake import CELLS, ENTRIES, FINDINGS, OBSERVATIONS, SUBMISSIONS, read_tables, write_table
from ingest.normalise.tables import normalise_cells
from ingest.reference import Reference

NORMALISE_EDITION = 1
"""Raised when the code of this package answers differently for the same cells."""


@dataclass(frozen=True)
class NormaliseReport:
    """What one partition came to: numbers of workbooks, observations, entries and findings."""

    committee_code: str
    period_code: str
    workbooks: int
    observations: int
    entries: int
    findings: int


def _folder(lake: Path, committee_code: str, period_code: str) -> Path:
    return lake / "normalised" / committee_code / period_code


def _submissions(lake: Path) -> pd.DataFrame:
    submissions = read_tables(lake / "submissions", SUBMISSIONS)
    return submissions[submissions["read_state"] == "identified"].sort_values("file_hash")


def _fingerprint(files: pd.Series, catalogue: Catalogue, reference: Reference) -> str:
    parts = [str(NORMALISE_EDITION), catalogue.fingerprint, reference.fingerprint, *sorted(files)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _known(folder: Path) -> str | None:
    manifest = folder / "manifest.json"
    return json.loads(manifest.read_text("utf-8"))["fingerprint"] if manifest.exists() else None


def stale_partitions(lake: Path, catalogue: Catalogue, reference: Reference) -> list[tuple[str, str]]:
    """The (committee, period) pairs whose files, forms or code lists are not those of the last normalisation."""
    stale = []
    for (committee, period), group in _submissions(lake).groupby(["committee_code", "period_code"], sort=True):
        if _known(_folder(lake, committee, period)) != _fingerprint(group["file_hash"], catalogue, reference):
            stale.append((committee, period))
    return stale


def normalise_partition(
    lake: Path, committee_code: str, period_code: str, catalogue: Catalogue, reference: Reference
) -> NormaliseReport:
    """Normalise all workbooks of one committee and period and write its tables; the manifest is written last."""
    submissions = _submissions(lake)
    mine = submissions[(submissions["committee_code"] == committee_code) & (submissions["period_code"] == period_code)]
    normalised = normalise_cells(_cells(lake, mine), mine, catalogue, reference)
    folder = _folder(lake, committee_code, period_code)
    write_table(normalised.observations, OBSERVATIONS, folder / "observations.parquet")
    write_table(normalised.entries, ENTRIES, folder / "entries.parquet")
    write_table(normalised.findings, FINDINGS, folder / "findings.parquet")
    temporary = folder / f".manifest.{os.getpid()}.tmp"
    temporary.write_text(json.dumps({"fingerprint": _fingerprint(mine["file_hash"], catalogue, reference)}), "utf-8")
    os.replace(temporary, folder / "manifest.json")
    counts = (len(mine), len(normalised.observations), len(normalised.entries), len(normalised.findings))
    return NormaliseReport(committee_code, period_code, *counts)


def _cells(lake: Path, submissions: pd.DataFrame) -> pd.DataFrame:
    """The cells of ``submissions``, from the batch files that hold them."""
    wanted = list(submissions["file_hash"])
    files = sorted({name for name in submissions["cells_file"] if name})
    columns = ["file_hash", "sheet", "row_no", "column_no", "cell", "kind", "text"]
    tables = [
        pq.read_table(lake / "cells" / name, columns=columns, filters=[("file_hash", "in", wanted)]).to_pandas()
        for name in files
    ]
    return pd.concat(tables, ignore_index=True) if tables else CELLS.empty_table().to_pandas()[columns]
