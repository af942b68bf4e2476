"""Partitions of the lake, a committee and a period each: normalised again only when what they rest on has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ingest.catalogue import Catalogue
from ingest.durable import write_text
from ingest.findings import TEXTS_FILE
from ingest.lake import CELLS, ENTRIES, FINDINGS, OBSERVATIONS, SUBMISSIONS, read_tables, write_arrow, write_table
from ingest.legacy_fonts import LEGACY_FILE
from ingest.normalise.tables import SUBJECT, NormalisedTables, normalise_relation
from ingest.privacy import NAMES_FILE
from ingest.reference import Reference
from ingest.words import WORDS_FILE

NORMALISE_EDITION = 4
"""Raised when the code of this package answers differently for the same cells."""

FILES_AT_ONCE = 1_500
"""Workbooks normalised in one pass: enough to be set-wise, little enough for a small machine's memory."""

Partition = tuple[str, str]


@dataclass(frozen=True)
class NormaliseReport:
    """What one partition came to: numbers of workbooks, observations, entries and findings."""

    committee_code: str
    period_code: str
    workbooks: int
    observations: int
    entries: int
    findings: int


def stale_partitions(lake: Path, catalogue: Catalogue, reference: Reference) -> list[Partition]:
    """The (committee, period) pairs whose files, forms or code lists are not those of the last normalisation.

    A partition whose last workbook was found to belong elsewhere is stale too: its tables must become empty.
    """
    fingerprints = _fingerprints(_submissions(lake), catalogue, reference)
    written = {
        (path.parent.parent.name, path.parent.name): json.loads(path.read_text("utf-8"))["fingerprint"]
        for path in (lake / "normalised").glob("*/*/manifest.json")
    }
    return sorted(
        partition
        for partition in fingerprints.keys() | written.keys()
        if written.get(partition) != fingerprints.get(partition, "")
    )


def normalise_partition(
    lake: Path, committee_code: str, period_code: str, catalogue: Catalogue, reference: Reference
) -> NormaliseReport:
    """Normalise all workbooks of one committee and period and write its tables; the manifest is written last."""
    return normalise_partitions(lake, [(committee_code, period_code)], catalogue, reference)[0]


def normalise_partitions(
    lake: Path,
    partitions: Iterable[Partition],
    catalogue: Catalogue,
    reference: Reference,
    progress: Callable[[int, int], None] | None = None,
) -> list[NormaliseReport]:
    """Normalise several partitions, as many together as fit one pass; one report per partition, in order.

    ``progress`` is told how many of how many partitions are done.
    """
    wanted = sorted(set(partitions))
    submissions = _submissions(lake)
    fingerprints = _fingerprints(submissions, catalogue, reference)
    by_partition = dict(iter(submissions.groupby(["committee_code", "period_code"])))
    nothing = submissions.iloc[:0]
    reports = []
    for group in _passes(wanted, {key: len(frame) for key, frame in by_partition.items()}):
        frames = [by_partition.get(partition, nothing) for partition in group]
        tables = _normalise(lake, pd.concat(frames), catalogue, reference)
        reports += [
            _write(lake, partition, len(frame), tables, fingerprints.get(partition, ""))
            for partition, frame in zip(group, frames, strict=True)
        ]
        if progress:
            progress(len(reports), len(wanted))
    return reports


def _passes(partitions: list[Partition], sizes: dict[Partition, int]) -> list[list[Partition]]:
    passes: list[list[Partition]] = []
    filled = FILES_AT_ONCE
    for partition in partitions:
        size = sizes.get(partition, 0)
        if not passes or filled + size > FILES_AT_ONCE:
            passes.append([])
            filled = 0
        passes[-1].append(partition)
        filled += size
    return passes


def _normalise(lake: Path, submissions: pd.DataFrame, catalogue: Catalogue, reference: Reference) -> NormalisedTables:
    files = [str(lake / "cells" / name) for name in sorted(set(submissions["cells_file"].dropna()) - {""})]
    with duckdb.connect() as connection:
        if files:
            _cells(connection, files).create_view("landed_cells")
        return normalise_relation(connection, "landed_cells", submissions, catalogue, reference)


def _cells(connection: duckdb.DuckDBPyConnection, files: list[str]) -> duckdb.DuckDBPyRelation:
    """The cells of ``files``; what an earlier edition of khoi did not look for yet is null in its files."""
    cells = connection.from_parquet(files, union_by_name=True)
    absent = [name for name in CELLS.names if name not in cells.columns]
    return cells.project(", ".join(["*", *(f"NULL::VARCHAR AS {name}" for name in absent)]))


def _write(
    lake: Path, partition: Partition, workbooks: int, tables: NormalisedTables, fingerprint: str
) -> NormaliseReport:
    folder = _folder(lake, partition)
    observations, entries = _of(tables.observations, partition), _of(tables.entries, partition)
    findings = tables.findings
    findings = findings[(findings["committee_code"] == partition[0]) & (findings["period_code"] == partition[1])]
    write_arrow(observations, OBSERVATIONS, folder / "observations.parquet")
    write_arrow(entries, ENTRIES, folder / "entries.parquet")
    write_table(findings, FINDINGS, folder / "findings.parquet")
    write_text(folder / "manifest.json", json.dumps({"fingerprint": fingerprint}))
    return NormaliseReport(*partition, workbooks, observations.num_rows, entries.num_rows, len(findings))


def _of(table: pa.Table, partition: Partition) -> pa.Table:
    committee, period = partition
    return table.filter(pc.and_(pc.equal(table["committee_code"], committee), pc.equal(table["period_code"], period)))


def _folder(lake: Path, partition: Partition) -> Path:
    return lake / "normalised" / partition[0] / partition[1]


def _submissions(lake: Path) -> pd.DataFrame:
    submissions = read_tables(lake / "submissions", SUBMISSIONS)
    return submissions[submissions["read_state"] == "identified"].sort_values("file_hash")


def _fingerprints(submissions: pd.DataFrame, catalogue: Catalogue, reference: Reference) -> dict[Partition, str]:
    """Per partition a hash of all that its tables follow from: files and whose they are, forms, codes, words."""
    common = hashlib.sha256(f"{NORMALISE_EDITION}\0{catalogue.fingerprint}".encode())
    for frame in (
        reference["codes"],
        reference["periods"],
        reference["organizations"][["organization_code", "organization_type"]],
    ):
        common.update(frame.to_csv(index=False).encode())
    for path in (WORDS_FILE, TEXTS_FILE, LEGACY_FILE, NAMES_FILE):
        common.update(path.read_bytes())
    fingerprints = {}
    for partition, group in submissions.groupby(["committee_code", "period_code"], sort=True):
        digest = common.copy()
        digest.update(group[["file_hash", "file_name", *SUBJECT]].to_csv(index=False).encode())
        fingerprints[partition] = digest.hexdigest()
    return fingerprints
