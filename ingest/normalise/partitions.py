"""Partitions of the lake, a committee and a period each: normalised again only when what they rest on has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ingest.abbreviations import ABBREVIATIONS_FILE
from ingest.active_stretches import active_by_subject
from ingest.catalogue import Catalogue
from ingest.database import open_database
from ingest.durable import write_text
from ingest.findings import TEXTS_FILE
from ingest.lake import (
    CELLS,
    ENTRIES,
    FINDINGS,
    MANIFESTS,
    OBSERVATIONS,
    SUBMISSIONS,
    read_tables,
    write_arrow,
    write_table,
)
from ingest.lake.edition import READ_EDITION
from ingest.legacy_fonts import LEGACY_FILE
from ingest.normalise.tables import SUBJECT, NormalisedTables, normalise_relation
from ingest.privacy import NAMES_FILE
from ingest.reference import Reference
from ingest.words import WORDS_FILE

NORMALISE_EDITION = 7
"""Raised when the code of this package answers differently for the same cells."""

Partition = tuple[str, str]
Takes = Callable[[Partition], bool]


@dataclass(frozen=True)
class NormaliseReport:
    """What one partition came to: numbers of workbooks, observations, entries and findings."""

    committee_code: str
    period_code: str
    workbooks: int
    observations: int
    entries: int
    findings: int


def stale_partitions(
    lake: Path, catalogue: Catalogue, reference: Reference, takes: Takes | None = None
) -> list[Partition]:
    """The (committee, period) pairs whose files, forms or code lists are not those of the last normalisation.

    ``takes`` tells which partitions take up files that are new to them (all, unless given); the others are held against
    the files they have. A partition whose last workbook was found to belong elsewhere is stale too: its tables must
    become empty.
    """
    wanted = _fingerprints(_taken_up(lake, _submissions(lake), takes), catalogue, reference)
    written = {partition: manifest.fingerprint for partition, manifest in _manifests(lake).items()}
    return sorted(
        partition for partition in wanted.keys() | written.keys() if written.get(partition) != wanted.get(partition, "")
    )


def waiting_files(lake: Path, catalogue: Catalogue, reference: Reference) -> set[str]:
    """The hashes of the identified files that no partition holds normalised as forms and registers are now.

    Nothing can be said of them: they are not accepted, replace nothing and count nowhere.
    """
    submissions = _submissions(lake)
    manifests = _manifests(lake)
    held = _taken_up(lake, submissions, lambda _: False)
    wanted = _fingerprints(held, catalogue, reference)
    ready = {partition for partition, mark in wanted.items() if manifests[partition].fingerprint == mark}
    partitions = list(zip(held["committee_code"], held["period_code"], strict=True))
    done = held["file_hash"][np.array([partition in ready for partition in partitions], dtype=bool)]
    return set(submissions["file_hash"]) - set(done)


@dataclass(frozen=True)
class Planned:
    """A partition to be normalised: its rows of ``lake/submissions``, and the fingerprint its tables will have."""

    partition: Partition
    submissions: pd.DataFrame
    fingerprint: str


def planned(
    lake: Path,
    partitions: Iterable[Partition],
    catalogue: Catalogue,
    reference: Reference,
    takes: Takes | None = None,
) -> list[Planned]:
    """What is to be done for ``partitions``, each once, in order; ``takes`` as for `stale_partitions`."""
    wanted = sorted(set(partitions))
    submissions = _taken_up(lake, _of_partitions(_submissions(lake), set(wanted)), takes)
    fingerprints = _fingerprints(submissions, catalogue, reference)
    by_partition = dict(iter(submissions.groupby(["committee_code", "period_code"])))
    nothing = submissions.iloc[:0]
    return [
        Planned(partition, by_partition.get(partition, nothing), fingerprints.get(partition, ""))
        for partition in wanted
    ]


def _of_partitions(submissions: pd.DataFrame, partitions: Collection[Partition]) -> pd.DataFrame:
    subjects = zip(submissions["committee_code"], submissions["period_code"], strict=True)
    return submissions[np.array([subject in partitions for subject in subjects], dtype=bool)]


def normalise_together(
    lake: Path, together: Sequence[Planned], catalogue: Catalogue, reference: Reference, threads: int | None = None
) -> list[NormaliseReport]:
    """Normalise some partitions in one pass and write their tables; of each the manifest is written last.

    ``threads``: of the database (as many as cores, unless given). What is written of a partition does not depend on
    which others are done with it.
    """
    submissions = pd.concat([one.submissions for one in together])
    tables = _normalise(lake, submissions, catalogue, reference, threads)
    return [_write(lake, one, tables) for one in together]


def _normalise(
    lake: Path, submissions: pd.DataFrame, catalogue: Catalogue, reference: Reference, threads: int | None
) -> NormalisedTables:
    files = [str(lake / "cells" / name) for name in sorted(set(submissions["cells_file"].dropna()) - {""})]
    settings = {"threads": str(threads)} if threads else {}
    with open_database(None, read_only=False, **settings) as connection:
        if files:
            _cells(connection, files).create_view("landed_cells")
        return normalise_relation(connection, "landed_cells", submissions, catalogue, reference)


def _cells(connection: duckdb.DuckDBPyConnection, files: list[str]) -> duckdb.DuckDBPyRelation:
    """The cells of ``files``; what an earlier edition of khoi did not look for yet is null in its files."""
    cells = connection.from_parquet(files, union_by_name=True)
    absent = [name for name in CELLS.names if name not in cells.columns]
    return cells.project(", ".join(["*", *(f"NULL::VARCHAR AS {name}" for name in absent)]))


def _write(lake: Path, one: Planned, tables: NormalisedTables) -> NormaliseReport:
    partition, files = one.partition, list(one.submissions["file_hash"])
    folder = _folder(lake, partition)
    observations, entries = _of(tables.observations, partition), _of(tables.entries, partition)
    findings = tables.findings
    findings = findings[(findings["committee_code"] == partition[0]) & (findings["period_code"] == partition[1])]
    write_arrow(observations, OBSERVATIONS, folder / "observations.parquet")
    write_arrow(entries, ENTRIES, folder / "entries.parquet")
    write_table(findings, FINDINGS, folder / "findings.parquet")
    write_text(folder / "manifest.json", json.dumps({"fingerprint": one.fingerprint, "files": files}))
    return NormaliseReport(*partition, len(files), observations.num_rows, entries.num_rows, len(findings))


def _of(table: pa.Table, partition: Partition) -> pa.Table:
    committee, period = partition
    return table.filter(pc.and_(pc.equal(table["committee_code"], committee), pc.equal(table["period_code"], period)))


def _folder(lake: Path, partition: Partition) -> Path:
    return lake / "normalised" / partition[0] / partition[1]


@dataclass(frozen=True)
class _Manifest:
    """What a partition's tables were made from; without ``files`` (an earlier edition of khoi) all of it."""

    fingerprint: str
    files: frozenset[str] | None


def _manifests(lake: Path) -> dict[Partition, _Manifest]:
    """The manifest of every partition that has been normalised; one that cannot be read asks for it again."""
    found = {}
    for path in lake.glob(MANIFESTS):
        try:
            read = json.loads(path.read_bytes())
            files = None if read.get("files") is None else frozenset(read["files"])
            manifest = _Manifest(str(read["fingerprint"]), files)
        except (ValueError, KeyError, TypeError, AttributeError):
            manifest = _Manifest("damaged", None)
        found[path.parent.parent.name, path.parent.name] = manifest
    return found


def _taken_up(lake: Path, submissions: pd.DataFrame, takes: Takes | None) -> pd.DataFrame:
    """``submissions`` without what is new to a partition that takes nothing up."""
    if takes is None:
        return submissions
    manifests = _manifests(lake)

    def is_in(partition: Partition, file_hash: str) -> bool:
        manifest = manifests.get(partition)
        if takes(partition):
            return True
        return manifest is not None and (manifest.files is None or file_hash in manifest.files)

    subjects = zip(submissions["committee_code"], submissions["period_code"], submissions["file_hash"], strict=True)
    kept = [is_in((committee, period), file_hash) for committee, period, file_hash in subjects]
    return submissions[np.array(kept, dtype=bool)]


def _submissions(lake: Path) -> pd.DataFrame:
    submissions = read_tables(lake / "submissions", SUBMISSIONS)
    return submissions[submissions["read_state"] == "identified"].sort_values("file_hash")


def _fingerprints(submissions: pd.DataFrame, catalogue: Catalogue, reference: Reference) -> dict[Partition, str]:
    """Per partition a hash of what its tables follow from: files, whose they are and as what, forms, codes, words."""
    active = active_by_subject(reference)
    common = hashlib.sha256(f"{READ_EDITION}\0{NORMALISE_EDITION}\0{catalogue.fingerprint}".encode())
    for frame in (reference["codes"], reference["periods"]):
        common.update(frame.to_csv(index=False).encode())
    for path in (WORDS_FILE, TEXTS_FILE, LEGACY_FILE, NAMES_FILE, ABBREVIATIONS_FILE):
        common.update(path.read_bytes())
    fingerprints = {}
    for partition, (told, organizations) in _told(submissions).items():
        digest = common.copy()
        digest.update(told.encode())
        digest.update(repr([active.get((code, partition[1])) for code in sorted(organizations)]).encode())
        fingerprints[partition] = digest.hexdigest()
    return fingerprints


def _told(submissions: pd.DataFrame) -> dict[Partition, tuple[str, set[str]]]:
    """Per partition its ``submissions`` as CSV, and its organizations; in one go, for partitions are many."""
    columns = ["file_hash", "file_name", *SUBJECT]
    committees, periods, organizations = (
        list(map(str, submissions[name])) for name in ("committee_code", "period_code", "organization_code")
    )
    head, *lines = submissions[columns].to_csv(index=False).splitlines(keepends=True) or [""]
    if len(lines) != len(submissions):  # the name of a file breaks its line
        lines = [submissions[columns].iloc[[row]].to_csv(index=False, header=False) for row in range(len(submissions))]
    texts: dict[Partition, list[str]] = {}
    sent: dict[Partition, set[str]] = {}
    for committee, period, organization, line in zip(committees, periods, organizations, lines, strict=True):
        texts.setdefault((committee, period), [head]).append(line)
        sent.setdefault((committee, period), set()).add(organization)
    return {partition: ("".join(texts[partition]), sent[partition]) for partition in sorted(texts)}
