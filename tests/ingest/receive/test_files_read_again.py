"""Files that are to be read again are forgotten with what was said of them, and other batches are not touched."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ingest.findings import reading_findings
from ingest.lake import FINDINGS, SUBMISSIONS, read_tables, write_table
from ingest.receive.forgetting import forget_files


def test_only_the_batches_that_hold_a_file_are_written_anew(tmp_path: Path) -> None:
    for batch, hashes in (("b1", ["h1", "h2"]), ("b2", ["h3"])):
        rows = pd.DataFrame({"file_hash": hashes}).reindex(columns=SUBMISSIONS.names).astype(object)
        write_table(rows.where(rows.notna(), None), SUBMISSIONS, tmp_path / "submissions" / f"{batch}.parquet")
        told = reading_findings([{"file_hash": one, "name": "empty_file"} for one in hashes])
        write_table(told, FINDINGS, tmp_path / "received_findings" / f"{batch}.parquet")
    untouched = [tmp_path / folder / "b2.parquet" for folder in ("submissions", "received_findings")]
    before = [path.stat().st_ino for path in untouched]
    forget_files(tmp_path, {"h1"})
    assert set(read_tables(tmp_path / "submissions", SUBMISSIONS)["file_hash"]) == {"h2", "h3"}
    assert set(read_tables(tmp_path / "received_findings", FINDINGS)["file_hash"]) == {"h2", "h3"}
    assert [path.stat().st_ino for path in untouched] == before
