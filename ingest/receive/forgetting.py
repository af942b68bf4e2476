"""Files that the lake forgets, so that the next pass reads them again from their landed bytes.

A workbook from a mail or an archive has no receipt of its own: with it goes the mail, and all that came in it, and the
mail is opened again. Belongs here: rows of submissions and findings. Does not belong here: why a file is forgotten.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from ingest.lake import FINDINGS, SUBMISSIONS, read_tables, write_table


def forget_files(lake: Path, file_hashes: Collection[str]) -> None:
    """Take ``file_hashes``, and what came or went with them, out of submissions and of what was found on receiving.

    Findings go first: a run that is cut off between the two forgets the rest when it is repeated.
    """
    if not file_hashes:
        return
    gone = _together(read_tables(lake / "submissions", SUBMISSIONS), set(file_hashes))
    for path in sorted((lake / "submissions").glob("*.parquet")):
        batch = read_tables(path.parent, SUBMISSIONS, path.name)
        if not batch["file_hash"].isin(gone).any():
            continue
        told = lake / "received_findings" / path.name
        if told.exists():
            findings = read_tables(told.parent, FINDINGS, told.name)
            write_table(findings[~findings["file_hash"].isin(gone)], FINDINGS, told)
        write_table(batch[~batch["file_hash"].isin(gone)], SUBMISSIONS, path)


def _together(submissions: pd.DataFrame, named: set[str]) -> set[str]:
    """``named``, what they came in, and everything that came in that or is a part of one of them."""
    inside = submissions[submissions["part_of"].notna() & submissions["layout"].isna()]
    gone = named | set(inside.loc[inside["file_hash"].isin(named), "part_of"])
    for _ in range(2):  # the workbooks of an envelope, then the parts of those
        gone |= set(submissions.loc[submissions["part_of"].isin(gone), "file_hash"])
    return gone
