"""A lake that an earlier edition wrote is brought up to date by the next run."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
from invented_layouts import by_rows

from ingest.catalogue import Catalogue
from ingest.lake import SUBMISSIONS
from ingest.receive import receive_inbox
from ingest.reference import Reference


def test_submissions_without_the_newer_columns_are_written_again(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    inbox, lake = tmp_path / "inbox", tmp_path / "lake"
    inbox.mkdir()
    by_rows([["AA-1", *range(10)], ["AA-2", *range(10)]]).save(inbox / "bieu.xlsx")
    receive_inbox(inbox, tmp_path / "landed", lake, catalogue, reference, workers=1)
    (path,) = (lake / "submissions").glob("*.parquet")
    pq.write_table(pq.read_table(path).drop_columns(["part_of", "layout"]), path)
    (lake / "identified.txt").write_text("the fingerprint of an earlier edition", "utf-8")
    report = receive_inbox(inbox, tmp_path / "landed", lake, catalogue, reference, workers=1)
    assert pq.read_schema(path).names == SUBMISSIONS.names
    # A file that was nobody's left no cells behind: it is read again.
    assert (report.new, report.reidentified) == (1, 0)
