"""A register that changed may change whose a workbook is: covers are judged again, no file is opened again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from ingest.catalogue import Catalogue
from ingest.durable import holds, write_text
from ingest.findings import finding_id, reading_findings
from ingest.lake import FINDINGS, SUBMISSIONS, read_tables, source_hashes, write_table
from ingest.reading.cover import CoverLabels, read_cover
from ingest.receive.forgetting import forget_files
from ingest.receive.identify import cover_labels
from ingest.receive.judge import SUBJECT, Judge, Reading, register_fingerprint
from ingest.reference import Reference

_OF_THE_FILE = (
    *("file_hash", "file_name", "size_bytes", "received_at", "file_time", "received_basis"),
    *("container", "cells_file", "part_of"),
)
_COVER_COLUMNS = ["file_hash", "sheet", "row_no", "column_no", "kind", "text", "number_format", "shown", "marks"]


def reidentify(lake: Path, catalogue: Catalogue, reference: Reference) -> int:
    """Judge every received cover again where rosters, periods or forms are not those of the last time.

    Returns how many submissions changed. Their findings are written before them; the fingerprint comes last,
    so that a run that was cut off is repeated. A file that was nobody's has no cells in the lake: its submission is
    taken out, so that this run reads it again.
    """
    path = lake / "identified.txt"
    fingerprint = register_fingerprint(catalogue, reference)
    if holds(path, fingerprint):
        return 0
    for name in sorted((lake / "submissions").glob("*.parquet")):
        if pq.read_schema(name).names != SUBMISSIONS.names:  # written by an earlier edition of khoi
            write_table(read_tables(name.parent, SUBMISSIONS, name.name), SUBMISSIONS, name)
    forget_files(lake, _nobodys(lake))
    judge, labels = Judge(catalogue, reference, lake / "cells"), cover_labels(catalogue, reference)
    changed = sum(_batch(lake, name.name, judge, labels) for name in sorted((lake / "submissions").glob("*.parquet")))
    write_text(path, fingerprint)
    return changed


def _nobodys(lake: Path) -> set[str]:
    """The files whose cells did not stay because they were nobody's."""
    submissions = read_tables(lake / "submissions", SUBMISSIONS)
    has_cells = submissions["cells_file"].fillna("").ne("")
    return set(submissions.loc[(submissions["read_state"] == "unidentified") & ~has_cells, "file_hash"])


def _batch(lake: Path, name: str, judge: Judge, labels: CoverLabels) -> int:
    submissions = read_tables(lake / "submissions", SUBMISSIONS, name)
    read = submissions[
        submissions["read_state"].isin(["identified", "unidentified"]) & submissions["cells_file"].fillna("").ne("")
    ]
    if read.empty:
        return 0
    told = read_tables(lake / "received_findings", FINDINGS, name)
    judged, found = _judged(lake, read, judge, labels)
    before = told[told["engine"] == "identify"]
    changed = len(_facts(judged) ^ _facts(read))
    if not changed and set(before["finding_id"]) == set(found["finding_id"]):
        return 0
    kept = _carried(told[told["engine"] != "identify"], read, judged)
    whole = pd.concat([frame for frame in (kept, found) if len(frame)] or [kept], ignore_index=True)
    others = submissions.drop(index=read.index)
    write_table(whole, FINDINGS, lake / "received_findings" / name)
    both = [frame.astype(object) for frame in (others, judged) if len(frame)]
    write_table(pd.concat(both, ignore_index=True), SUBMISSIONS, lake / "submissions" / name)
    return len(_facts(judged) - _facts(read))


def _facts(submissions: pd.DataFrame) -> set[tuple[Any, ...]]:
    """What identification decides of each submission."""
    columns = ["file_hash", *SUBJECT, "read_state", "layout"]
    return set(submissions[columns].astype(object).fillna("").itertuples(index=False, name=None))


def _judged(lake: Path, read: pd.DataFrame, judge: Judge, labels: CoverLabels) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The submissions of the files of ``read`` as they are judged now, and the findings of identification."""
    came_in = read["part_of"].where(read["layout"].isna())
    files = read.assign(file_hash=source_hashes(read), part_of=came_in)[list(_OF_THE_FILE)].drop_duplicates("file_hash")
    cells = _covers(lake, files, labels)
    covers = {str(name): read_cover(cells.get(name, []), labels) for name in files["file_hash"]}
    readings: dict[str, Reading] = {}
    for cells_file, group in files.groupby("cells_file"):
        readings |= judge.readings({name: covers[name] for name in group["file_hash"]}, str(cells_file))
    fresh, rows = [], []
    for received in files.to_dict("records"):
        name = str(received["file_hash"])
        for submission, found in judge.claims(
            {str(k): v for k, v in received.items()}, covers[name], readings.get(name)
        ):
            found = [*found, *judge.likely(submission)]
            subject = {key: submission.get(key) for key in ("file_hash", "file_name", *SUBJECT)}
            fresh.append(submission)
            rows += [{**subject, **row} for row in found]
    return pd.DataFrame(fresh, columns=SUBMISSIONS.names), reading_findings(rows)


def _carried(findings: pd.DataFrame, before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """What reading had to say of each file, said to every submission that the file makes now."""
    sources = dict(zip(before["file_hash"], source_hashes(before), strict=True))
    about = findings["file_hash"].isin(sources)
    told = findings[about].assign(source=findings["file_hash"].map(sources))
    told = told.drop_duplicates(["source", "rule_id", "sheet", "cell", "observed", "expected"])
    subjects = now[["file_hash", *SUBJECT]].assign(source=source_hashes(now))
    fanned = told.drop(columns=["file_hash", *SUBJECT]).merge(subjects, on="source")
    parts = ("rule_id", "file_hash", "sheet", "cell", "observed", "expected")
    words = ("observed", "expected")
    fanned["finding_id"] = [
        finding_id(*(row[part] or "" if part in words else row[part] for part in parts))
        for row in fanned.astype(object).where(fanned.notna(), None).to_dict("records")
    ]
    both = [frame for frame in (findings[~about], fanned) if len(frame)]
    return pd.concat(both or [findings], ignore_index=True)[FINDINGS.names]


def _covers(lake: Path, read: pd.DataFrame, labels: CoverLabels) -> dict[str, list[tuple[Any, ...]]]:
    """The cells of the sheets that say whose the workbooks are, by file."""
    covers: dict[str, list[tuple[Any, ...]]] = {}
    wanted = set(read["file_hash"])
    for name in sorted(set(read["cells_file"])):
        table = pq.read_table(lake / "cells" / name, columns=["sheet"])
        sheets = labels.plain_sheets(set(table["sheet"].unique().to_pylist()))
        if not sheets:
            continue  # no workbook of the batch has a cover
        rows = pq.read_table(lake / "cells" / name, columns=_COVER_COLUMNS, filters=[("sheet", "in", sorted(sheets))])
        for file_hash, *cell in zip(*(rows[column].to_pylist() for column in _COVER_COLUMNS), strict=True):
            if file_hash in wanted:
                covers.setdefault(file_hash, []).append(tuple(cell))
    return covers
