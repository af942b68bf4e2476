"""`khoi check`: what a sender's workbook would come to, before it is sent in and without keeping anything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ingest.lake import ENTRIES, FINDINGS, OBSERVATIONS, SUBMISSIONS, read_tables
from ingest.normalise import normalise_cells
from ingest.receive import read_files
from khoi.home import Home
from quality.catalogue import load_rules
from quality.check import check_tables


@dataclass(frozen=True)
class Precheck:
    """``files``: one row per workbook with its state; ``findings``: one row per finding about them."""

    files: pd.DataFrame
    findings: pd.DataFrame


def check_files(home: Home, paths: list[Path]) -> Precheck:
    """Check workbooks together with what the lake already holds, so that last period's closing is known."""
    catalogue, reference = home.catalogue(), home.reference()
    read = read_files(paths, catalogue, reference)
    normalised = normalise_cells(read.cells, read.submissions, catalogue, reference)
    mine = set(read.submissions["file_hash"])
    lake = home.lake
    earlier = read_tables(lake / "submissions", SUBMISSIONS)
    earlier = earlier[~earlier["file_hash"].isin(mine)]
    kept = set(earlier["file_hash"])
    known = lake / "normalised"
    result = check_tables(
        _both(earlier, read.submissions),
        _both(_of(read_tables(known, OBSERVATIONS, "*/*/observations.parquet"), kept), normalised.observations),
        _both(_of(read_tables(known, ENTRIES, "*/*/entries.parquet"), kept), normalised.entries),
        _both(
            read.findings, _both(normalised.findings, _of(read_tables(known, FINDINGS, "*/*/findings.parquet"), kept))
        ),
        catalogue,
        reference,
        load_rules(catalogue, reference, home.config / "rules"),
    )
    states = result.submission_states[result.submission_states["file_hash"].isin(mine)]
    names = read.submissions[["file_hash", "file_name"]]
    findings = result.findings[result.findings["file_hash"].isin(mine)]
    order = findings["severity"].map({"hard": 0, "soft": 1, "info": 2})
    ordered = findings.assign(_order=order).sort_values(["file_name", "_order", "sheet", "cell", "rule_id"])
    return Precheck(names.merge(states, on="file_hash"), ordered.drop(columns="_order").reset_index(drop=True))


def _of(frame: pd.DataFrame, files: set[str]) -> pd.DataFrame:
    return frame[frame["file_hash"].isin(files)]


def _both(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    filled = [frame for frame in (first, second) if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else first
