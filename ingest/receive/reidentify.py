"""A register that changed may change whose a workbook is: covers are judged again, no file is opened again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from ingest.catalogue import Catalogue
from ingest.findings import reading_findings
from ingest.lake import FINDINGS, SUBMISSIONS, read_tables, write_table
from ingest.reading.cover import CoverLabels, read_cover
from ingest.receive.identify import cover_labels
from ingest.receive.judge import SUBJECT, Judge, register_fingerprint
from ingest.reference import Reference

_COVER_COLUMNS = ["file_hash", "sheet", "row_no", "column_no", "kind", "text", "number_format"]


def reidentify(lake: Path, catalogue: Catalogue, reference: Reference) -> int:
    """Judge every received cover again where rosters, periods or forms are not those of the last time.

    Returns how many submissions changed. Their findings are written before them; the fingerprint comes last,
    so that a run that was cut off is repeated.
    """
    path = lake / "identified.txt"
    fingerprint = register_fingerprint(catalogue, reference)
    if path.exists() and path.read_text("utf-8") == fingerprint:
        return 0
    judge, labels = Judge(catalogue, reference), cover_labels(catalogue, reference)
    changed = sum(_batch(lake, name.name, judge, labels) for name in sorted((lake / "submissions").glob("*.parquet")))
    lake.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(fingerprint, "utf-8")
    os.replace(temporary, path)
    return changed


def _batch(lake: Path, name: str, judge: Judge, labels: CoverLabels) -> int:
    submissions = read_tables(lake / "submissions", SUBMISSIONS, name)
    read = submissions[(submissions["read_state"] != "unreadable") & submissions["cells_file"].fillna("").ne("")]
    if read.empty:
        return 0
    covers = _covers(lake, read, labels)
    fresh, rows = [], []
    for old in read.to_dict("records"):
        submission: dict[str, Any] = dict(old)
        found = judge.identify(read_cover(covers.get(old["file_hash"], []), labels), submission)
        subject = {key: submission[key] for key in ("file_hash", "file_name", *SUBJECT)}
        fresh.append(submission)
        rows += [{**subject, **row} for row in found]
    judged = pd.DataFrame(fresh, columns=SUBMISSIONS.names, index=read.index)
    told = reading_findings(rows)
    findings = read_tables(lake / "received_findings", FINDINGS, name)
    before = findings[findings["engine"] == "identify"]
    differs = (judged[list(SUBJECT)].fillna("") != read[list(SUBJECT)].fillna("")).any(axis=1)
    differs |= judged["read_state"] != read["read_state"]
    if not differs.any() and set(before["finding_id"]) == set(told["finding_id"]):
        return 0
    kept = findings[findings["engine"] != "identify"].copy()
    subjects = judged.set_index("file_hash")[list(SUBJECT)]
    for key in SUBJECT:
        kept[key] = kept["file_hash"].map(subjects[key]).where(kept["file_hash"].isin(subjects.index), kept[key])
    whole = pd.concat([frame for frame in (kept, told) if len(frame)] or [kept], ignore_index=True)
    others = submissions.drop(index=read.index)
    write_table(whole, FINDINGS, lake / "received_findings" / name)
    both = [frame.astype(object) for frame in (others, judged) if len(frame)]
    write_table(pd.concat(both).sort_index(), SUBMISSIONS, lake / "submissions" / name)
    return int(differs.sum())


def _covers(lake: Path, read: pd.DataFrame, labels: CoverLabels) -> dict[str, list[tuple[Any, ...]]]:
    """The cells of the sheets that say whose the workbooks are, by file."""
    covers: dict[str, list[tuple[Any, ...]]] = {}
    wanted = set(read["file_hash"])
    for name in sorted(set(read["cells_file"])):
        table = pq.read_table(lake / "cells" / name, columns=["sheet"])
        sheets = labels.plain_sheets(set(table["sheet"].unique().to_pylist()))
        rows = pq.read_table(lake / "cells" / name, columns=_COVER_COLUMNS, filters=[("sheet", "in", sorted(sheets))])
        for file_hash, *cell in zip(*(rows[column].to_pylist() for column in _COVER_COLUMNS), strict=True):
            if file_hash in wanted:
                covers.setdefault(file_hash, []).append(tuple(cell))
    return covers
