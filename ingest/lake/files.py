"""Writing and reading the Parquet files of the lake; a reader sees the old file or the new one.

The submissions are hundreds of small files that a run asks for a dozen times: what was read of one is remembered while
the file stays as it is (`ingest.unchanged`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.durable import replacing, sum_of, write_text
from ingest.lake.schemas import SUBMISSIONS
from ingest.unchanged import Facts, settled_facts

if TYPE_CHECKING:
    import pandas as pd


SUM = ".sha256"

_MOST_FOLDERS = 4
_Read = dict[Path, tuple[Facts, pa.Table]]
_REMEMBERED: dict[Path, _Read] = {}
"""Folder of submissions -> its files as they were read last; the folders asked for last."""


def write_table(frame: pd.DataFrame, schema: pa.Schema, path: Path) -> None:
    """Write ``frame`` cast to ``schema`` to ``path`` atomically (a reader sees the old file or the new one)."""
    # A column that the frame does not have is empty, of whatever type it is.
    added = dict.fromkeys(set(schema.names) - set(frame.columns), object)
    table = pa.Table.from_pandas(frame.reindex(columns=schema.names).astype(added), schema=schema, preserve_index=False)
    write_arrow(table, schema, path)


def write_arrow(table: pa.Table, schema: pa.Schema, path: Path) -> None:
    """Write an Arrow table of ``schema`` to ``path`` atomically."""
    with replacing(path) as temporary:
        pq.write_table(table.cast(schema), temporary, compression="zstd")
    seal(path)


def seal(path: Path) -> None:
    """Keep the sum of what ``path`` holds beside it (`ingest.lake.sums`)."""
    write_text(path.with_name(path.name + SUM), sum_of(path))


def read_tables(folder: Path, schema: pa.Schema, pattern: str = "*.parquet") -> pd.DataFrame:
    """All Parquet files of ``folder`` matching ``pattern``, in name order, as one frame of ``schema``."""
    paths = sorted(folder.glob(pattern))
    if schema is SUBMISSIONS and len(paths) > 1:
        tables = _remembered(folder, paths)
    else:
        tables = [pq.read_table(path, schema=schema) for path in paths]
    table = pa.concat_tables(tables) if tables else schema.empty_table()
    return table.to_pandas()


def _remembered(folder: Path, paths: list[Path]) -> list[pa.Table]:
    """The submissions of every one of ``paths``; a file that is as it was when it was read last is not read again."""
    known, read = _REMEMBERED.pop(folder, {}), {}
    tables = []
    for path in paths:
        facts, before = settled_facts(path), known.get(path)
        same = before is not None and before[0] == facts
        table = before[1] if before is not None and same else _read_submissions(path)
        if facts is not None:
            read[path] = (facts, table)
        tables.append(table)
    _REMEMBERED[folder] = read
    for oldest in list(_REMEMBERED)[:-_MOST_FOLDERS]:
        _REMEMBERED.pop(oldest, None)
    return tables


def _read_submissions(path: Path) -> pa.Table:
    """One of hundreds of small files; what finds out about folders and columns takes three times as long as reading."""
    with pq.ParquetFile(path) as file:
        table = file.read(use_threads=False)
    return table if table.schema.equals(SUBMISSIONS) else pq.read_table(path, schema=SUBMISSIONS)


def source_hashes(submissions: pd.DataFrame) -> pd.Series:
    """The hash of the bytes each of ``submissions`` was read from: its own, but for a part of a known layout."""
    is_part = submissions["layout"].notna() & submissions["part_of"].notna()
    return submissions["file_hash"].astype(object).mask(is_part, submissions["part_of"])
